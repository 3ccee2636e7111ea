/** The reader of a cycle's events that counts what its tally says of files. */
import type { Event, Observe, Tally } from "./events.ts";

type Counted = Pick<
  Tally,
  | "filesDownloaded"
  | "filesAdopted"
  | "filesMoved"
  | "filesLeft"
  | "filesUnverified"
  | "bytesDownloaded"
>;

export class Counter {
  readonly #saved = { downloaded: 0, adopted: 0, copied: 0, linked: 0, made: 0 };
  #moved = 0;
  #left = 0;
  #unverified = 0;
  #bytes = 0;
  #hasWarnedOfLinks = false;

  constructor(private readonly next: Observe) {}

  /** Counts an event and hands it on; that links are not made here is said once. */
  readonly observe = (event: Event): void => {
    if (event.kind === "bytes") this.#bytes += event.count;
    if (event.kind === "file-moved") this.#moved += 1;
    if (event.kind === "file-left") this.#left += 1;
    if (event.kind === "file-unverified") this.#unverified += 1;
    if (event.kind === "file-saved") this.#saved[event.how] += 1;
    if (event.kind === "links-unsupported") {
      if (this.#hasWarnedOfLinks) return;
      this.#hasWarnedOfLinks = true;
    }
    this.next(event);
  };

  get counted(): Counted {
    const { downloaded, adopted, copied, linked } = this.#saved;
    return {
      filesDownloaded: downloaded,
      filesAdopted: adopted + copied + linked,
      filesMoved: this.#moved,
      filesLeft: this.#left,
      filesUnverified: this.#unverified,
      bytesDownloaded: this.#bytes,
    };
  }
}
