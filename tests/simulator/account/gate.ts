/** The door of CloudKit: lets a web session in, renews its cookie now and then, or says why not. */

import { randomUUID } from "node:crypto";
import type { Gate, IncomingRequest } from "../types.ts";
import { missingCookie } from "./replies.ts";
import { forgetIfLapsed } from "./pcs-steps.ts";
import { tokenCookie } from "./session-cookies.ts";
import type { SetupContext } from "./setup-context.ts";
import { withoutQuotes, type WebSession } from "./web-sessions.ts";

/** Our figures: builds begin with year and week, and browsers age fast. */
const [OLDEST_BUILD, OLDEST_CHROME] = [2300, 110];

export function createGate(context: SetupContext): Gate {
  const { account } = context;
  return {
    dsid: account.dsid,
    get partition() {
      return account.partition;
    },
    check: (request, extra) => check(request, extra, context),
  };
}

function check(request: IncomingRequest, extra: Headers, context: SetupContext): Response | null {
  const { account, sessions } = context;
  const { settings } = account;
  if (settings.refuseOldClients && isOldClient(request)) return refusal(403, {});
  if (request.partition !== undefined && request.partition !== account.partition) {
    return refusal(421, { success: false, error: "Misdirected Request" });
  }
  const { session, standing } = sessions.find(request.cookies.get("X-APPLE-WEBAUTH-TOKEN"));
  if (settings.securityKeys.length > 0 && !session) return noAuthMethod();
  if (standing === "unknown") return refusal(421, missingCookie("X-APPLE-WEBAUTH-TOKEN"));
  if (!settings.webAccess) return refusal(421, missingCookie("X-APPLE-WEBAUTH-USER"));
  if (!session || isUsedUp(session, context)) return invalidSession();
  if (settings.adp && !hasPcs(request, session, context)) return missingPcs();
  if (sessions.countCall(session)) {
    sessions.rotate(session);
    extra.append("Set-Cookie", tokenCookie(request.origins, session));
  }
  return null;
}

/** Programs that imitate a web page of long ago were refused now and then, by their build or their browser. */
function isOldClient(request: IncomingRequest): boolean {
  const build = Number.parseInt(request.url.searchParams.get("clientBuildNumber") ?? "", 10);
  const chrome = /Chrome\/(\d+)/.exec(request.headers.get("user-agent") ?? "")?.[1];
  return build < OLDEST_BUILD || Number(chrome) < OLDEST_CHROME;
}

/** A session that dies after so many calls, in the middle of a listing. */
function isUsedUp(session: WebSession, { account, sessions }: SetupContext): boolean {
  const { sessionCallsMax } = account.settings;
  if (sessionCallsMax === null || session.calls < sessionCallsMax) return false;
  sessions.close(session);
  return true;
}

/** The device's consent decides, not the date of the cookie. */
function hasPcs(request: IncomingRequest, session: WebSession, context: SetupContext): boolean {
  forgetIfLapsed(session, context);
  const cookie = request.cookies.get("X-APPLE-WEBAUTH-PCS-Photos");
  return cookie !== undefined && session.pcs !== null && withoutQuotes(cookie) === session.pcs;
}

function invalidSession(): Response {
  return refusal(421, { error: 2, reason: "Invalid global session" });
}

function noAuthMethod(): Response {
  const uuid = randomUUID();
  const reason = "no auth method found";
  return refusal(401, { uuid, serverErrorCode: "AUTHENTICATION_FAILED", reason });
}

function missingPcs(): Response {
  return refusal(423, {
    errorReason: "Missing PCS cookies from the request",
    errorCode: 423,
    requestUUID: randomUUID(),
  });
}

function refusal(status: number, body: unknown): Response {
  const headers = { "Content-Type": "application/json; charset=UTF-8" };
  return new Response(JSON.stringify(body), { status, headers });
}
