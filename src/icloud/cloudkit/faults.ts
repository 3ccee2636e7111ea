/** Turns what CloudKit answers into a fault: HTTP status, serverErrorCode and body shapes, all in one table. */
import { isObject } from "../../lib/is-object.ts";
import { AuthError, RemoteError } from "../../lib/errors.ts";
import type { RemoteFault } from "../../lib/errors.ts";
import { parseRetryAfter } from "../../lib/retry.ts";
import { short } from "../../lib/short.ts";

const BY_CODE: Record<string, RemoteFault> = {
  RETRY_LATER: "unavailable",
  TRY_AGAIN_LATER: "unavailable",
  CAS_OP_LOCK: "unavailable",
  ZONE_BUSY: "unavailable",
  SERVICE_UNAVAILABLE: "unavailable",
  NETWORK_FAILURE: "unavailable",
  NETWORK_UNAVAILABLE: "unavailable",
  INTERNAL_ERROR: "unavailable",
  THROTTLED: "throttled",
  REQUEST_RATE_LIMITED: "throttled",
  ZONE_NOT_FOUND: "zone-gone",
  AUTHENTICATION_REQUIRED: "signed-out",
  AUTHENTICATION_FAILED: "shut-out",
  ACCESS_DENIED: "shut-out",
  CHANGE_TOKEN_EXPIRED: "bad-token",
  NOT_FOUND: "gone",
};

const BY_STATUS: Record<number, RemoteFault> = {
  401: "signed-out",
  403: "signed-out",
  408: "unavailable",
  421: "signed-out",
  423: "signed-out", // cookies of the protected services are missing: only a new login brings them
  429: "throttled",
  450: "signed-out",
};

/** True for a code that says nothing but "not now", wherever it stands. */
export function isPassing(code: string): boolean {
  const fault = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  return fault === "unavailable" || fault === "throttled";
}

/** What the caller knows of an answer. `body` is parsed JSON, or undefined when it was none. */
export interface Answer {
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
  readonly retryAfterMs: number | undefined;
}

/** The error an answer stands for, or null when it is good. */
export function faultOf(answer: Answer): RemoteError | null {
  const { operation, status, body } = answer;
  const code =
    isObject(body) && typeof body.serverErrorCode === "string" ? body.serverErrorCode : null;
  if (code !== null) return codeFault(answer, code, reasonOf(body));
  if (status === 200 && isObject(body)) return null;
  const said = `Apple answered ${status} to ${operation}`;
  const details = { status, retryAfterMs: answer.retryAfterMs };
  if (status === 200) {
    return new RemoteError("unavailable", `${said} with something that is no JSON`, details);
  }
  const fault = BY_STATUS[status] ?? (status >= 500 ? "unavailable" : "refused");
  const reason = reasonOf(body);
  return new RemoteError(fault, reason ? `${said}: ${reason}` : said, details);
}

/** The fault behind a serverErrorCode, wherever it stood: top level, zone or record. */
export function codeFault(
  answer: Pick<Answer, "operation" | "status" | "retryAfterMs">,
  code: string,
  reason: string | null,
): RemoteError {
  const said = `Apple answered ${short(code)} to ${answer.operation}${reason ? `: ${reason}` : ""}`;
  const details = { status: answer.status, retryAfterMs: answer.retryAfterMs };
  if (code === "BAD_REQUEST")
    return new RemoteError(badRequest(answer.operation, reason), said, details);
  const fault = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  return new RemoteError(fault ?? "refused", said, details);
}

function badRequest(operation: string, reason: string | null): RemoteFault {
  if (reason?.includes("length is greater than max size")) return "too-large";
  return operation === "changes/zone" || operation === "changes/database" ? "bad-token" : "refused";
}

const WEB_ACCESS = '"Access iCloud Data on the Web" (on a device: Settings, your name, iCloud)';

/**
 * What is wrong with an account that is refused by a session it was given just now, with every cause that fits: Apple
 * says the same of all of them.
 */
export function accountFault(cause: RemoteError): AuthError {
  const message = `Apple does not take a session it has just given: ${cause.message}`;
  if (cause.fault === "signed-out") {
    const hint = `switch on ${WEB_ACCESS}, and sign in at icloud.com once for what it may want confirmed`;
    return new AuthError("refused", message, { hint, cause });
  }
  const isAboutKeys = cause.message.includes("no auth method found");
  const hint =
    `sign in at icloud.com once: Photos must open there, and there may be terms to accept; see that ${WEB_ACCESS} is on ` +
    "and Advanced Data Protection is off; accounts with hardware security keys cannot be used; Apple also says this for " +
    "a while when it throttles, so try again later";
  return new AuthError(isAboutKeys ? "security-key" : "protected", message, { hint, cause });
}

/** The wait that an error in a body asks for, in ms. */
export function askedIn(body: unknown): number | undefined {
  const seconds = isObject(body) ? body.retryAfter : undefined;
  if (typeof seconds !== "number" || !(seconds >= 0)) return undefined;
  return parseRetryAfter(String(Math.min(seconds, Number.MAX_SAFE_INTEGER)), 0);
}

/** The human-readable reason in the various error shapes. */
export function reasonOf(body: unknown): string | null {
  if (!isObject(body)) return null;
  for (const key of ["reason", "errorReason", "errorMessage", "error"]) {
    if (typeof body[key] === "string") return short(body[key]);
  }
  return null;
}
