/** Answers as the sign-in host and the setup host dress them (recorded headers). */

import { randomUUID } from "node:crypto";
import type { Account } from "./account.ts";
import type { SignIn } from "./sign-ins.ts";

interface AuthReply {
  readonly status: number;
  /** Null sends no body. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  /** Apple labels the JSON of signin/init as HTML. */
  readonly contentType?: string;
}

const JSON_TYPE = "application/json;charset=UTF-8";
export const HTML_TYPE = "text/html;charset=UTF-8";

/** An answer of the sign-in host that speaks of one sign-in. */
export function authReply(signIn: SignIn, account: Account, reply: AuthReply): Response {
  const headers = authHeaders(reply);
  headers.set("scnt", signIn.scnt);
  headers.set("X-Apple-ID-Session-Id", signIn.sessionId);
  headers.set("X-Apple-Auth-Attributes", Buffer.from(signIn.scnt).toString("base64").slice(0, 120));
  headers.set("X-Apple-ID-Account-Country", account.country);
  // icloudpd keeps the last value it saw and calls a later HTML answer a wrong password when it is 401.
  if (reply.body !== null) headers.set("X-Apple-I-Rscd", String(reply.status));
  return new Response(authBody(reply.body), { status: reply.status, headers });
}

/** An answer of the sign-in host to a request that belongs to no sign-in. */
export function authRefusal(reply: AuthReply): Response {
  return new Response(authBody(reply.body), { status: reply.status, headers: authHeaders(reply) });
}

/** The error body of the sign-in host. */
export function serviceErrors(code: string, message: string) {
  const error = { code, title: message, message, suppressDismissal: false };
  return { service_errors: [error], hasError: true };
}

export function setupReply(
  account: Account,
  reply: { status: number; body: unknown; cookies?: readonly string[] },
): Response {
  const headers = new Headers({
    "Content-Type": "application/json; charset=UTF-8",
    "Cache-Control": "no-cache, no-store, private",
    Server: "AppleHttpServer/78689afb4479",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Origin": "https://www.icloud.com",
    "Access-Control-Expose-Headers": "X-Apple-Request-UUID,Via",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Apple-Request-UUID": randomUUID(),
    "X-Responding-Instance": "setupservice:33200401:simulated:7001:2404B363:5934c9004de5",
    "x-apple-user-partition": String(account.partition),
  });
  for (const cookie of reply.cookies ?? []) headers.append("Set-Cookie", cookie);
  return new Response(JSON.stringify(reply.body), { status: reply.status, headers });
}

/** Body of a 421 of the setup host and of the CloudKit front end. */
export function missingCookie(name: string) {
  return {
    success: false,
    error: `Missing ${name} cookie`,
    trustTokens: [],
    requestInfo: {},
  };
}

export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null; // Not JSON: the caller answers as Apple does to a malformed request.
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function authHeaders({ headers = {}, cookies = [], contentType = JSON_TYPE }: AuthReply): Headers {
  const all = new Headers({
    "Content-Type": contentType,
    "Cache-Control": "no-cache, no-store",
    Pragma: "no-cache",
    Server: "Apple",
    "Referrer-Policy": "origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Apple-I-Request-ID": randomUUID(),
    "X-BuildVersion": "R4_1",
    "X-Content-Type-Options": "nosniff",
    "X-FRAME-OPTIONS": "DENY",
    "X-XSS-Protection": "1; mode=block",
    vary: "accept-encoding",
    ...headers,
  });
  for (const cookie of cookies) all.append("Set-Cookie", cookie);
  return all;
}

function authBody(body: unknown): string | null {
  if (body === null) return null;
  return typeof body === "string" ? body : JSON.stringify(body);
}
