/**
 * Takes over the session of the original kei in the same folder, so that nobody needs a new code: its `.session` file
 * and its cookies are read, never changed, and only while we have no session of our own.
 */
import { Secret } from "../lib/secret.ts";
import type { Cookies } from "./cookies.ts";
import { isLoopbackHost } from "../lib/loopback.ts";
import { at, readJson } from "./json.ts";
import type { Endpoints } from "./options.ts";
import { readPrivateFile } from "./private-file.ts";
import type { SessionState } from "./session-file.ts";

/** Fills a fresh session from the original's files, `stem` and `stem.session`, as far as they are there and can be read. */
export function takeOver(
  stem: string,
  endpoints: Endpoints,
  state: SessionState,
  cookies: Cookies,
): void {
  const file = readJson(readPrivateFile(`${stem}.session`) ?? "");
  const clientId = textAt(file, "client_id");
  if (clientId === null) return;
  const originals = parseCookieFile(readPrivateFile(stem) ?? "");
  if (!isFor(endpoints, originals)) return;
  const sessionToken = textAt(file, "session_token");
  const trustToken = textAt(file, "trust_token");
  Object.assign(state, {
    clientId,
    scnt: textAt(file, "scnt"),
    sessionId: textAt(file, "session_id"),
    accountCountry: textAt(file, "account_country"),
    sessionToken: sessionToken === null ? null : new Secret(sessionToken),
    trustToken: trustToken === null ? null : new Secret(trustToken),
  } satisfies Partial<SessionState>);
  for (const { url, cookie } of originals) cookies.absorb(url, [cookie]);
}

// The original does not write down which servers it talked to; its cookies tell. Without any it was Apple.
function isFor(endpoints: Endpoints, originals: readonly OriginalCookie[]): boolean {
  const hosts = originals.map(({ url }) => new URL(url).hostname);
  if (endpoints.isLoopback) return hosts.length > 0 && hosts.every(isLoopbackHost);
  const isChinese = new URL(endpoints.home).hostname.endsWith(".cn");
  return hosts.every((host) => !isLoopbackHost(host) && host.endsWith(".cn") === isChinese);
}

interface OriginalCookie {
  readonly url: string;
  readonly cookie: string;
}

/** A JSON list, or in older versions one line each with a tab between address and cookie. */
function parseCookieFile(text: string): OriginalCookie[] {
  const list = readJson(text);
  const pairs: unknown[][] = Array.isArray(list)
    ? list.map((entry) => [at(entry, "url"), at(entry, "cookie")])
    : text.split("\n").map((line) => line.split("\t", 2));
  return pairs.flatMap(([url, cookie]) => {
    const isUsable = typeof url === "string" && URL.canParse(url) && typeof cookie === "string";
    return isUsable ? [{ url, cookie }] : [];
  });
}

function textAt(file: unknown, key: string): string | null {
  const value = at(file, key);
  return typeof value === "string" && value !== "" ? value : null;
}
