/**
 * Calls of the Photos database (CloudKit web services, container com.apple.photos.cloud).
 *
 * Promises: a call answers with a JSON object or throws a typed error; transient faults are retried within the policy
 * and honour Retry-After; a session that ended is renewed and the same call repeated, until one made with the password is
 * refused as well; cookies that Apple re-issues are handed to the session. It never writes to the library and never logs bodies or addresses.
 */
import type { Database } from "../../photos/page.ts";
import type { Clock } from "../../lib/clock.ts";
import { RemoteError } from "../../lib/errors.ts";
import type { Gate } from "../../lib/gate.ts";
import type { Send } from "../../lib/http.ts";
import { parseRetryAfter, reactionTo, withRetries } from "../../lib/retry.ts";
import type { RetryPolicy } from "../../lib/retry.ts";
import { accountFault, askedIn, faultOf } from "./faults.ts";

/** What the client needs to know of the session. */
export interface CloudKitSession {
  /** Address of the account's database host. */
  databaseUrl(): string;
  dsid(): string;
  clientId(): string;
  headersFor(url: string): Record<string, string>;
  /** Takes over cookies re-issued by an answer. */
  absorb(url: string, setCookies: readonly string[]): void;
  /** Counts renewals, so that a refusal of an older request does not cause another. */
  readonly epoch: number;
  /**
   * Signs in again, unless that happened after `epoch` was read, and says how it was done; throws AuthError when it is
   * not possible. `mustProve` passes over what a session that was ended elsewhere still seems to be good for.
   */
  renew(epoch: number, mustProve: boolean): Promise<Renewal>;
}

/** How a session was renewed: with the token it had, or anew with the password. */
export type Renewal = "token" | "password";

export interface ClientDoor {
  readonly session: CloudKitSession;
  readonly send: Send;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly retry: RetryPolicy;
  readonly onThrottled?: (waitMs: number) => void;
  /** Told before a call is repeated for any other reason. */
  readonly onRetried?: (error: RemoteError, waitMs: number) => void;
  readonly onRenewed?: () => void;
}

/** The error inside a good answer, or null. */
export type FaultIn = (answer: Record<string, unknown>) => Error | null;

const CONTAINER = "/database/1/com.apple.photos.cloud/production";
// The build of Apple's own web page that these calls imitate; very old ones are refused.
const BUILD = { clientBuildNumber: "2522Project44", clientMasteringNumber: "2522B2" };
const TIMEOUT_MS = 60_000;

export class CloudKitClient {
  constructor(private readonly door: ClientDoor) {}

  /**
   * One call, for instance `call("private", "records/query", {...})`. Throws RemoteError or AuthError. `faultIn` finds
   * the error inside an answer that looks good from outside; it is retried like any other.
   */
  async call(
    database: Database,
    operation: string,
    body: object,
    faultIn: FaultIn = () => null,
  ): Promise<Record<string, unknown>> {
    const { session } = this.door;
    for (let renewal: Renewal | null = null; ;) {
      const { epoch } = session;
      try {
        return await this.#retried(() => this.#once(database, operation, body, faultIn));
      } catch (error) {
        if (!(error instanceof RemoteError) || reactionTo(error) !== "sign-in") throw error;
        if (renewal === "password") throw lastWord(database, error);
        renewal = await session.renew(epoch, error.fault === "shut-out");
        this.door.onRenewed?.();
      }
    }
  }

  #retried<Result>(action: () => Promise<Result>): Promise<Result> {
    const { clock, gate, retry, signal, random } = this.door;
    return withRetries(
      async () => {
        await gate.pass(signal);
        return action();
      },
      retry,
      {
        clock,
        signal,
        random,
        onRetry: (error, _attempt, waitMs) => {
          if (!(error instanceof RemoteError)) return;
          if (error.fault !== "throttled") return this.door.onRetried?.(error, waitMs);
          const shutMs = gate.shut(waitMs);
          this.door.onThrottled?.(shutMs);
        },
      },
    );
  }

  async #once(
    database: Database,
    operation: string,
    body: object,
    faultIn: FaultIn,
  ): Promise<Record<string, unknown>> {
    const { session, send, clock, signal } = this.door;
    const url = this.#url(database, operation);
    const answer = await send({
      method: "POST",
      url,
      headers: { ...session.headersFor(url), "Content-Type": "text/plain" },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    session.absorb(url, answer.setCookies);
    const parsed = parseJson(answer.text);
    const fault = faultOf({
      operation,
      status: answer.status,
      body: parsed,
      retryAfterMs:
        parseRetryAfter(answer.headers.get("retry-after"), clock.now()) ?? askedIn(parsed),
    });
    if (fault) throw fault;
    const good = parsed as Record<string, unknown>;
    const inner = faultIn(good);
    if (inner) throw inner;
    return good;
  }

  #url(database: Database, operation: string): string {
    const { session } = this.door;
    const query = new URLSearchParams({
      remapEnums: "true",
      getCurrentSyncToken: "true",
      clientId: session.clientId(),
      dsid: session.dsid(),
      ...BUILD,
    });
    return `${session.databaseUrl()}${CONTAINER}/${database}/${operation}?${query}`;
  }
}

// Half a character, as only an escape can bring it. What is remembered of it would be another text.
const HALF = /\\u[dD][89a-fA-F]/;

// What others share may be closed to us without anything being wrong with the account.
function lastWord(database: Database, error: RemoteError): Error {
  if (database === "private") return accountFault(error);
  return new RemoteError("refused", error.message, { cause: error, status: error.status });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, HALF.test(text) ? wholeCharacters : undefined);
  } catch {
    return undefined; // HTML or nothing: the fault table decides by the status
  }
}

function wholeCharacters(_: string, value: unknown): unknown {
  return typeof value === "string" ? value.toWellFormed() : value;
}
