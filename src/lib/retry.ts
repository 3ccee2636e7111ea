/** Whether and when to try again: one pure table over the facts of an error, and the loop that obeys it. */
import type { Clock } from "./clock.ts";
import { AuthError, RemoteError } from "./errors.ts";
import type { RemoteFault } from "./errors.ts";

/** What a failed remote call asks for. */
export type Reaction = "retry" | "refresh-url" | "sign-in" | "give-up";

const REACTIONS: Record<RemoteFault, Reaction> = {
  throttled: "retry",
  unavailable: "retry",
  unreachable: "retry",
  mismatch: "retry",
  untrusted: "give-up",
  blocked: "give-up",
  "expired-url": "refresh-url",
  "signed-out": "sign-in",
  "shut-out": "sign-in",
  "bad-token": "give-up",
  "zone-gone": "give-up",
  endless: "give-up",
  "too-large": "give-up",
  pending: "give-up",
  gone: "give-up",
  refused: "give-up",
};

/** The reaction to an error; anything that is no remote fault is not for the retry loop. */
export function reactionTo(error: unknown): Reaction {
  return error instanceof RemoteError ? REACTIONS[error.fault] : "give-up";
}

export interface RetryPolicy {
  /** Further attempts after the first, 0..100. */
  readonly maxRetries: number;
  /** Base of the exponential wait. */
  readonly delayMs: number;
}

const WAIT_MAX_MS = 60_000;
const RETRY_AFTER_MAX_MS = 120_000;

/**
 * How long to wait before retry number `retry` (0-based): base * 2^retry, at most a minute, plus up to one base of
 * jitter (`chance` in 0..1); never less than what the server asked for, which counts up to two minutes.
 */
export function waitBefore(
  retry: number,
  policy: RetryPolicy,
  error: unknown,
  chance: number,
): number {
  const backoff = Math.min(policy.delayMs * 2 ** retry, WAIT_MAX_MS) + chance * policy.delayMs;
  const asked = error instanceof RemoteError ? (error.retryAfterMs ?? 0) : 0;
  return Math.round(Math.max(backoff, Math.min(asked, RETRY_AFTER_MAX_MS)));
}

export interface RetryDoor {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly random: () => number;
  /** Told before each wait. */
  readonly onRetry?: (error: unknown, attempt: number, waitMs: number) => void;
}

/** Errors whose retries are used up: whoever asks on somebody's behalf does not begin again. */
const exhausted = new WeakSet<object>();

/** Runs an action until it succeeds, its error is not worth a retry, or the retries are used up, here or further in. */
export async function withRetries<Result>(
  action: () => Promise<Result>,
  policy: RetryPolicy,
  door: RetryDoor,
): Promise<Result> {
  for (let retry = 0; ; retry++) {
    try {
      door.signal.throwIfAborted();
      return await action();
    } catch (error) {
      door.signal.throwIfAborted();
      if (error instanceof AuthError) throw error;
      if (!(error instanceof RemoteError) || reactionTo(error) !== "retry") throw error;
      if (exhausted.has(error)) throw error;
      if (retry >= policy.maxRetries) {
        exhausted.add(error);
        throw error;
      }
      const waitMs = waitBefore(retry, policy, error, door.random());
      door.onRetry?.(error, retry + 1, waitMs);
      await door.clock.sleep(waitMs, door.signal);
    }
  }
}

/** Nobody means a longer wait than a day. */
const ASKED_MAX_MS = 86_400_000;

/** Reads a Retry-After header, seconds or HTTP date, as milliseconds from now, a day at most; undefined for nonsense. */
export function parseRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const isSeconds = /^\s*\d+(\.\d+)?\s*$/.test(header);
  const ms = isSeconds ? Number(header) * 1000 : Math.max(0, Date.parse(header) - nowMs);
  return Number.isNaN(ms) ? undefined : Math.min(ms, ASKED_MAX_MS);
}
