/** What of a session must never be shown: whoever has it can act as the person. */
import { Secret } from "../lib/secret.ts";
import type { StoredCookie } from "./cookies.ts";
import type { SessionState } from "./session-file.ts";

/** Cookies also hold words like "1" and "en"; blotting those out would hide nothing and spoil everything. */
const COOKIE_MIN = 12;

/** Tokens, Apple's threads and the cookies' values, without the quotes that belong to some of them. */
export function sessionSecrets(state: SessionState, cookies: readonly StoredCookie[]): Secret[] {
  const { sessionToken, trustToken, scnt, sessionId, authAttributes } = state;
  const values = cookies
    .map(({ value }) => (typeof value === "string" ? value.replace(/^"|"$/g, "") : ""))
    .filter(({ length }) => length >= COOKIE_MIN);
  const threads = [scnt, sessionId, authAttributes, ...values];
  return [
    ...[sessionToken, trustToken].filter((token) => token !== null),
    ...threads.flatMap((text) => (text === null ? [] : [new Secret(text)])),
  ];
}
