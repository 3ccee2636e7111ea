/**
 * What was seen under names that may have to give way: between the look and the last step of a file somebody may save
 * something of theirs there.
 */
import type { Stats } from "node:fs";

/** More looks than lie between one at a file and its last step. */
const LOOKS_MAX = 4096;

export class Seen {
  readonly #marks = new Map<string, string>();

  note(path: string, stats: Stats): void {
    this.#marks.delete(path);
    this.#marks.set(path, markOf(stats));
    if (this.#marks.size > LOOKS_MAX) this.#marks.delete(this.#marks.keys().next().value!);
  }

  /** Throws as for a name that is taken unless there is what was seen last, or nothing. */
  requireSame(path: string, found: Stats | undefined): void {
    const mark = this.#marks.get(path);
    if (!found || mark === undefined || mark === markOf(found)) return;
    throw Object.assign(new Error("exists"), { code: "EEXIST" });
  }
}

function markOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}
