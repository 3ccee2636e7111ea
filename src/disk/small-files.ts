/** Small files of the library as a whole, such as sidecars: read, and kept aside before something else takes their place. */
import { closeSync, constants, openSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { diskError } from "../lib/errno.ts";
import { openSource } from "./copy.ts";
import { syncAsFarAsCan } from "./durable.ts";
import { folderAbove, isMissing } from "./inside.ts";
import type { Inside } from "./inside.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL } = constants;

export class SmallFiles {
  constructor(private readonly inside: Inside) {}

  /** The bytes of a file; null when nothing stands there. Throws LocalError. */
  read(path: string): Uint8Array | null {
    const shown = join(this.inside.root, path);
    try {
      const fd = this.#open(path, (entry) => openSource(entry, shown));
      try {
        return readFileSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      if (isMissing(error)) return null;
      throw diskError(error, shown);
    }
  }

  /** Keeps a durable copy of a file beside it, and answers what it is called; one that is there already will do. */
  keepAside(path: string): string {
    const bytes = this.read(path);
    for (let number = 1; bytes !== null; number++) {
      const copy = number === 1 ? `${path}.bak` : `${path}.bak${number}`;
      const known = this.read(copy);
      if (known === null) this.#write(copy, bytes);
      if (known === null || Buffer.compare(known, bytes) === 0) return copy;
    }
    return path;
  }

  // What it is a copy of may be gone a moment later.
  #write(path: string, bytes: Uint8Array): void {
    try {
      const file = this.#open(path, (entry) => openSync(entry, O_WRONLY | O_CREAT | O_EXCL, 0o666));
      try {
        writeFileSync(file, bytes);
        syncAsFarAsCan(file);
      } finally {
        closeSync(file);
      }
      const folder = this.inside.within(folderAbove(path), (way) => openSync(way("."), O_RDONLY));
      try {
        syncAsFarAsCan(folder);
      } finally {
        closeSync(folder);
      }
    } catch (error) {
      throw diskError(error, join(this.inside.root, path));
    }
  }

  #open(path: string, act: (entry: string) => number): number {
    return this.inside.within(folderAbove(path), (way) => act(way(posix.basename(path))));
  }
}
