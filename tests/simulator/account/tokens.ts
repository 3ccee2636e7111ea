/** The tokens a client keeps between runs: session tokens for accountLogin, trust tokens for sign-in. */

import type { SimulatorClock } from "../types.ts";
import { opaque } from "./random.ts";

const DAY_MS = 86_400_000;
/** Our figure; icloudpd's documentation tells of two months. */
const TRUST_MS = 60 * DAY_MS;
/** Our figure, as long as the cookies live. */
const SESSION_TOKEN_MS = 30 * DAY_MS;

export interface SessionToken {
  /** Made after the second factor, or for a browser that is still trusted. */
  readonly isTrusted: boolean;
  readonly issuedAt: number;
}

export class Tokens {
  readonly #sessionTokens = new Map<string, SessionToken>();
  readonly #trustTokens = new Map<string, number>();
  readonly #clock: SimulatorClock;

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** A new session token; the one it replaces is refused from now on. */
  issueSession(isTrusted: boolean, replaces: string | null): string {
    if (replaces !== null) this.#sessionTokens.delete(replaces);
    const token = opaque(288);
    this.#sessionTokens.set(token, { isTrusted, issuedAt: this.#clock.now() });
    return token;
  }

  issueTrust(): string {
    const token = `HSARMTKNSRVXWFla${opaque(120)}`;
    this.#trustTokens.set(token, this.#clock.now() + TRUST_MS);
    return token;
  }

  findSession(token: unknown): SessionToken | null {
    const found = typeof token === "string" ? this.#sessionTokens.get(token) : undefined;
    if (!found || this.#clock.now() - found.issuedAt > SESSION_TOKEN_MS) return null;
    return found;
  }

  isTrusted(token: unknown): boolean {
    return typeof token === "string" && (this.#trustTokens.get(token) ?? 0) > this.#clock.now();
  }

  forgetSessions(): void {
    this.#sessionTokens.clear();
  }

  forgetTrust(): void {
    this.#trustTokens.clear();
  }
}
