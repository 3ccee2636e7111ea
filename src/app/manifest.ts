/** SHA-256 sums of saved files, one a line, as `sha256sum` writes and checks them. */
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { resolve } from "node:path";
import { takeName } from "../disk/moves.ts";
import { diskError } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
const LINE = /^\\?[0-9a-f]{64} [ *]/;

/** The line of a file. A name with a line end or a backslash is escaped, and the line says so in front. */
export function manifestLine(sha256: string, path: string): string {
  const name = path.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r");
  return `${name === path ? "" : "\\"}${sha256}  ${name}`;
}

/** A manifest that takes the place of an older one when it is complete. */
export class ManifestFile {
  readonly #path: string;
  readonly #passing: string;
  readonly #fd: number;

  /** Throws LocalError, also when something else than a manifest has the name. */
  constructor(name: string) {
    this.#path = resolve(name);
    this.#passing = `${this.#path}.${crypto.randomUUID().slice(0, 8)}.tmp`;
    try {
      isManifest(this.#path);
      this.#fd = openSync(this.#passing, "wx");
    } catch (error) {
      throw diskError(error, this.#path);
    }
  }

  /** Adds a line. Throws LocalError. */
  add(line: string): void {
    try {
      const bytes = Buffer.from(`${line}\n`);
      for (let at = 0; at < bytes.length;) at += writeSync(this.#fd, bytes, at);
    } catch (error) {
      throw diskError(error, this.#path);
    }
  }

  /** Gives it its name when `isWhole`, else it is thrown away. Throws LocalError when something else has the name by now. */
  end(isWhole: boolean): void {
    closeSync(this.#fd);
    try {
      if (isWhole) this.#takeName();
    } catch (error) {
      throw diskError(error, this.#path);
    } finally {
      rmSync(this.#passing, { force: true });
    }
  }

  #takeName(): void {
    if (isManifest(this.#path)) renameSync(this.#passing, this.#path);
    else takeName(this.#passing, this.#path);
  }
}

/** False for nothing. Throws for all else: a slip of the hand must not cost a photo, a link or a device. */
function isManifest(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return false;
  if (stats.isFile() && beginsLikeManifest(path)) return true;
  throw new LocalError("occupied", "Something else than a manifest has this name", path, {
    hint: "give --manifest another name, or - for standard output",
  });
}

function beginsLikeManifest(path: string): boolean {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const head = Buffer.alloc(80);
    const count = readSync(fd, head, 0, head.length, 0);
    return count === 0 || LINE.test(head.subarray(0, count).toString("latin1"));
  } finally {
    closeSync(fd);
  }
}
