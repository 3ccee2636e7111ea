/**
 * Shows Apple that we know the password, and reads what it makes of that. A wrong password is said only when Apple is
 * certain about it; a limit or an outage never reads like one, and nothing here is tried again with the same password.
 */
import { AuthError, RemoteError, invariant } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import {
  isSuccess,
  isTransient,
  isWrongPassword,
  realStatus,
  refusal,
  serviceErrors,
  type Answer,
} from "./answer.ts";
import { completeProof, completeRepair, startProof } from "./idmsa.ts";
import { at } from "./json.ts";
import type { SessionState } from "./session-file.ts";
import { drawSrpKeys, proveSrp, type SrpChallenge, type SrpKeys, type SrpProof } from "./srp.ts";
import type { Wire } from "./wire.ts";

/** "complete": Apple trusts this installation. "code": it wants a second factor; `body` tells which exist. */
export type ProofResult = { readonly kind: "complete" } | { readonly kind: "code"; body: unknown };

export interface ProofAttempt {
  readonly wire: Wire;
  readonly state: SessionState;
  readonly password: Secret;
  /** Gives so many random bytes. */
  random(bytes: number): Uint8Array;
  /** Hears of what is handed in, before it is. */
  onSecret(secret: Secret): void;
}

const challengesMax = 3;
/** Apple's rounds are some 20,000. With few of them whoever sees the proof could guess the password. */
const iterationsMin = 1000;
const iterationsMax = 1_000_000;
/** Apple's salts have 16 bytes. */
const saltBytesMin = 8;
const saltBytesMax = 256;
/** The group has 2048 bits. */
const serverKeyBytesMax = 256;
const contextLengthMax = 16_384;

/** One sign-in by password. */
export async function provePassword(attempt: ProofAttempt): Promise<ProofResult> {
  const { wire, state } = attempt;
  const first = await handIn(attempt, false);
  const isUnclear = first === null || isTransient(first.status);
  const answer = isUnclear && (await wire.pause(first, 0)) ? await handIn(attempt, true) : first;
  invariant(answer, "only the first answer to a proof may be lost");
  return judgeProof(wire, state, answer);
}

/**
 * Apple's answer to a proof; null when it was lost on the way, unless this is the last try. A challenge is good for one
 * proof, and nobody knows then whether it is spent, so that the next begins with a new one: with a spent challenge the
 * right password would look wrong.
 */
async function handIn(attempt: ProofAttempt, isLast: boolean): Promise<Answer | null> {
  const { wire, state } = attempt;
  forgetThread(state);
  const { proof, context } = await answerChallenge(attempt);
  for (const text of [base64(proof.m1), base64(proof.m2), context]) {
    if (typeof text === "string") attempt.onSecret(new Secret(text));
  }
  try {
    return await completeProof(wire, state, proof, context);
  } catch (error) {
    if (isLast || !isLost(error)) throw error;
    return null;
  }
}

function isLost(error: unknown): boolean {
  const cause = error instanceof AuthError ? error.cause : null;
  return cause instanceof RemoteError && cause.fault === "unavailable";
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

interface AnsweredChallenge {
  readonly proof: SrpProof;
  /** Apple's bookmark of this challenge. */
  readonly context: unknown;
}

/** Asks again while the numbers are ones that may be hashed in two ways; one pair in about 86 is. */
async function answerChallenge(attempt: ProofAttempt): Promise<AnsweredChallenge> {
  const { wire, state, password } = attempt;
  for (let left = challengesMax; ; left -= 1) {
    const keys = drawSrpKeys((bytes) => attempt.random(bytes));
    const body = await openChallenge(wire, state, keys);
    const proof = prove(keys, state.username, password, parseChallenge(body));
    if (!proof.isAmbiguous || left <= 1) return { proof, context: at(body, "c") };
  }
}

function prove(
  keys: SrpKeys,
  username: string,
  password: Secret,
  challenge: SrpChallenge,
): SrpProof {
  try {
    return proveSrp(keys, username, password, challenge);
  } catch (cause) {
    throw new AuthError("unavailable", "Apple's sign-in sent a challenge that must not be used", {
      cause,
    });
  }
}

/** A 401 or 409 to the very first request is about a stale thread, never about the password: once more without it. */
async function openChallenge(wire: Wire, state: SessionState, keys: SrpKeys): Promise<unknown> {
  let answer = await startProof(wire, state.username, keys.publicKey);
  if ([401, 409].includes(realStatus(answer)) && !isChallenge(answer.body)) {
    forgetThread(state);
    answer = await startProof(wire, state.username, keys.publicKey);
  }
  const isOpen = isSuccess(answer.status) || answer.status === 409;
  if (!isOpen || !isChallenge(answer.body)) throw refusal(answer, "the sign-in");
  return answer.body;
}

function forgetThread(state: SessionState): void {
  state.scnt = null;
  state.sessionId = null;
  state.authAttributes = null;
}

function isChallenge(body: unknown): boolean {
  return typeof at(body, "b") === "string" && typeof at(body, "salt") === "string";
}

function parseChallenge(body: unknown): SrpChallenge {
  const protocol = at(body, "protocol");
  const iterations = at(body, "iteration");
  const isKnown = protocol === "s2k" || protocol === "s2k_fo";
  const isSane =
    typeof iterations === "number" &&
    Number.isInteger(iterations) &&
    iterations >= iterationsMin &&
    iterations <= iterationsMax;
  const salt = bytesOf(at(body, "salt"), saltBytesMin, saltBytesMax);
  const serverKey = bytesOf(at(body, "b"), 1, serverKeyBytesMax);
  const isShort = (JSON.stringify(at(body, "c")) ?? "").length <= contextLengthMax;
  if (!isKnown || !isSane || !isShort || salt === null || serverKey === null) {
    throw new AuthError("unavailable", "Apple's sign-in sent a challenge that must not be used", {
      hint: "no proof of the password was sent; look whether something stands between kei and Apple",
    });
  }
  return { protocol, iterations, salt, serverKey };
}

/** The bytes of a base64 text, or null when there are too few or too many of them. */
function bytesOf(text: unknown, bytesMin: number, bytesMax: number): Uint8Array | null {
  if (typeof text !== "string" || text.length > bytesMax * 2) return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.length >= bytesMin && bytes.length <= bytesMax ? bytes : null;
}

async function judgeProof(wire: Wire, state: SessionState, answer: Answer): Promise<ProofResult> {
  refuseLocked(answer);
  if (isWrongPassword(answer)) throw wrongPassword(state.username);
  const status = realStatus(answer);
  if (status === 409) {
    state.isCodePending = true;
    return { kind: "code", body: answer.body };
  }
  if (status === 412) await repair(wire);
  else if (!isSuccess(status) || serviceErrors(answer.body).length > 0) {
    throw refusal(answer, "the sign-in");
  }
  state.isCodePending = false;
  return { kind: "complete" };
}

function wrongPassword(username: string): AuthError {
  return new AuthError("password", `Apple refused the password of "${username}"`, {
    hint: "check name and password at https://account.apple.com; kei does not try it again",
  });
}

const lockedAccountCode = "-20209";

function refuseLocked(answer: Answer): void {
  if (!serviceErrors(answer.body).some((error) => error.code === lockedAccountCode)) return;
  throw new AuthError("locked", "Apple has locked this account", {
    hint: "unlock it at https://iforgot.apple.com",
  });
}

/** The password was right, and the account has something to confirm first. */
async function repair(wire: Wire): Promise<void> {
  const answer = await completeRepair(wire);
  const status = realStatus(answer);
  if (isSuccess(status) && serviceErrors(answer.body).length === 0) return;
  if (status === 429 || status >= 500) throw refusal(answer, "the confirmation");
  throw new AuthError("terms", "Apple wants something about this account confirmed first", {
    hint: "sign in at https://www.icloud.com once and do what it asks",
  });
}
