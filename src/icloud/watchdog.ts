/**
 * Ends a transfer that has stalled: no byte for a while, or hardly any for minutes. Only time spent waiting for the
 * peer counts, so a slow disk or a bandwidth limit on our side is no stall.
 */
import type { Clock } from "../lib/clock.ts";

export interface Patience {
  /** Longest wait for a byte. */
  readonly idleMs: number;
  /** At least `minimumBytes` must come in each `windowMs` of waiting. */
  readonly windowMs: number;
  readonly minimumBytes: number;
}

export class Watchdog {
  readonly #abort = new AbortController();
  readonly #timer: Timer;
  #waitingSinceMs: number | null = null;
  #windowWaitedMs = 0;
  #windowBytes = 0;

  constructor(
    private readonly patience: Patience,
    private readonly clock: Pick<Clock, "steadyMs">,
  ) {
    const tickMs = Math.min(1000, patience.idleMs / 4);
    this.#timer = setInterval(() => this.#look(), tickMs);
    this.#timer.unref();
  }

  /** Aborted when the transfer has stalled. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From here on we wait for the peer. */
  wait(): void {
    this.#waitingSinceMs = this.clock.steadyMs();
  }

  /** The peer sent so many bytes. */
  came(bytes: number): void {
    this.#windowWaitedMs += this.#waitedMs;
    this.#windowBytes += bytes;
    this.#waitingSinceMs = null;
    if (this.#windowBytes < this.patience.minimumBytes) return;
    this.#windowWaitedMs = 0;
    this.#windowBytes = 0;
  }

  /** The transfer is over. */
  stop(): void {
    clearInterval(this.#timer);
  }

  get #waitedMs(): number {
    return this.#waitingSinceMs === null ? 0 : this.clock.steadyMs() - this.#waitingSinceMs;
  }

  #look(): void {
    const waitedMs = this.#waitedMs;
    const isIdle = waitedMs >= this.patience.idleMs;
    const isSlow = this.#windowWaitedMs + waitedMs >= this.patience.windowMs;
    if (isIdle || isSlow) this.#abort.abort();
  }
}
