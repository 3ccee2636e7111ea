/**
 * The order of attempts: what costs Apple and the person least comes first.
 *
 * A validation younger than ten minutes asks nobody; then the cookies are checked; then the session token is exchanged;
 * only when Apple says that both are over does the password come into play, and only after that a code. An outage or
 * a limit stops at the step where it is met.
 */
import type { Clock } from "../lib/clock.ts";
import { AuthError, UsageError } from "../lib/errors.ts";
import type { Secret } from "../lib/secret.ts";
import { accountLogin, needsCode, readPlace, validate, type AccountAnswer } from "./account.ts";
import { passSecondFactor, wrongCode } from "./code-dialogue.ts";
import type { Cookies } from "./cookies.ts";
import { at } from "./json.ts";
import type { AuthOptions } from "./options.ts";
import { obtainPassword, type Password } from "./password.ts";
import { listPhones } from "./phones.ts";
import { provePassword, type ProofResult } from "./proof.ts";
import {
  obtainTrust,
  parseCode,
  refuseHopeless,
  sendMessage,
  sendPush,
  submit,
} from "./second-factor.ts";
import type { SessionState } from "./session-file.ts";
import type { SignInTalk } from "./talk.ts";
import type { Wire } from "./wire.ts";

const freshForMs = 10 * 60_000;
const webToken = "X-APPLE-WEBAUTH-TOKEN";

export interface SignInContext {
  readonly options: AuthOptions;
  readonly wire: Wire;
  readonly state: SessionState;
  readonly cookies: Cookies;
  readonly clock: Clock;
  readonly talk: SignInTalk;
  readonly signal: AbortSignal;
  random(bytes: number): Uint8Array;
  /** What was saved earlier; null when nothing was. */
  readSaved(): Promise<Secret | null>;
  /** Hears of a password before it is used. */
  onPassword(password: Password): void;
  /** Hears of what is handed in besides. */
  onSecret(secret: Secret): void;
}

/** Signs in with as little as is needed. */
export async function signIn(context: SignInContext): Promise<void> {
  if (isFresh(context) || (await resume(context))) return;
  await signInByPassword(context);
}

/** Signs in anew with the password, keeping of the old session only who we are and that we are trusted. */
export async function signInByPassword(context: SignInContext): Promise<void> {
  const result = await prove(context);
  if (result.kind === "complete" && (await enter(context))) return;
  const { wire, state, talk } = context;
  await passSecondFactor(wire, state, talk, result.kind === "code" ? result.body : undefined);
  await finish(context);
  talk.tell("Code accepted: this machine is trusted from now on");
}

/** Where a code went, in words for a person. */
export interface CodeSent {
  readonly sentTo: string;
}

/** Goes as far as Apple's demand for a code and has one sent; another process may hand it in. */
export async function requestCode(context: SignInContext): Promise<CodeSent | "already-trusted"> {
  if (isFresh(context) || (await resume(context))) return "already-trusted";
  const result = await prove(context);
  if (result.kind === "complete" && (await enter(context))) return "already-trusted";
  return { sentTo: await sendCode(context, result.kind === "code" ? result.body : undefined) };
}

/** Hands in a code that another process had sent. Never has one sent itself: that would void the one being typed. */
export async function submitCode(
  context: SignInContext,
  text: string,
): Promise<"accepted" | "already-trusted"> {
  const code = parseCode(text);
  if (!code) throw new UsageError("A code has six digits", "as in: kei login submit-code 123456");
  const { wire, state } = context;
  if (!state.isCodePending) {
    if (isFresh(context) || (await resume(context))) return "already-trusted";
    throw new AuthError("two-factor", "No code was asked for", {
      hint: "ask for one with: kei login get-code",
    });
  }
  if ((await submit(wire, state, code)) === "wrong") throw wrongCode();
  await finish(context);
  return "accepted";
}

/** Exchanges the session token for new cookies and a new address; false when Apple says it is over. */
export async function exchangeToken(
  context: SignInContext,
  isFreshConnection = false,
): Promise<boolean> {
  const { wire, state } = context;
  if (!state.sessionToken || state.isCodePending) return false;
  return adopt(context, await accountLogin(wire, state, isFreshConnection));
}

/** True when Apple confirmed this session so recently that it need not be asked again. */
export function isFresh({ state, cookies, clock, options }: SignInContext): boolean {
  if (state.validatedAtMs === null || !state.databaseUrl || !state.dsid) return false;
  const ageMs = clock.now() - state.validatedAtMs;
  const isYoung = ageMs >= 0 && ageMs < freshForMs;
  return isYoung && cookies.value(options.endpoints.setup, webToken) !== null;
}

/** Goes on with the stored session; false when Apple says that it is over. */
async function resume(context: SignInContext): Promise<boolean> {
  const { wire, cookies, options, state } = context;
  if (state.isCodePending) return false;
  // Without this cookie the check fails for certain.
  const hasCookies = cookies.value(options.endpoints.setup, webToken) !== null;
  if (hasCookies && adopt(context, await validate(wire))) return true;
  return exchangeToken(context);
}

async function prove(context: SignInContext): Promise<ProofResult> {
  const { options, talk, signal, wire, state } = context;
  const { secret: password, origin } = await obtainPassword(options.password, options.username, {
    askPassword: (username) => talk.askPassword(username),
    tell: (line) => talk.tell(line),
    readSaved: () => context.readSaved(),
    onPassword: (found) => context.onPassword(found),
    signal,
  });
  forgetSession(context);
  const random = (bytes: number) => context.random(bytes);
  const attempt = {
    ...{ wire, state, password, random },
    onSecret: (secret: Secret) => context.onSecret(secret),
  };
  const result = await provePassword(attempt).catch((error: unknown) => {
    throw origin === "saved" ? withRemedy(error) : error;
  });
  if (result.kind === "code") refuseHopeless(result.body);
  return result;
}

/** A saved password that was changed elsewhere would be refused again and again. */
function withRemedy(error: unknown): unknown {
  if (!(error instanceof AuthError) || error.reason !== "password") return error;
  const hint = "this was the saved one; save the right one with: kei password set";
  return new AuthError("password", error.message, { hint, cause: error });
}

/**
 * Old cookies lead Apple astray. The tokens stay: losing the trust token would cost the person a new code, and the
 * session token is replaced by the sign-in itself, or still there when that fails.
 */
function forgetSession({ state, cookies }: SignInContext): void {
  cookies.clear();
  state.validatedAtMs = null;
  state.codePhone = null;
}

async function sendCode(context: SignInContext, factors: unknown): Promise<string> {
  const { wire, state } = context;
  const hasDevices = at(factors, "noTrustedDevices") !== true;
  if (hasDevices && (await sendPush(wire, state))) return "your trusted devices";
  const [phone] = await listPhones(wire, state.codeProfile, factors);
  if (phone && (await sendMessage(wire, state, phone.target))) return `the phone ${phone.label}`;
  throw new AuthError("unavailable", "Apple did not send a code", { hint: "try again in an hour" });
}

async function finish(context: SignInContext): Promise<void> {
  await obtainTrust(context.wire, context.state);
  if (await enter(context)) return;
  throw new AuthError("code", "Apple accepted the code and still asks for one", {
    hint: "try again with: kei login",
  });
}

/** Uses the token of this very sign-in; false when Apple wants a code after all. */
async function enter(context: SignInContext): Promise<boolean> {
  const { wire, state } = context;
  const answer = await accountLogin(wire, state);
  if (answer.kind === "signed-out") {
    throw new AuthError("unavailable", "Apple refused the session it has just given", {
      hint: "try again in some minutes",
    });
  }
  const isIn = adopt(context, answer);
  state.isCodePending = !isIn;
  return isIn;
}

function adopt(context: SignInContext, answer: AccountAnswer): boolean {
  if (answer.kind === "signed-out" || needsCode(answer.body)) return false;
  const { state, cookies, options, clock } = context;
  const place = readPlace(answer.body, cookies, options.endpoints);
  state.dsid = place.dsid;
  state.databaseUrl = place.databaseUrl;
  state.validatedAtMs = clock.now();
  return true;
}
