/** Set-Cookie lines in the two syntaxes Apple uses (protocol notes 1.4). */

import type { Origins } from "../types.ts";

export interface Cookie {
  readonly name: string;
  readonly value: string;
  /** Absent: until the browser closes. */
  readonly expiresAt?: number;
  readonly isHttpOnly?: boolean;
  /** "spaced" as in `Fri, 12-Jan-2024`, "tight" as in `Tue,16-Jan-2024`; both occur. */
  readonly dateStyle?: "spaced" | "tight";
}

/** A cookie of the setup host: for all of icloud.com, or for this address only when it is not Apple's. */
export function icloudCookie(cookie: Cookie, origins: Origins): string {
  return format(cookie, origins.isApple ? ";Path=/;Domain=.icloud.com;Secure" : ";Path=/");
}

/** A cookie that takes away the one of that name: empty, one second after the epoch. */
export function deletedCookie(name: string, origins: Origins): string {
  return icloudCookie({ name, value: "", expiresAt: 1_000 }, origins);
}

/** The two cookies of the sign-in host that come with an accepted code. */
export function appleCookies(origins: Origins): string[] {
  const rest = origins.isApple ? "; Domain=apple.com; Path=/; Secure; HttpOnly" : "; Path=/";
  return [`dslang=US-EN${rest}`, `site=NOR${rest}`];
}

/** The cookie that tells Apple it has seen this browser; for the sign-in host alone. */
export function aaspCookie(value: string, origins: Origins): string {
  return `aasp=${value}; Path=/${origins.isApple ? "; Secure; HttpOnly" : ""}`;
}

function format(cookie: Cookie, tail: string): string {
  const { name, value, expiresAt, isHttpOnly = true, dateStyle = "spaced" } = cookie;
  const expires = expiresAt === undefined ? "" : `;Expires=${dashedDate(expiresAt, dateStyle)}`;
  return `${name}="${value}"${expires}${tail}${isHttpOnly ? ";HttpOnly" : ""}`;
}

function dashedDate(ms: number, style: "spaced" | "tight"): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().split(/,? /);
  return `${weekday},${style === "spaced" ? " " : ""}${day}-${month}-${year} ${time} GMT`;
}
