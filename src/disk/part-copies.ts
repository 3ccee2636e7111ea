/** Makes parts of what is in the library already, a little at a time; the bytes are shared where the disk can do that. */
import { closeSync, fstatSync } from "node:fs";
import { join, posix } from "node:path";
import { openSource, shareBytes } from "./copy.ts";
import type { Durable } from "./durable.ts";
import { folderAbove } from "./inside.ts";
import type { Inside } from "./inside.ts";
import { pour } from "./parts.ts";
import type { PartKey, Parts } from "./parts.ts";

export class PartCopies {
  constructor(
    private readonly inside: Inside,
    private readonly parts: Parts,
    private readonly durable: Durable,
  ) {}

  /** Makes a part a copy of the file at `from`; the signal ends it between two pieces. Throws LocalError. */
  async make(key: PartKey, from: string, signal?: AbortSignal): Promise<void> {
    this.parts.remove(key);
    const { root } = this.inside;
    let source: number | null = null;
    try {
      this.durable.note(this.inside.make(folderAbove(key.path)));
      source = this.#at(from, (entry) => openSource(entry, join(root, from)));
      if (this.#share(from, key)) return;
      const part = await this.parts.open(key, fstatSync(source).size);
      try {
        part.clear();
        await pour({ fd: source, path: join(root, from) }, part, signal);
      } finally {
        part.close();
      }
    } catch (error) {
      throw this.inside.failureAt(error, key.path);
    } finally {
      if (source !== null) closeSync(source);
    }
  }

  // False where the disk shares no bytes, or something has the name of the part.
  #share(from: string, key: PartKey): boolean {
    const part = posix.join(folderAbove(key.path), this.parts.nameOf(key));
    return this.#at(from, (old) => this.#at(part, (entry) => shareBytes(old, entry)));
  }

  #at<Result>(path: string, act: (entry: string) => Result): Result {
    return this.inside.within(folderAbove(path), (way) => act(way(posix.basename(path))));
  }
}
