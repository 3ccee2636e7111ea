/** What all accounts of the process have together: the clock, the network's limits and the threads. */
import type { Config } from "../config/config.ts";
import { ByteBucket } from "../lib/bucket.ts";
import type { Clock } from "../lib/clock.ts";
import { Slots } from "../lib/slots.ts";
import type { DigestKind, StreamDigester } from "../photos/checksum.ts";
import type { TagWriterPool } from "../metadata/tool/pool.ts";
import { DigestThread } from "../download/thread-digester.ts";

export class Shared implements Disposable {
  /** The limit of bytes per second; null for none. */
  readonly bucket: ByteBucket | null;
  /** Transfers at the same time. */
  readonly slots: Slots;
  readonly #digests = new DigestThread();

  constructor(
    { threads, bandwidthBytesPerSecond }: Config["download"],
    readonly clock: Clock,
    readonly random: () => number = Math.random,
    /** What writes metadata into files; null when nothing does. */
    readonly tagWriter: TagWriterPool | null = null,
  ) {
    this.slots = new Slots(threads);
    const rate = bandwidthBytesPerSecond;
    this.bucket = rate === null ? null : new ByteBucket(rate, clock);
  }

  /** What digests a file of about this size. */
  digester(sizeBytes: number, kinds: readonly DigestKind[]): StreamDigester {
    return this.#digests.digester(sizeBytes, kinds);
  }

  /** Ends the threads; nobody may be waiting for a digest. */
  [Symbol.dispose](): void {
    this.#digests.end();
  }
}
