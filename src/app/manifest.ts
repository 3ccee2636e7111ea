/** SHA-256 sums of saved files, one a line, as `sha256sum` writes and checks them. */
import { closeSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { diskError } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";

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
      requireManifest(this.#path);
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

  /** Gives it its name when `isWhole`, else it is thrown away. */
  end(isWhole: boolean): void {
    closeSync(this.#fd);
    try {
      if (isWhole) renameSync(this.#passing, this.#path);
      else rmSync(this.#passing, { force: true });
    } catch (error) {
      throw diskError(error, this.#path);
    }
  }
}

// A slip of the hand must not cost a photo.
function requireManifest(path: string): void {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return;
    throw error;
  }
  try {
    const head = Buffer.alloc(80);
    const count = readSync(fd, head, 0, head.length, 0);
    if (count === 0 || LINE.test(head.subarray(0, count).toString("latin1"))) return;
  } finally {
    closeSync(fd);
  }
  throw new LocalError("occupied", "Something else than a manifest has this name", path, {
    hint: "give --manifest another name",
  });
}
