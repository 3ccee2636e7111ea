/** Sign-ins under way at the sign-in host: which scnt belongs to which, and how far each has come. */

import { createHash } from "node:crypto";
import type { IncomingRequest } from "../types.ts";
import { hexId } from "./random.ts";
import type { Challenge } from "./srp.ts";

export interface SignIn {
  sessionId: string;
  scnt: string;
  /** The scnt signin/init came with: icloudpd sends the same headers again to signin/complete. */
  scntOfInit: string | null;
  /** Keyed by `c`; single use. */
  challenge: { readonly c: string; readonly srp: Challenge } | null;
  stage: "new" | "needs-code" | "needs-repair" | "code-accepted" | "trusted";
  sessionToken: string | null;
}

/** Enough for any test; older ones are forgotten. */
const SIGN_INS_MAX = 2_000;

export class SignIns {
  readonly #byScnt = new Map<string, SignIn>();
  readonly #byChallenge = new Map<string, SignIn>();

  start(): SignIn {
    const signIn: SignIn = {
      sessionId: "",
      scnt: "",
      scntOfInit: null,
      challenge: null,
      stage: "new",
      sessionToken: null,
    };
    this.rotate(signIn);
    return signIn;
  }

  /** Gives the sign-in a new scnt and session id; the old scnt is refused from now on. */
  rotate(signIn: SignIn): void {
    this.#byScnt.delete(signIn.scnt);
    signIn.scnt = `AAAA-${hexId(96)}`;
    signIn.sessionId = createHash("sha256").update(signIn.scnt).digest("base64url");
    this.#byScnt.set(signIn.scnt, signIn);
    forgetOldest(this.#byScnt);
  }

  setChallenge(signIn: SignIn, srp: Challenge): string {
    if (signIn.challenge) this.#byChallenge.delete(signIn.challenge.c);
    const c = `d-${hexId(2)}-${hexId(16)}:MSA`.toLowerCase().replace("msa", "MSA");
    signIn.challenge = { c, srp };
    this.#byChallenge.set(c, signIn);
    forgetOldest(this.#byChallenge);
    return c;
  }

  /** The sign-in whose challenge `c` names; the challenge is used up. */
  takeChallenge(c: unknown): { signIn: SignIn; srp: Challenge } | null {
    const signIn = typeof c === "string" ? this.#byChallenge.get(c) : undefined;
    if (!signIn?.challenge) return null;
    const { srp } = signIn.challenge;
    this.#byChallenge.delete(signIn.challenge.c);
    signIn.challenge = null;
    return { signIn, srp };
  }

  /** The sign-in the headers speak of; null when the scnt is missing or stale. */
  find(request: IncomingRequest): SignIn | null {
    const signIn = this.#byScnt.get(request.headers.get("scnt") ?? "");
    if (!signIn) return null;
    const sessionId = request.headers.get("x-apple-id-session-id");
    return sessionId === null || sessionId === signIn.sessionId ? signIn : null;
  }

  forgetAll(): void {
    this.#byScnt.clear();
    this.#byChallenge.clear();
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size <= SIGN_INS_MAX) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
