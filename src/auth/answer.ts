/** What an answer of Apple's sign-in means. Pure: statuses, headers and bodies disagree, and here is who wins. */
import { isObject } from "../lib/is-object.ts";
import type { HttpResponse } from "../lib/http.ts";
import { AuthError } from "../lib/errors.ts";
import { parseRetryAfter } from "../lib/retry.ts";
import { short } from "../lib/short.ts";
import { at, readBootArgs, readJson } from "./json.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The JSON of the body, whatever type it claims to be; undefined for text, half an answer or nothing. */
  readonly body: unknown;
  readonly retryAfterMs: number | null;
}

/** Reads an answer; `nowMs` is needed for a `Retry-After` that names a date. */
export function readAnswer(response: HttpResponse, nowMs: number): Answer {
  return {
    status: response.status,
    headers: response.headers,
    body: readJson(response.text) ?? readBootArgs(response.text),
    retryAfterMs: parseRetryAfter(response.headers.get("Retry-After"), nowMs) ?? null,
  };
}

/** The status that counts: behind a 200 the sign-in service hides the real one in a header. */
export function realStatus(answer: Answer): number {
  const hidden = Number(answer.headers.get("X-Apple-I-Rscd"));
  return answer.status === 200 && [401, 403, 409, 412].includes(hidden) ? hidden : answer.status;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Worth another try: Apple is busy or broken, and said nothing about us. */
export function isTransient(status: number): boolean {
  return status === 429 || status >= 500;
}

/** Apple names one or two. */
const errorsMax = 10;

export interface ServiceError {
  readonly code: string;
  readonly message: string;
}

/** The errors a body speaks of, in any of the shapes of the sign-in and setup services. */
export function serviceErrors(body: unknown): ServiceError[] {
  const listed = [at(body, "service_errors"), at(body, "serviceErrors")]
    .filter(Array.isArray)
    .flat()
    .filter(isObject)
    .slice(0, errorsMax)
    .map((entry) => toServiceError(entry["code"], entry["message"] ?? entry["title"]));
  if (listed.length > 0) return listed;
  const isRefused = at(body, "success") === false || at(body, "hasError") === true;
  if (!isRefused) return [];
  return [
    toServiceError(at(body, "errorCode"), at(body, "errorMessage") ?? at(body, "error") ?? ""),
  ];
}

function toServiceError(code: unknown, message: unknown): ServiceError {
  return {
    code: typeof code === "string" || typeof code === "number" ? short(String(code)) : "",
    message: typeof message === "string" ? short(message) : "",
  };
}

const wrongPasswordCode = "-20101";
const wrongCodeCode = "-21669";
const tooManyWrongCodesCode = "-22982";

function hasCode(answer: Answer, code: string): boolean {
  const header = answer.headers.get("X-Apple-I-Ercd");
  return header === code || serviceErrors(answer.body).some((error) => error.code === code);
}

/** True only when the password is certainly wrong: everything else may be a limit or an outage. */
export function isWrongPassword(answer: Answer): boolean {
  return realStatus(answer) === 401 || hasCode(answer, wrongPasswordCode);
}

export type CodeVerdict = "accepted" | "wrong" | "locked" | "unclear";

/**
 * Whether a six-digit code was accepted. A wrong-code mark beats any status; `valid: true` or a session token beats
 * the 409 and 412 that Apple also gives for good codes.
 */
export function judgeCode(answer: Answer): CodeVerdict {
  const isValid = at(answer.body, "securityCode", "valid") ?? at(answer.body, "valid");
  const isLocked = isCodeLocked(answer.body);
  if (hasCode(answer, tooManyWrongCodesCode)) return "locked";
  if (hasCode(answer, wrongCodeCode) || isValid === false) return isLocked ? "locked" : "wrong";
  if (isValid === true) return "accepted";
  if (serviceErrors(answer.body).length > 0) return isLocked ? "locked" : "unclear";
  if (isSuccess(answer.status)) return "accepted";
  if (answer.status === 409 && answer.headers.get("X-Apple-Session-Token")) return "accepted";
  if (answer.status === 412 && answer.headers.get("X-Apple-Session-Token")) return "accepted";
  return isLocked ? "locked" : "unclear";
}

/** Too many wrong codes: further tries only make it longer. */
export function isCodeLocked(body: unknown): boolean {
  const flags = at(body, "securityCode") ?? body;
  return (
    at(flags, "securityCodeLocked") === true ||
    at(flags, "tooManyCodesValidated") === true ||
    serviceErrors(body).some((error) => error.code === tooManyWrongCodesCode)
  );
}

export type SendVerdict = "sent" | "locked" | "failed";

/** Whether a code was sent: a repeat within a short time answers 412 although it was, so the body decides. */
export function judgeSending(answer: Answer): SendVerdict {
  const tooMany = at(answer.body, "securityCode", "tooManyCodesSent") === true;
  if (tooMany || isCodeLocked(answer.body)) return "locked";
  if (serviceErrors(answer.body).length > 0) return "failed";
  if (isSuccess(answer.status)) return "sent";
  const isDescribed = isObject(at(answer.body, "securityCode"));
  return isDescribed && [409, 412].includes(answer.status) ? "sent" : "failed";
}

/** An account has six of them at most. */
const keysMax = 6;

/** Names of the hardware keys of an account, or null when codes are possible. */
export function securityKeyNames(body: unknown): string[] | null {
  const names = at(body, "keyNames");
  const found = Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
  if (found.length > 0) return found.slice(0, keysMax).map(short);
  return isObject(at(body, "fsaChallenge")) ? [] : null;
}

/** A refusal that says nothing about password or code, as an error; `what` continues "Apple refused". */
export function refusal(answer: Answer, what: string): AuthError {
  const status = realStatus(answer);
  const detail = detailOf(answer);
  if (status === 429 || status === 403) {
    return new AuthError("throttled", `Apple refused ${what} for now${detail}`, {
      hint: `try again ${laterThan(answer.retryAfterMs)}; more attempts make the wait longer`,
    });
  }
  const isDown = isTransient(status);
  const message = isDown
    ? `Apple's sign-in is busy or down: ${what} failed${detail}`
    : `Apple answered ${what} with something unexpected${detail}`;
  const hint = isDown ? `try again ${laterThan(answer.retryAfterMs)}` : undefined;
  return new AuthError("unavailable", message, { hint });
}

function detailOf(answer: Answer): string {
  const errors = serviceErrors(answer.body)
    .map((error) => [error.code, error.message].filter(Boolean).join(" "))
    .filter(Boolean);
  return ` (${[`status ${realStatus(answer)}`, ...errors].join(", ")})`;
}

function laterThan(retryAfterMs: number | null): string {
  if (retryAfterMs === null) return "in an hour or so";
  const minutes = Math.ceil(retryAfterMs / 60_000);
  if (minutes <= 1) return "in a minute";
  return minutes > 120 ? `in ${Math.ceil(minutes / 60)} hours` : `in ${minutes} minutes`;
}
