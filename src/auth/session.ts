/**
 * One account's session with Apple: the only thing of this room that the rest of kei holds.
 *
 * It promises that nobody else uses the account while it is open, that what Apple hands out is on disk before it is
 * used, and that a password is asked for only when nothing else will do. It never reports an outage or a limit as a
 * wrong password. After a crash the file is the old one or the new one, and the lock is gone.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../lib/clock.ts";
import { AuthError, invariant } from "../lib/errors.ts";
import { send as sendToNetwork, type Send } from "../lib/http.ts";
import { concernsTheWay } from "../lib/network.ts";
import type { Secret } from "../lib/secret.ts";
import { accountFiles } from "./account-files.ts";
import { Cookies } from "./cookies.ts";
import { serversOf } from "./endpoints.ts";
import { siteHeaders } from "./headers.ts";
import { noPatience, takeAccountLock, type AccountLock, type LockPatience } from "./lock.ts";
import type { AuthOptions } from "./options.ts";
import type { Password } from "./password.ts";
import { readPrivateFile, writePrivateFile } from "./private-file.ts";
import { formatSession, parseSession, type SessionState } from "./session-file.ts";
import { sessionSecrets } from "./session-secrets.ts";
import {
  exchangeToken,
  requestCode,
  signIn,
  signInByPassword,
  submitCode,
  type CodeSent,
  type SignInContext,
} from "./sign-in.ts";
import type { SignInTalk } from "./talk.ts";
import { takeOver } from "./takeover.ts";
import { Wire } from "./wire.ts";

const saveEveryMs = 10_000;
const renewalWindowMs = 60 * 60_000;
const renewalsMax = 3;

export interface SessionDeps {
  readonly clock: Clock;
  readonly talk: SignInTalk;
  readonly signal: AbortSignal;
  readonly send?: Send;
  readonly random?: (bytes: number) => Uint8Array;
  readonly lockPatience?: LockPatience;
  /** Passwords that were saved earlier. */
  readonly saved?: { read(): Promise<Secret | null> };
  /** Hears of a password before it is used, so that it can be kept out of all output. */
  readonly onPassword?: (password: Password) => void;
  /** Hears of tokens, cookies and proofs before an answer could repeat them. */
  readonly onSecret?: (secret: Secret) => void;
}

/** Takes the account's lock and reads its session file; asks nobody. */
export async function openSession(options: AuthOptions, deps: SessionDeps): Promise<Session> {
  const lock = await takeAccountLock(options, deps.lockPatience ?? noPatience, {
    ...{ clock: deps.clock, signal: deps.signal },
    tell: (line) => deps.talk.tell(line),
  });
  try {
    const { session: path, original } = accountFiles(options.dataDir, options.username);
    const text = readPrivateFile(path);
    const loaded = parseSession(text, options.username, serversOf(options.endpoints), path);
    const cookies = new Cookies(deps.clock);
    const { unreadable } = cookies.load(loaded.cookies);
    if (loaded.isNew && original) takeOver(original, options.endpoints, loaded.state, cookies);
    if (loaded.warning) deps.talk.tell(loaded.warning);
    if (unreadable > 0) deps.talk.tell(`Left out ${unreadable} unreadable cookies of "${path}"`);
    return new Session({ options, deps, lock, path, text, state: loaded.state, cookies });
  } catch (error) {
    lock.release();
    throw error;
  }
}

interface SessionParts {
  readonly options: AuthOptions;
  readonly deps: SessionDeps;
  readonly lock: AccountLock;
  readonly path: string;
  /** What the file held when it was read. */
  readonly text: string | null;
  readonly state: SessionState;
  readonly cookies: Cookies;
}

/** How a session was renewed: with the token it had, or anew with the password. */
export type Renewal = "token" | "password";

export class Session {
  readonly #parts: SessionParts;
  readonly #context: SignInContext;
  #savedAtMs = 0;
  #savedText: string | null;
  #renewing: Promise<void> | null = null;
  #renewedBy: Renewal = "token";
  #renewedAtMs: number[] = [];
  #epoch = 0;

  constructor(parts: SessionParts) {
    const { options, deps, state, cookies } = parts;
    const { clock, talk, signal } = deps;
    const save = () => this.save();
    const send = deps.send ?? sendToNetwork;
    const { endpoints } = options;
    const wire = new Wire({ endpoints, state, cookies, clock, signal, send, save });
    this.#parts = parts;
    this.#savedText = parts.text;
    const random = deps.random ?? ((bytes: number) => randomBytes(bytes));
    const onPassword = deps.onPassword ?? (() => undefined);
    const readSaved = async () => (await deps.saved?.read()) ?? null;
    const onSecret = deps.onSecret ?? (() => undefined);
    this.#context = {
      ...{ options, wire, state, cookies, clock, talk, signal, random },
      ...{ readSaved, onPassword, onSecret },
    };
    this.#tellSecrets();
  }

  /** Makes sure that Apple knows us; within ten minutes of the last proof without asking anybody. */
  ensureSignedIn(): Promise<void> {
    return this.#durably(() => signIn(this.#context));
  }

  /** Has a two-factor code sent, for another process to hand in. */
  requestCode(): Promise<CodeSent | "already-trusted"> {
    return this.#durably(() => requestCode(this.#context));
  }

  /** Hands in a code that `requestCode` had sent; never has one sent itself. */
  submitCode(code: string): Promise<"accepted" | "already-trusted"> {
    return this.#durably(() => submitCode(this.#context, code));
  }

  /** Counts renewals: note it with a request, and hand it to `renew` when that request was refused. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Signs in once more after CloudKit refused us; callers at the same time share one attempt, and a caller whose
   * request was sent before the last renewal gets that one. At most three within an hour.
   */
  async renew(epoch: number = this.#epoch, mustProve = false): Promise<Renewal> {
    if (epoch === this.#epoch) {
      this.#renewing ??= this.#renewNow(mustProve).finally(() => {
        this.#renewing = null;
      });
      await this.#renewing;
    }
    return this.#renewedBy;
  }

  /** Base address of the account's photo database. */
  databaseUrl(): string {
    const { databaseUrl } = this.#context.state;
    invariant(databaseUrl, "signed in before the photo database is used");
    return databaseUrl;
  }

  /** Apple's number of the account. */
  dsid(): string {
    const { dsid } = this.#context.state;
    invariant(dsid, "signed in before the account number is used");
    return dsid;
  }

  /** Name of this installation, the same for ever. */
  clientId(): string {
    return this.#context.state.clientId;
  }

  /** Headers that show who we are to CloudKit and content hosts; only cookies that belong to the host are in it. */
  headersFor(url: string): Record<string, string> {
    const cookie = this.#context.cookies.header(url);
    const headers = siteHeaders(this.#context.options.endpoints.home);
    return cookie ? { ...headers, Cookie: cookie } : headers;
  }

  /** Takes cookies that an answer re-issued; they reach the disk within seconds, or with `save` and `close`. */
  absorb(url: string, setCookies: readonly string[]): void {
    if (!this.#context.cookies.absorb(url, setCookies)) return;
    this.#tellSecrets();
    if (this.#context.clock.now() - this.#savedAtMs >= saveEveryMs) this.save();
  }

  /** Makes the session durable; writes only when there is something new. */
  save(): void {
    const { path, state, cookies, deps } = this.#parts;
    this.#tellSecrets();
    const text = formatSession(state, cookies.store());
    this.#savedAtMs = deps.clock.now();
    // The file's time of change wakes a kei that waits for a sign-in, so it must mean something.
    if (text === this.#savedText) return;
    writePrivateFile(path, text);
    this.#savedText = text;
  }

  /** Saves what is not saved, and lets the next kei in. */
  close(): void {
    try {
      this.save();
    } finally {
      this.#parts.lock.release();
    }
  }

  /** Before anybody looks at the answer that brought them: it may repeat them. */
  #tellSecrets(): void {
    const { state, cookies, onSecret } = this.#context;
    for (const secret of sessionSecrets(state, cookies.store())) onSecret(secret);
  }

  async #renewNow(mustProve: boolean): Promise<void> {
    const now = this.#context.clock.now();
    this.#renewedAtMs = this.#renewedAtMs.filter((at) => now - at < renewalWindowMs);
    if (this.#renewedAtMs.length >= renewalsMax) {
      throw new AuthError(
        "unavailable",
        `Apple ended the session ${renewalsMax} times in an hour`,
        {
          hint: 'wait an hour; see whether "Access iCloud Data on the Web" is on for this account',
        },
      );
    }
    const isFirst = this.#renewedAtMs.length === 0;
    this.#context.state.validatedAtMs = null;
    await this.#durably(async () => {
      // Over a kept connection, or with the token alone, Apple may name the same stale address again.
      const canExchange = isFirst && !mustProve;
      this.#renewedBy = "token";
      if (canExchange && (await exchangeToken(this.#context, true))) return;
      await signInByPassword(this.#context);
      this.#renewedBy = "password";
    }).catch((error: unknown) => {
      // What never reached Apple is no attempt.
      if (!isOnTheWay(error)) this.#renewedAtMs.push(now);
      throw error;
    });
    this.#renewedAtMs.push(now);
    this.#epoch += 1;
  }

  /** What was learned on the way counts even when the end is an error. */
  async #durably<Result>(act: () => Promise<Result>): Promise<Result> {
    try {
      return await act();
    } finally {
      this.save();
    }
  }
}

function isOnTheWay(error: unknown): boolean {
  return error instanceof AuthError && concernsTheWay(error.cause);
}
