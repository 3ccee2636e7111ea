/** Apple's patience with sign-ins: more than ten in ten minutes, and an hour of refusals. */

import type { SimulatorClock } from "../types.ts";

const SIGN_INS_MAX = 10;
const WINDOW_MS = 600_000;
const BLOCK_MS = 3_600_000;

export class SignInLimit {
  readonly #clock: SimulatorClock;
  #times: number[] = [];
  #blockedUntil = 0;

  constructor(clock: SimulatorClock) {
    this.#clock = clock;
  }

  /** Counts one sign-in; true when it must be refused. Trying while blocked extends the block. */
  isExceeded(): boolean {
    const now = this.#clock.now();
    this.#times = this.#times.filter((time) => now - time < WINDOW_MS);
    this.#times.push(now);
    if (this.#times.length <= SIGN_INS_MAX && now >= this.#blockedUntil) return false;
    this.#blockedUntil = now + BLOCK_MS;
    return true;
  }

  reset(): void {
    this.#times = [];
    this.#blockedUntil = 0;
  }
}
