/**
 * Which failed attempts count against their files. Those whose fault speaks of the file do, and those after which other
 * files still came. A cycle in which nothing could be fetched, for whatever reason, counts against no file.
 */
import { LocalError, RemoteError } from "../lib/errors.ts";
import { speaksOfFile } from "./reach.ts";

export class Blame {
  readonly #guilty = new Set<number>();
  /** Failed since the last file that came. */
  readonly #open = new Set<number>();

  failed(id: number, error: unknown): void {
    // Room may be made at any time, and smaller files that find some prove nothing.
    if (error instanceof LocalError && error.fault === "no-room") return;
    // Nobody knows when an upload ends.
    if (error instanceof RemoteError && error.fault === "pending") return;
    if (speaksOfFile(error)) this.#guilty.add(id);
    else if (!this.#guilty.has(id)) this.#open.add(id);
  }

  /** A file came over the network: whatever failed before it could have come as well. */
  fetched(): void {
    for (const id of this.#open) this.#guilty.add(id);
    this.#open.clear();
  }

  /** The file is here, or is not wanted as it was. */
  forget(id: number): void {
    this.#guilty.delete(id);
    this.#open.delete(id);
  }

  get guilty(): readonly number[] {
    return [...this.#guilty];
  }
}
