/** Logging in to icloud.com with what the sign-in host gave: accountLogin, validate, logout, terms. */

import type { IncomingRequest } from "../types.ts";
import { loginBody } from "./login-body.ts";
import { opaque } from "./random.ts";
import { missingCookie, parseObject, setupReply } from "./replies.ts";
import {
  clearedCookies,
  repairCookies,
  tokenCookie,
  trustedCookies,
  untrustedCookies,
} from "./session-cookies.ts";
import { sessionOf, type SetupContext, type SetupStep } from "./setup-context.ts";
import type { SessionToken } from "./tokens.ts";

const TERMS_VERSION = 9001;

export const accountLogin: SetupStep = (request, context) => {
  const { account, tokens } = context;
  const body = parseObject(request.body);
  if (!body)
    return setupReply(account, { status: 400, body: { success: false, error: "Invalid" } });
  const token = tokens.findSession(body["dsWebAuthToken"]);
  if (!token) return setupReply(account, { status: 421, body: invalidToken() });
  const { domainToUse } = account.settings;
  if (domainToUse !== null) return setupReply(account, { status: 302, body: { domainToUse } });
  return logIn(request, context, { token, trustToken: body["trustToken"] });
};

/** Only the cookies matter; the answer is that of accountLogin, or a 421 without dsInfo. */
export const validate: SetupStep = (request, context) => {
  const { account, sessions } = context;
  const session = sessionOf(request, context);
  if (!session) return setupReply(account, { status: 421, body: missingToken() });
  sessions.rotate(session);
  const { origins } = request;
  return setupReply(account, {
    status: 200,
    // Validating repeats the partition of the login, even when the account has moved.
    body: loginBody({ account, origins, isTrusted: true, partition: session.partition }),
    cookies: [tokenCookie(origins, session)],
  });
};

export const logout: SetupStep = (request, context) => {
  const { account, sessions, tokens } = context;
  const session = sessionOf(request, context);
  if (!session) return setupReply(account, { status: 421, body: missingToken() });
  sessions.close(session);
  tokens.forgetSessions();
  if (parseObject(request.body)?.["trustBrowser"] !== true) tokens.forgetTrust();
  const cookies = clearedCookies({ account, origins: request.origins });
  return setupReply(account, { status: 200, body: { success: true }, cookies });
};

export const getTerms: SetupStep = (_request, { account }) =>
  setupReply(account, { status: 200, body: { iCloudTerms: { version: TERMS_VERSION } } });

/** Needs the version that getTerms named. */
export const repairDone: SetupStep = (request, { account }) => {
  if (parseObject(request.body)?.["acceptedICloudTerms"] !== TERMS_VERSION) {
    return setupReply(account, { status: 400, body: { success: false, error: "Invalid terms" } });
  }
  account.settings.termsPending = false;
  return setupReply(account, { status: 200, body: { success: true } });
};

/** Devices of the old two-step verification; nobody has them any more. */
export const listDevices: SetupStep = (_request, { account }) =>
  setupReply(account, { status: 200, body: { devices: [] } });

function logIn(
  request: IncomingRequest,
  context: SetupContext,
  { token, trustToken }: { token: SessionToken; trustToken: unknown },
): Response {
  const { account, clock, sessions, tokens } = context;
  const { origins } = request;
  const isTrusted = token.isTrusted || tokens.isTrusted(trustToken);
  const partition = partitionFor(request, context, token);
  const body = loginBody({ account, origins, isTrusted, partition });
  const login = { account, origins, now: clock.now() };
  if (!isTrusted) {
    return setupReply(account, { status: 200, body, cookies: untrustedCookies(login) });
  }
  if (account.settings.termsPending) {
    return setupReply(account, { status: 200, body, cookies: repairCookies(login) });
  }
  const pcs = account.settings.adp ? null : opaque(120);
  const session = sessions.open({ isTrusted, partition, pcs });
  return setupReply(account, { status: 200, body, cookies: trustedCookies(login, session) });
}

/** After a move, an old connection with an old token is still told the old partition. */
function partitionFor(request: IncomingRequest, context: SetupContext, token: SessionToken) {
  const { account, movedFrom } = context;
  if (movedFrom === null) return account.partition;
  const isNewConnection = (request.connection ?? 0) > movedFrom.connection;
  const isNewSignIn = token.issuedAt >= movedFrom.at;
  return isNewConnection || isNewSignIn ? account.partition : movedFrom.partition;
}

function missingToken() {
  return missingCookie("X-APPLE-WEBAUTH-TOKEN");
}

function invalidToken() {
  return {
    success: false,
    error: "Invalid authentication token.",
    trustTokens: [],
    requestInfo: {},
  };
}
