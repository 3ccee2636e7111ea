/** Sessions of icloud.com: who a WEBAUTH-TOKEN cookie belongs to, and how long each value is good. */

import type { SimulatorClock } from "../types.ts";
import { opaque } from "./random.ts";

const DAY_MS = 86_400_000;
export const SESSION_MS = 30 * DAY_MS;
/** Our figures: a replaced token stays good for a while. */
const GRACE_MS = 600_000;
const CALLS_PER_TOKEN = 20;

export interface WebSession {
  readonly isTrusted: boolean;
  readonly startedAt: number;
  token: string;
  /** CloudKit calls so far. */
  calls: number;
  /** Value of the PCS cookies; null until a device hands them over. */
  pcs: string | null;
  /** Partition this login was told. */
  partition: number;
}

type Standing = "good" | "unknown" | "dead";

export class WebSessions {
  readonly #byToken = new Map<string, { session: WebSession; goodUntil: number }>();
  readonly #clock: SimulatorClock;

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  open(login: { isTrusted: boolean; partition: number; pcs: string | null }): WebSession {
    const startedAt = this.#clock.now();
    const session: WebSession = { ...login, startedAt, token: "", calls: 0 };
    this.#setToken(session);
    return session;
  }

  /** Puts a new token in place of the old one, which stays good for the time of grace. */
  rotate(session: WebSession): void {
    const old = this.#byToken.get(session.token);
    if (old) old.goodUntil = Math.min(old.goodUntil, this.#clock.now() + GRACE_MS);
    this.#setToken(session);
  }

  /** Reads the cookie as sent: with Apple's quotes, or without them as Go's cookie type sends it. */
  find(cookie: string | undefined): { session: WebSession | null; standing: Standing } {
    if (cookie === undefined) return { session: null, standing: "unknown" };
    const entry = this.#byToken.get(withoutQuotes(cookie));
    if (!entry || entry.goodUntil <= this.#clock.now()) return { session: null, standing: "dead" };
    return { session: entry.session, standing: "good" };
  }

  /** Counts a CloudKit call; true when it is time for a new token. */
  countCall(session: WebSession): boolean {
    session.calls += 1;
    return session.calls % CALLS_PER_TOKEN === 0;
  }

  close(session: WebSession): void {
    for (const [token, entry] of this.#byToken) {
      if (entry.session === session) this.#byToken.delete(token);
    }
  }

  closeAll(): void {
    this.#byToken.clear();
  }

  #setToken(session: WebSession): void {
    session.token = `v=2:t=EQ==BST_${opaque(120)}~~`;
    this.#byToken.set(session.token, { session, goodUntil: session.startedAt + SESSION_MS });
  }
}

export function withoutQuotes(value: string): string {
  return value.replace(/^"(.*)"$/, "$1");
}
