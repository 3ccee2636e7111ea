/** Apple's count of a collection: wrong by a little now and then, nonsense at times, and moving while we list. */
import { RemoteError } from "../lib/errors.ts";
import type { Collection } from "../photos/collection.ts";
import type { Zone } from "../photos/page.ts";
import type { Source } from "./ports.ts";

/** A larger count is as good as none. */
export const COUNT_MAX = 20_000_000;
/** A difference that is believed after the collection was listed a second time. */
const TOLERANCE_ASSETS = 2;
const TOLERANCE_SHARE = 0.001;

export class AppleCount {
  #assets: number | null = null;

  /** `newest` limits the count, as it does the listing; null for no limit. */
  constructor(
    private readonly source: Source,
    private readonly zone: Zone,
    private readonly collection: Collection,
    private readonly newest: number | null,
  ) {}

  /** The lowest count so far; null when it is not known. */
  get assets(): number | null {
    return this.#assets;
  }

  /** Asks for the first time. */
  async ask(): Promise<void> {
    this.#assets = await this.#ask();
  }

  /** Asks again; returns how many are missing against the lower count when `named` are known, Infinity without one. */
  async shortfall(named: number): Promise<number> {
    const after = await this.#ask();
    this.#assets = after === null ? null : Math.min(after, this.#assets ?? after);
    return this.#assets === null ? Infinity : this.#assets - named;
  }

  /** What may be missing after everything was listed twice. */
  get tolerance(): number {
    return Math.max(TOLERANCE_ASSETS, (this.#assets ?? 0) * TOLERANCE_SHARE);
  }

  async #ask(): Promise<number | null> {
    try {
      const count = await this.source.count(this.zone, this.collection);
      if (count !== null && count > COUNT_MAX) return null;
      return count === null || this.newest === null ? count : Math.min(count, this.newest);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault === "signed-out") throw error;
      return null; // without a count nothing can be called complete; what there is, is listed all the same
    }
  }
}
