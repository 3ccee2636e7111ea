/** A bounded pool of workers over p-queue: so many at once, and no long line behind them. */
import PQueue from "p-queue";

export class Pool {
  readonly #queue: PQueue;

  constructor(private readonly concurrency: number) {
    this.#queue = new PQueue({ concurrency });
  }

  /** Hands in work as soon as a worker is about to be free; the work must not reject. */
  async add(work: () => Promise<void>): Promise<void> {
    await this.#queue.onSizeLessThan(this.concurrency);
    void this.#queue.add(work);
  }

  /** Resolves when all work is done. */
  idle(): Promise<void> {
    return this.#queue.onIdle();
  }
}
