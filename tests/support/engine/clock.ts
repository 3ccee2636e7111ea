/** A clock that only moves when somebody waits on it, or when a test pushes it. */
import type { Clock } from "../../../src/lib/clock.ts";

export class TestClock implements Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: number[] = [];

  /** Starts well after any file a test writes. */
  constructor(public nowMs = Date.UTC(2040, 0, 1)) {}

  now(): number {
    return this.nowMs;
  }

  steadyMs(): number {
    return this.nowMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.waits.push(ms);
    this.nowMs += ms;
  }
}
