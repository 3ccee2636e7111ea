/** The cookies a login at the setup host hands out (recorded, 1.4). */

import { createHash } from "node:crypto";
import type { Origins } from "../types.ts";
import type { Account } from "./account.ts";
import { deletedCookie, icloudCookie, type Cookie } from "./cookies.ts";
import { opaque } from "./random.ts";
import { SESSION_MS, type WebSession } from "./web-sessions.ts";

const DAY_MS = 86_400_000;
const HSA_TRUST_MS = 90 * DAY_MS;

/** PCS cookies of an ordinary account; one with Advanced Data Protection gets them from a device. */
const PCS_NAMES = ["Documents", "News", "Notes", "Photos", "Sharing"] as const;

interface Login {
  readonly account: Account;
  readonly origins: Origins;
  readonly now: number;
}

/** Before the second factor: everything but the cookie CloudKit insists on. */
export function untrustedCookies({ account, origins, now }: Login): string[] {
  const expiresAt = now + SESSION_MS;
  return write(origins, [
    { name: "X-APPLE-UNIQUE-CLIENT-ID", value: "Cw==", isHttpOnly: false },
    { name: "X-APPLE-WEBAUTH-LOGIN", value: ticket(1) },
    { name: "X-APPLE-WEBAUTH-VALIDATE", value: ticket(1), isHttpOnly: false },
    { name: "X-APPLE-WEBAUTH-HSA-LOGIN", value: ticket(2) },
    { name: "X-APPLE-WEBAUTH-USER", value: `v=1:s=1:d=${account.dsid}`, expiresAt },
    { name: keyBagName(account), value: ticket(1), expiresAt: expiresAt + SESSION_MS },
    { name: "X-APPLE-DS-WEB-SESSION-TOKEN", value: opaque(90), expiresAt },
  ]);
}

/** A full login: a TOKEN, the browser's trust, the PCS cookies. */
export function trustedCookies(login: Login, session: WebSession): string[] {
  const { account, origins, now } = login;
  const expiresAt = now + SESSION_MS;
  const trust = { name: "X-APPLE-WEBAUTH-HSA-TRUST", value: opaque(60) };
  return [
    ...(session.pcs === null ? [] : pcsCookies(login, session.pcs, PCS_NAMES)),
    ...write(origins, [
      { name: "X-APPLE-WEBAUTH-LOGIN", value: ticket(1) },
      { name: "X-APPLE-WEBAUTH-VALIDATE", value: ticket(1), isHttpOnly: false },
      { name: "X-APPLE-WEBAUTH-USER", value: `v=1:s=1:d=${account.dsid}`, expiresAt },
      { ...trust, expiresAt: now + HSA_TRUST_MS },
      { name: "X-APPLE-DS-WEB-SESSION-TOKEN", value: opaque(90), expiresAt, dateStyle: "tight" },
    ]),
    tokenCookie(origins, session),
    deletedCookie("X-APPLE-WEBAUTH-HSA-LOGIN", origins),
  ];
}

/** While terms wait: no TOKEN, no VALIDATE, no session token, but a REPAIR. */
export function repairCookies({ account, origins, now }: Login): string[] {
  const expiresAt = now + SESSION_MS;
  return write(origins, [
    { name: "X-APPLE-WEBAUTH-LOGIN", value: ticket(1) },
    { name: "X-APPLE-WEBAUTH-USER", value: `v=1:s=1:d=${account.dsid}`, expiresAt },
    { name: "X-APPLE-WEBAUTH-REPAIR", value: ticket(1) },
  ]);
}

/** The cookie that opens CloudKit; its date has no space after the comma, as recorded. */
export function tokenCookie(origins: Origins, session: WebSession): string {
  const { token: value, startedAt } = session;
  const expiresAt = startedAt + SESSION_MS;
  const cookie: Cookie = { name: "X-APPLE-WEBAUTH-TOKEN", value, expiresAt, dateStyle: "tight" };
  return icloudCookie(cookie, origins);
}

export function pcsCookies(login: Login, value: string, names: readonly string[]): string[] {
  const expiresAt = login.now + SESSION_MS;
  return write(
    login.origins,
    names.map((name) => {
      return { name: `X-APPLE-WEBAUTH-PCS-${name}`, value, expiresAt, dateStyle: "tight" };
    }),
  );
}

/** Takes everything away that a login gave. */
export function clearedCookies({ account, origins }: Omit<Login, "now">): string[] {
  const services = PCS_NAMES.map((name) => `PCS-${name}`);
  const names = ["LOGIN", "VALIDATE", "TOKEN", "USER", ...services];
  return [
    ...names.map((name) => deletedCookie(`X-APPLE-WEBAUTH-${name}`, origins)),
    deletedCookie(keyBagName(account), origins),
    deletedCookie("X-APPLE-DS-WEB-SESSION-TOKEN", origins),
  ];
}

function keyBagName({ name }: Account): string {
  return `X_APPLE_WEB_KB-${createHash("sha1").update(name).digest("hex").slice(0, 26).toUpperCase()}`;
}

function ticket(version: number): string {
  return `v=${version}:t=Cw==BST_${opaque(90)}~~`;
}

function write(origins: Origins, cookies: readonly Cookie[]): string[] {
  return cookies.map((cookie) => icloudCookie(cookie, origins));
}
