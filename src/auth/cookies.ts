/**
 * The cookie jar: the only file that knows the cookie library.
 *
 * Apple's values are enclosed in quotes which belong to the value, their dates have dashes, an empty value means
 * "forget it", and each keeps its domain, because CloudKit wants the cookies that the setup host gave.
 */
import { Cookie, CookieJar } from "tough-cookie";
import type { Clock } from "../lib/clock.ts";
import { isLoopbackHost } from "../lib/loopback.ts";

const HEADER_LIFE_MS = 1000;

/** A cookie as it is kept in the session file. */
export type StoredCookie = Readonly<Record<string, unknown>>;

export class Cookies {
  readonly #jar = emptyJar();
  readonly #headers = new Map<string, { header: string | null; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** Takes cookies from the session file; what cannot be read is left out and counted. */
  load(stored: readonly StoredCookie[]): { unreadable: number } {
    let unreadable = 0;
    for (const entry of stored) {
      const cookie = Cookie.fromJSON({ ...entry });
      if (cookie && isSound(cookie)) this.#put(cookie, addressOf(cookie));
      else unreadable += 1;
    }
    return { unreadable };
  }

  /** Every cookie that has not expired, for the session file. */
  store(): StoredCookie[] {
    const all = this.#jar.serializeSync()?.cookies ?? [];
    return all
      .filter((entry) => {
        const cookie = Cookie.fromJSON(entry);
        return cookie !== undefined && this.#isAlive(cookie);
      })
      .map(({ lastAccessed: _, ...entry }) => entry);
  }

  /** Takes the `Set-Cookie` headers of one answer; true when something changed. */
  absorb(url: string, setCookies: readonly string[]): boolean {
    let hasChanged = false;
    for (const header of setCookies) {
      const cookie = Cookie.parse(header, { loose: true });
      if (!cookie) continue;
      const before = this.value(url, cookie.key);
      this.#put(this.#asSetBy(url, cookie), url);
      hasChanged ||= before !== this.value(url, cookie.key);
    }
    return hasChanged;
  }

  /** The `Cookie` header for an address, or null when nothing belongs there. */
  header(url: string): string | null {
    // Looked up once per file of a download, and the jar is slow: kept for a second, and until a cookie changes.
    const { origin } = new URL(url);
    const nowMs = this.clock.now();
    const known = this.#headers.get(origin);
    if (known && known.untilMs > nowMs) return known.header;
    const cookies = this.#matching(url);
    const pairs = cookies.map((cookie) => cookie.cookieString());
    const header = pairs.length === 0 ? null : pairs.join("; ");
    if (this.#isForAllPaths(origin)) {
      const ends = cookies.map((cookie) => cookie.expiryTime() ?? Infinity);
      this.#headers.set(origin, { header, untilMs: Math.min(nowMs + HEADER_LIFE_MS, ...ends) });
    }
    return header;
  }

  // True when what is sent to a host is the same whatever is asked of it.
  #isForAllPaths(origin: string): boolean {
    return this.#jar
      .getCookiesSync(origin, { expire: false, allPaths: true })
      .every((cookie) => cookie.path === "/");
  }

  /** The value of one cookie that would be sent to an address. */
  value(url: string, name: string): string | null {
    return this.#matching(url).find((cookie) => cookie.key === name)?.value ?? null;
  }

  /** Forgets everything. */
  clear(): void {
    this.#headers.clear();
    this.#jar.removeAllCookiesSync();
  }

  #put(cookie: Cookie, url: string): void {
    this.#headers.clear();
    // A cookie for somebody else's domain is dropped, as a browser would.
    this.#jar.setCookieSync(cookie, url, { ignoreError: true, now: this.#now() });
  }

  /** At a loopback address every cookie belongs to that host alone, whatever domain it names. */
  #asSetBy(url: string, cookie: Cookie): Cookie {
    if (isLoopbackHost(new URL(url).hostname)) cookie.domain = null;
    if (typeof cookie.maxAge === "number") {
      // An age counts from now; kept as an age it would start again with every load.
      cookie.expires = new Date(this.clock.now() + cookie.maxAge * 1000);
      cookie.maxAge = null;
    }
    return cookie;
  }

  #matching(url: string): Cookie[] {
    return this.#jar
      .getCookiesSync(url, { expire: false })
      .filter((cookie) => this.#isAlive(cookie));
  }

  #isAlive(cookie: Cookie): boolean {
    const isEmpty = cookie.value === "" || cookie.value === '""';
    return !isEmpty && (cookie.expiryTime() ?? 0) > this.clock.now();
  }

  #now(): Date {
    return new Date(this.clock.now());
  }
}

function emptyJar(): CookieJar {
  return new CookieJar(undefined, { looseMode: true, prefixSecurity: "silent" });
}

/** True for a cookie that has an address and, if any, a date: the file may hold anything. */
function isSound(cookie: Cookie): boolean {
  const hasDate = !(cookie.expires instanceof Date) || !Number.isNaN(cookie.expires.getTime());
  return Boolean(cookie.domain) && hasDate && URL.canParse(addressOf(cookie));
}

function addressOf(cookie: Cookie): string {
  const host = cookie.domain?.includes(":") ? `[${cookie.domain}]` : cookie.domain;
  return `https://${host}${cookie.path ?? "/"}`;
}
