/** From nothing to a proven password: authorize, federate, signin/init, signin/complete, repair/complete. */

import { randomBytes } from "node:crypto";
import type { IncomingRequest } from "../types.ts";
import type { AuthContext, AuthStep } from "./auth-context.ts";
import { withinSignIn } from "./auth-context.ts";
import { aaspCookie } from "./cookies.ts";
import { phonesFor, securityKeyFields, trustedPhones } from "./phones.ts";
import { opaque } from "./random.ts";
import { authRefusal, authReply, HTML_TYPE, parseObject, serviceErrors } from "./replies.ts";
import type { SignIn } from "./sign-ins.ts";
import { bytesOfB, isProof, isShort, openChallenge, type Challenge } from "./srp.ts";

/** Warm-up page of the newer clients; optional. */
export const authorize: AuthStep = (request, { signIns, account }) =>
  authReply(signIns.start(), account, {
    status: 200,
    body: "<!DOCTYPE html><html><head><title>Sign In</title></head><body></body></html>",
    contentType: HTML_TYPE,
    cookies: [aaspCookie(opaque(30), request.origins)],
  });

export const federate: AuthStep = (request, { signIns, account }) => {
  const signIn = freshSignIn(request, signIns);
  return authReply(signIn, account, { status: 200, body: { hasSWP: false } });
};

export const init: AuthStep = (request, context) => {
  const { account, signIns, limit } = context;
  if (limit.isExceeded() && account.settings.rateLimit) return throttled();
  const body = parseObject(request.body);
  const challenge = body && challengeFor(body, context);
  if (!challenge) return malformed();
  const signIn = freshSignIn(request, signIns);
  const { protocol, salt, iterations } = account.verifier;
  return authReply(signIn, account, {
    status: 200,
    contentType: HTML_TYPE,
    cookies: [aaspCookie(opaque(30), request.origins)],
    body: {
      iteration: iterations,
      salt: Buffer.from(salt).toString("base64"),
      protocol,
      version: 1,
      b: Buffer.from(bytesOfB(challenge)).toString("base64"),
      c: signIns.setChallenge(signIn, challenge),
    },
  });
};

export const complete: AuthStep = (request, context) => {
  const body = parseObject(request.body);
  const taken = context.signIns.takeChallenge(body?.["c"]);
  if (!body || !taken) return malformed();
  const { signIn, srp } = taken;
  if (!hasFreshScnt(request, signIn)) return authRefusal({ status: 403, body: "" });
  const m1 = Buffer.from(String(body["m1"] ?? ""), "base64");
  if (srp.userName !== context.account.name || !isProof(srp, m1)) return wrongPassword(context);
  const trustTokens = Array.isArray(body["trustTokens"]) ? body["trustTokens"] : [];
  return passwordProven(request, signIn, { context, trustTokens });
};

export const completeRepair = withinSignIn((_request, signIn, context) => {
  const { account, tokens, signIns } = context;
  if (signIn.stage !== "needs-repair" || account.settings.repair === "browser") {
    return authReply(signIn, account, { status: 412, body: { authType: "hsa2" } });
  }
  signIn.stage = "trusted";
  signIn.sessionToken = tokens.issueSession(true, signIn.sessionToken);
  signIns.rotate(signIn);
  return authReply(signIn, account, {
    status: 200,
    body: {},
    headers: { "X-Apple-Session-Token": signIn.sessionToken },
  });
});

/** Who may go on at once, who must show a code, who must confirm something first. */
function passwordProven(
  request: IncomingRequest,
  signIn: SignIn,
  { context, trustTokens }: { context: AuthContext; trustTokens: readonly unknown[] },
): Response {
  const { account, tokens, signIns } = context;
  const stage = nextStage(context, trustTokens);
  signIn.stage = stage;
  signIn.sessionToken = tokens.issueSession(stage === "trusted", null);
  signIns.rotate(signIn);
  const headers = {
    "X-Apple-Session-Token": signIn.sessionToken,
    "X-Apple-TwoSV-Trust-Eligible": "true",
    Location: "/auth",
  };
  const cookies = [aaspCookie(opaque(30), request.origins)];
  if (stage === "trusted") {
    return authReply(signIn, account, {
      status: 200,
      body: { authType: "hsa2" },
      headers,
      cookies,
    });
  }
  if (stage === "needs-repair") {
    const authType = account.settings.twoFactor === "none" ? "sa" : "hsa2";
    return authReply(signIn, account, { status: 412, body: { authType }, headers, cookies });
  }
  return authReply(signIn, account, { status: 409, body: codeWanted(context), headers, cookies });
}

function nextStage({ account, tokens }: AuthContext, trustTokens: readonly unknown[]) {
  const { repair, twoFactor } = account.settings;
  if (repair !== "none") return "needs-repair";
  const isTrusted = twoFactor === "none" || trustTokens.some((token) => tokens.isTrusted(token));
  return isTrusted ? "trusted" : "needs-code";
}

/** The 409 body. */
function codeWanted({ account, codes }: AuthContext) {
  const { twoFactor, noTrustedDevices, securityKeys } = account.settings;
  if (twoFactor === "classic" && !noTrustedDevices && securityKeys.length === 0) {
    codes.push("device");
  }
  return {
    authType: "hsa2",
    trustedDevices: noTrustedDevices ? [] : [{ id: "d1" }],
    trustedPhoneNumbers: trustedPhones(phonesFor(account.settings)),
    securityCode: codes.describe(),
    ...securityKeyFields(account.settings.securityKeys),
  };
}

function challengeFor(body: Record<string, unknown>, { account }: AuthContext): Challenge | null {
  const userName = body["accountName"];
  const a = body["a"];
  if (typeof userName !== "string" || typeof a !== "string") return null;
  const client = {
    userName: userName.toLowerCase() === account.name ? account.name : userName,
    publicA: new Uint8Array(Buffer.from(a, "base64")),
  };
  for (;;) {
    const challenge = openChallenge(account.verifier, client, randomBytes(32));
    if (!challenge || !isShort(challenge.publicB)) return challenge;
  }
}

/** The sign-in the warm-up calls began, or a new one: signin/init takes any scnt, even a stale one. */
function freshSignIn(request: IncomingRequest, signIns: AuthContext["signIns"]): SignIn {
  const known = signIns.find(request);
  const signIn = known?.stage === "new" ? known : signIns.start();
  if (signIn === known) signIns.rotate(signIn);
  signIn.scntOfInit = request.headers.get("scnt");
  return signIn;
}

/** signin/complete takes the newest scnt, none, or the one signin/init was sent with (as icloudpd does). */
function hasFreshScnt(request: IncomingRequest, signIn: SignIn): boolean {
  const scnt = request.headers.get("scnt");
  return scnt === null || scnt === signIn.scnt || scnt === signIn.scntOfInit;
}

function wrongPassword({ account, signIns }: AuthContext): Response {
  const message = "Check the account information you entered and try again.";
  const error = { code: "-20101", message, suppressDismissal: false };
  const body = { serviceErrors: [error] };
  return authReply(signIns.start(), account, { status: 401, body });
}

function malformed(): Response {
  return authRefusal({ status: 400, body: serviceErrors("-20209", "The request is not valid.") });
}

/** Plain words under an HTML label, as recorded. */
function throttled(): Response {
  return authRefusal({
    status: 503,
    body: "Service Temporary Unavailable",
    contentType: HTML_TYPE,
  });
}
