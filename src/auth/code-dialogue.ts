/** The talk with the person about the second factor: sends codes where they say, and takes what they type. */
import { AuthError } from "../lib/errors.ts";
import { at } from "./json.ts";
import { listPhones, type Phone } from "./phones.ts";
import { parseCode, sendMessage, sendPush, submit } from "./second-factor.ts";
import type { SessionState } from "./session-file.ts";
import type { SignInTalk } from "./talk.ts";
import type { Wire } from "./wire.ts";

const wrongCodesMax = 3;
const sendingsMax = 5;
const answersMax = 20;

interface Dialogue {
  readonly wire: Wire;
  readonly state: SessionState;
  readonly talk: SignInTalk;
  readonly factors: unknown;
  phones: Phone[] | null;
  /** The one the last code went to; null when it went to the trusted devices. */
  phone: Phone | null;
  sendings: number;
  wrongCodes: number;
}

/** Has a code sent and asks for it until Apple accepts one. `factors` is the body that demanded the code. */
export async function passSecondFactor(
  wire: Wire,
  state: SessionState,
  talk: SignInTalk,
  factors: unknown,
): Promise<void> {
  if (!talk.isInteractive) throw nobodyThere();
  const dialogue: Dialogue = {
    ...{ wire, state, talk, factors },
    ...{ phones: null, phone: null, sendings: 0, wrongCodes: 0 },
  };
  await sendFirstCode(dialogue);
  for (let answers = 0; answers < answersMax; answers += 1) {
    const typed = await talk.askCode({
      username: state.username,
      attempt: dialogue.wrongCodes + 1,
      attemptsMax: wrongCodesMax,
      isByPhone: dialogue.phone !== null,
    });
    if (typed === null) throw nobodyThere();
    if (await takeAnswer(dialogue, typed.trim())) return;
  }
  throw new AuthError("code", "No code was entered");
}

/** The error of a run in which nobody can type a code. */
export function nobodyThere(): AuthError {
  return new AuthError(
    "two-factor",
    "Apple wants a two-factor code, and nobody is here to type it",
    {
      hint: "run: kei login get-code, then: kei login submit-code CODE",
    },
  );
}

/** The error of codes that were refused. */
export function wrongCode(): AuthError {
  return new AuthError("code", "Apple refused the code", {
    hint: "ask for a new one with: kei login get-code",
  });
}

/** True when Apple accepted what was typed. */
async function takeAnswer(dialogue: Dialogue, typed: string): Promise<boolean> {
  const { wire, state, talk } = dialogue;
  if (typed === "") {
    await sendAgain(dialogue);
    return false;
  }
  const wish = /^sms(?:\s+([a-z]))?$/i.exec(typed);
  if (wish) {
    await messageTo(dialogue, wish[1]?.toLowerCase());
    return false;
  }
  const code = parseCode(typed);
  if (!code) {
    talk.tell("A code has six digits");
    return false;
  }
  if ((await submit(wire, state, code)) === "accepted") return true;
  dialogue.wrongCodes += 1;
  if (dialogue.wrongCodes >= wrongCodesMax) throw wrongCode();
  return false;
}

async function sendFirstCode(dialogue: Dialogue): Promise<void> {
  // Without a trusted device there is nothing a push could reach.
  if (at(dialogue.factors, "noTrustedDevices") === true) await messageTo(dialogue, undefined);
  else await push(dialogue);
}

async function sendAgain(dialogue: Dialogue): Promise<void> {
  if (dialogue.phone) await message(dialogue, dialogue.phone);
  else await push(dialogue);
}

async function push(dialogue: Dialogue): Promise<void> {
  countSending(dialogue);
  const isSent = await sendPush(dialogue.wire, dialogue.state);
  if (isSent) dialogue.phone = null;
  dialogue.talk.tell(
    isSent
      ? "A code was sent to your trusted devices"
      : "Apple did not send a code to your devices; type sms to have one sent to a phone",
  );
}

/** Phones are chosen by letter, so that a code typed here is not taken for a choice. */
async function messageTo(dialogue: Dialogue, letter: string | undefined): Promise<void> {
  dialogue.phones ??= await listPhones(dialogue.wire, dialogue.state.codeProfile, dialogue.factors);
  const { phones, talk } = dialogue;
  if (phones.length === 0) {
    talk.tell("Apple names no phone for this account");
    return;
  }
  const index = letter === undefined ? 0 : letter.charCodeAt(0) - "a".charCodeAt(0);
  const phone = letter === undefined && phones.length > 1 ? undefined : phones[index];
  if (phone) return message(dialogue, phone);
  phones.forEach((one, at) => {
    talk.tell(`sms ${String.fromCharCode("a".charCodeAt(0) + at)}: ${one.label}`);
  });
}

async function message(dialogue: Dialogue, phone: Phone): Promise<void> {
  countSending(dialogue);
  const isSent = await sendMessage(dialogue.wire, dialogue.state, phone.target);
  if (isSent) dialogue.phone = phone;
  dialogue.talk.tell(
    isSent
      ? `A code was sent to the phone ${phone.label}`
      : `Apple cannot send to the phone ${phone.label} right now`,
  );
}

/** Apple locks an account that asks for too many codes. */
function countSending(dialogue: Dialogue): void {
  dialogue.sendings += 1;
  if (dialogue.sendings > sendingsMax) {
    throw new AuthError("code", "Too many codes were asked for", { hint: "try again in an hour" });
  }
}
