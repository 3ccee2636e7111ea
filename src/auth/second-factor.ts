/**
 * The second factor: has a code sent, hands it in, and makes this installation a trusted one.
 *
 * Asking for a code voids the one on the screen and is counted by Apple, so only a person's word leads to it. Accounts
 * with hardware keys are refused first: they get no codes at all.
 */
import { AuthError } from "../lib/errors.ts";
import {
  isCodeLocked,
  isSuccess,
  judgeCode,
  judgeSending,
  refusal,
  securityKeyNames,
  type Answer,
} from "./answer.ts";
import type { HeaderProfile } from "./session-file.ts";
import { askForMessage, askForPush, askForTrust, completeRepair, handInCode } from "./idmsa.ts";
import type { CodePhone, SessionState } from "./session-file.ts";
import type { Wire } from "./wire.ts";

const codeDigits = 6;

/** The six digits of what a person typed, or null; blanks and dashes are fine, zeros in front count. */
export function parseCode(text: string): string | null {
  const digits = text.replace(/\D/g, "");
  return digits.length === codeDigits ? digits : null;
}

/** Throws when the account cannot be passed with a code: hardware keys, or too many tries. */
export function refuseHopeless(body: unknown): void {
  const keys = securityKeyNames(body);
  if (keys) {
    const names = keys.length > 0 ? ` (${keys.map((name) => `"${name}"`).join(", ")})` : "";
    throw new AuthError("security-key", `This account signs in with security keys${names}`, {
      hint: "kei cannot use them; remove the keys from the account or use another account",
    });
  }
  if (isCodeLocked(body)) throw locked();
}

/** Makes the trusted devices show a code; false when Apple did not send one. */
export async function sendPush(wire: Wire, state: SessionState): Promise<boolean> {
  const isSent = judgeSent(await askForPush(wire, state.codeProfile));
  if (isSent) state.codePhone = null;
  return isSent;
}

/** Sends a code to a phone; false when Apple did not. */
export async function sendMessage(
  wire: Wire,
  state: SessionState,
  phone: CodePhone,
): Promise<boolean> {
  const isSent = judgeSent(await askForMessage(wire, state.codeProfile, phone));
  if (isSent) state.codePhone = phone;
  return isSent;
}

function judgeSent(answer: Answer): boolean {
  refuseHopeless(answer.body);
  const verdict = judgeSending(answer);
  if (verdict === "locked") throw locked();
  return verdict === "sent";
}

/** Hands in a code; "wrong" may be tried again, everything else that fails throws. */
export async function submit(
  wire: Wire,
  state: SessionState,
  code: string,
): Promise<"accepted" | "wrong"> {
  const answer = await withEitherProfile(
    state,
    (profile) => handInCode(wire, profile, code, state.codePhone),
    (candidate) => judgeCode(candidate) === "unclear",
  );
  const verdict = judgeCode(answer);
  if (verdict === "locked") throw locked();
  if (verdict === "wrong") return "wrong";
  if (verdict === "unclear") throw unclearCode(answer);
  // Accepted with 412 means that something waits to be confirmed; trust and login show whether that worked.
  if (answer.status === 412) await completeRepair(wire);
  return "accepted";
}

/** Makes this installation a trusted one. */
export async function obtainTrust(wire: Wire, state: SessionState): Promise<void> {
  const answer = await withEitherProfile(
    state,
    (profile) => askForTrust(wire, profile),
    (candidate) => !isSuccess(candidate.status),
  );
  if (!isSuccess(answer.status)) throw refusal(answer, "the request for trust");
  state.isCodePending = false;
  state.codePhone = null;
}

/** The site name these two calls must carry is disputed: one repeat with the other, and the one that worked is kept. */
async function withEitherProfile(
  state: SessionState,
  call: (profile: HeaderProfile) => Promise<Answer>,
  isRefused: (answer: Answer) => boolean,
): Promise<Answer> {
  const first = await call(state.codeProfile);
  if (!isRefused(first) || ![401, 403, 412].includes(first.status)) return first;
  const other: HeaderProfile = state.codeProfile === "home" ? "auth" : "home";
  const second = await call(other);
  if (!isRefused(second)) state.codeProfile = other;
  return second;
}

function unclearCode(answer: Answer): AuthError {
  if (![401, 403].includes(answer.status)) return refusal(answer, "the code");
  return new AuthError("two-factor", "The sign-in this code was meant for is over", {
    hint: "ask for a new code with: kei login get-code",
  });
}

function locked(): AuthError {
  return new AuthError("locked", "Apple takes no more codes for now: there were too many", {
    hint: "wait some hours before trying again; more attempts make it longer",
  });
}
