/** One budget of bytes per second that all transfers share. */
import type { Clock } from "./clock.ts";

/** How much may be taken at once after a pause: a tenth of a second's worth. */
const BURST_SECONDS = 0.1;
/** Largest slice to ask for, so that low rates stay smooth. */
export const SLICE_BYTES = 16 * 1024;

export class ByteBucket {
  #freeAtMs: number;

  /** `rateBytesPerSecond` is at least 1. */
  constructor(
    private readonly rateBytesPerSecond: number,
    private readonly clock: Clock,
  ) {
    this.#freeAtMs = clock.steadyMs();
  }

  /** Waits until so many bytes may pass. Callers are served in the order they ask. */
  async take(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.clock.steadyMs();
    const earliestMs = now - BURST_SECONDS * 1000;
    const startMs = Math.max(this.#freeAtMs, earliestMs);
    this.#freeAtMs = startMs + (bytes / this.rateBytesPerSecond) * 1000;
    const waitMs = this.#freeAtMs - now;
    if (waitMs > 0) await this.clock.sleep(waitMs, signal);
  }
}
