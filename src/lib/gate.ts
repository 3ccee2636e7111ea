/** One gate for all workers: when a server asks one of them to slow down, all of them wait. */
import type { Clock } from "./clock.ts";

export class Gate {
  #openAtMs = -Infinity;

  constructor(private readonly clock: Clock) {}

  /** Keeps the gate shut for at least this long from now. Returns how long it will now stay shut. */
  shut(ms: number): number {
    this.#openAtMs = Math.max(this.#openAtMs, this.clock.steadyMs() + ms);
    return this.#openAtMs - this.clock.steadyMs();
  }

  /** Waits until the gate is open. */
  async pass(signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = this.#openAtMs - this.clock.steadyMs();
      if (waitMs <= 0) return;
      await this.clock.sleep(waitMs, signal);
    }
  }
}
