/** Chance that can be replayed: always the same, so that a change is judged by itself; KEI_SEED draws another. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed >>> 0;
  }

  static fromEnvironment(): Random {
    const given = process.env["KEI_SEED"];
    const seed = Number(given ?? 20_261_124);
    console.log(`KEI_SEED=${seed} replays this`);
    return new Random(seed);
  }

  /** A whole number from 0 to just below the limit. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  // mulberry32
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
