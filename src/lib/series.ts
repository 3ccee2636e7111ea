/**
 * A row of answers that each promise another: it must move on, bring news now and then, and end one day. Nothing is
 * asked here; whoever asks tells what came.
 */
import { RemoteError } from "./errors.ts";

export interface SeriesLimits {
  /** Answers in a row that stand where an earlier one stood. */
  readonly stuckMax: number;
  /** Answers in a row that bring nothing new. */
  readonly barrenMax: number;
  /** Answers in all. */
  readonly answersMax: number;
}

export class Series {
  readonly #positions = new Set<string | null>();
  readonly #news = new Set<number | bigint>();
  #answers = 0;
  #stuck = 0;
  #barren = 0;

  /** `what` begins a sentence, as "Apple's changes" does; `start` is where the first answer stood. */
  constructor(
    private readonly what: string,
    private readonly limits: SeriesLimits,
    start: string | null = null,
  ) {
    this.#positions.add(start).add(null);
  }

  /**
   * Notes an answer that promises another: where that begins (null when it does not say), and the names of what it
   * brought. Throws RemoteError("endless") when there is no use in asking on.
   */
  promisesMore(position: string | null, names: readonly string[]): void {
    const how = this.judge(position, names);
    if (how !== null) throw new RemoteError("endless", `${this.what} ${how}`);
  }

  /** Like `promisesMore`, but only says why there is no use in asking on; null while there is. */
  judge(position: string | null, names: readonly string[]): string | null {
    this.#answers += 1;
    this.#stuck = this.#positions.has(position) ? this.#stuck + 1 : 0;
    this.#positions.add(position);
    this.#barren = this.#isNew(names) ? 0 : this.#barren + 1;
    if (this.#stuck >= this.limits.stuckMax) return "do not go on";
    if (this.#barren >= this.limits.barrenMax) return "bring nothing new any more";
    return this.#answers >= this.limits.answersMax ? "have no end" : null;
  }

  // The very names of an earlier answer are no news.
  #isNew(names: readonly string[]): boolean {
    if (names.length === 0) return false;
    const word = Bun.hash(names.join("\n"));
    const isNew = !this.#news.has(word);
    this.#news.add(word);
    return isNew;
  }
}
