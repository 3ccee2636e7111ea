/** The second factor: asking for a code, submitting it, and trusting the browser. */

import type { IncomingRequest } from "../types.ts";
import { rotateIfStrict, withinSignIn, type AuthContext } from "./auth-context.ts";
import type { Channel } from "./codes.ts";
import { appleCookies } from "./cookies.ts";
import { phonesFor, trustedPhones } from "./phones.ts";
import { authReply, isObject, parseObject, serviceErrors } from "./replies.ts";
import type { SignIn } from "./sign-ins.ts";

export const askForPush = withinSignIn((_request, signIn, context) =>
  answerAsk(signIn, context, { isSent: sendCode(context, "device"), status: 202 }),
);

export const askForMessage = withinSignIn((request, signIn, context) => {
  const id = phoneId(request);
  const phone = phonesFor(context.account.settings).find((each) => each.id === id);
  if (!phone) {
    const body = serviceErrors("-28248", "Cannot send a code to this phone number.");
    return authReply(signIn, context.account, { status: 412, body });
  }
  const isSent = sendCode(context, phone.id);
  return answerAsk(signIn, context, { isSent, status: 200 });
});

export const submitDeviceCode = withinSignIn((request, signIn, context) =>
  judge(request, signIn, { context, channel: "device" }),
);

/** Naming another phone than the code went to gives a 412 without a verdict. */
export const submitPhoneCode = withinSignIn((request, signIn, context) => {
  const channel = phoneId(request);
  if (channel === null || !context.codes.wasSentTo(channel)) {
    const body = { securityCode: context.codes.describe() };
    return authReply(signIn, context.account, { status: 412, body });
  }
  return judge(request, signIn, { context, channel });
});

/** Any well-formed assertion passes; since August 2026 with 409. */
export const submitSecurityKey = withinSignIn((request, signIn, context) => {
  const body = parseObject(request.body);
  if (!body || typeof body["signatureData"] !== "string") {
    return authReply(signIn, context.account, {
      status: 400,
      body: serviceErrors("-21669", "The security key could not be verified."),
    });
  }
  return accepted(request, signIn, { context, isPhone: false });
});

export const trust = withinSignIn((request, signIn, context) => {
  const { account, tokens, signIns } = context;
  if (account.settings.twoFactor === "none") {
    return authReply(signIn, account, { status: 404, body: "" });
  }
  if (signIn.stage !== "code-accepted" && signIn.stage !== "trusted") {
    return authReply(signIn, account, { status: 403, body: "" });
  }
  signIn.stage = "trusted";
  signIn.sessionToken = tokens.issueSession(true, signIn.sessionToken);
  signIns.rotate(signIn);
  return authReply(signIn, account, {
    status: 204,
    body: null,
    headers: {
      "X-Apple-TwoSV-Trust-Token": tokens.issueTrust(),
      "X-Apple-Session-Token": signIn.sessionToken,
    },
    cookies: appleCookies(request.origins),
  });
});

/** The old path; others saw 405 there in 2026. */
export const oldPath = withinSignIn((_request, signIn, { account }) =>
  authReply(signIn, account, { status: 405, body: "" }),
);

/** An account with hardware keys gets no codes at all; its devices show only OK. */
function sendCode({ account, codes }: AuthContext, channel: Channel): boolean {
  return account.settings.securityKeys.length > 0 || codes.send(channel);
}

function answerAsk(
  signIn: SignIn,
  context: AuthContext,
  { isSent, status }: { isSent: boolean; status: number },
): Response {
  const { account, codes } = context;
  rotateIfStrict(signIn, context);
  const state = {
    trustedDeviceCount: account.settings.noTrustedDevices ? 0 : 1,
    trustedPhoneNumbers: trustedPhones(phonesFor(account.settings)),
    securityCode: codes.describe(),
    authenticationType: "hsa2",
  };
  if (isSent) return authReply(signIn, account, { status, body: state });
  const errors = serviceErrors("-22981", "Too many verification codes have been sent.");
  return authReply(signIn, account, { status: 403, body: { ...state, ...errors } });
}

function judge(
  request: IncomingRequest,
  signIn: SignIn,
  { context, channel }: { context: AuthContext; channel: Channel },
): Response {
  const { account, codes } = context;
  const code = submittedCode(request);
  const attempt = code === null ? "wrong" : codes.submit(channel, code);
  if (attempt === "right" && account.settings.securityKeys.length === 0) {
    return accepted(request, signIn, { context, isPhone: channel !== "device" });
  }
  const isLocked = attempt === "too-many";
  const number = isLocked ? "-22982" : "-21669";
  const message = isLocked ? "Too many tries. Wait and try again." : "Incorrect verification code.";
  const body = {
    securityCode: { ...codes.describe(), valid: false },
    ...serviceErrors(number, message),
  };
  const headers = { "X-Apple-I-Ercd": number };
  return authReply(signIn, account, { status: isLocked ? 403 : 400, body, headers });
}

/** The ways Apple says yes: 204; since 2026 a 409, now and then without the token; or a 412. */
function accepted(
  request: IncomingRequest,
  signIn: SignIn,
  { context, isPhone }: { context: AuthContext; isPhone: boolean },
): Response {
  const { account, tokens, signIns, codes } = context;
  const { twoFactor, codeNeedsRepair, securityKeys } = account.settings;
  signIn.stage = "code-accepted";
  if (isPhone) rotateIfStrict(signIn, context);
  else signIns.rotate(signIn);
  const cookies = appleCookies(request.origins);
  const body = {
    authenticationType: "hsa2",
    securityCode: { ...codes.describe(), valid: true },
  };
  const conflict = codeNeedsRepair ? 412 : 409;
  if (twoFactor === "2026-bare") {
    return authReply(signIn, account, { status: conflict, body, cookies });
  }
  signIn.sessionToken = tokens.issueSession(false, signIn.sessionToken);
  const headers = { "X-Apple-Session-Token": signIn.sessionToken };
  if (twoFactor === "classic" && !codeNeedsRepair && securityKeys.length === 0) {
    return isPhone
      ? authReply(signIn, account, { status: 200, body, headers, cookies })
      : authReply(signIn, account, { status: 204, body: null, headers, cookies });
  }
  const edp = { ...headers, "X-Apple-Edp": "true" };
  return authReply(signIn, account, { status: conflict, body, headers: edp, cookies });
}

/** The code as a string; a number has lost its leading zeros and is refused. */
function submittedCode(request: IncomingRequest): string | null {
  const securityCode = parseObject(request.body)?.["securityCode"];
  const code = isObject(securityCode) ? securityCode["code"] : null;
  return typeof code === "string" ? code : null;
}

function phoneId(request: IncomingRequest): number | null {
  const phone = parseObject(request.body)?.["phoneNumber"];
  const id = isObject(phone) ? phone["id"] : null;
  return typeof id === "number" ? id : null;
}
