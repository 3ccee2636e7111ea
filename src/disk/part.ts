/** An unfinished file on disk. Its name says which bytes it is for, so it can be continued at any age. */
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  unlinkSync,
  fdatasync,
  fsync,
  futimesSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { encodeBase32 } from "../lib/base32.ts";
import { LocalError } from "../lib/errors.ts";
import { diskError } from "../lib/errno.ts";
import { nextTurn } from "../lib/turn.ts";

const fsyncAsync = promisify(fsync);
const fdatasyncAsync = promisify(fdatasync);
const READ_BYTES = 1 << 20;
/** A long file is written out in steps of this size while it comes, so that sealing it does not wait for all of it. */
const WRITE_OUT_BYTES = 32 << 20;

/** File name of the part for a checksum: base32 of its bytes, then the suffix. */
export function partName(checksum: string, suffix: string): string {
  const bytes = Buffer.from(checksum, "base64");
  // A checksum that is no base64 still needs a name of its own.
  const name = bytes.length > 0 ? bytes : Bun.SHA1.hash(checksum);
  return `${encodeBase32(name as Uint8Array)}${suffix}`;
}

export class FilePart {
  #lengthBytes: number;
  #unwrittenBytes = 0;
  #writeOut: Promise<void> | null = null;
  /** The kernel tells a failed write only once: to whoever asks first. */
  #writeOutError: unknown = null;

  private constructor(
    private readonly fd: number,
    private readonly path: string,
  ) {
    this.#lengthBytes = fstatSync(fd).size;
  }

  /** Opens or creates the part. Throws LocalError. */
  static open(path: string): FilePart {
    try {
      // A second name of a finished file, or a link to one, is not ours to write into.
      const stats = lstatSync(path, { throwIfNoEntry: false });
      if (stats && (stats.nlink > 1 || stats.isSymbolicLink())) unlinkSync(path);
      return new FilePart(openSync(path, "a+"), path);
    } catch (error) {
      throw diskError(error, path);
    }
  }

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  async read(each: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    for (let at = 0; at < this.#lengthBytes;) {
      const buffer = new Uint8Array(Math.min(READ_BYTES, this.#lengthBytes - at));
      const count = readSync(this.fd, buffer, 0, buffer.length, at);
      if (count === 0) break;
      await each(buffer.subarray(0, count));
      at += count;
      await nextTurn();
    }
  }

  append(chunk: Uint8Array): void {
    try {
      for (let at = 0; at < chunk.length;) at += writeSync(this.fd, chunk, at);
      this.#lengthBytes += chunk.length;
    } catch (error) {
      throw diskError(error, this.path);
    }
    this.#unwrittenBytes += chunk.length;
    if (this.#unwrittenBytes >= WRITE_OUT_BYTES && this.#writeOut === null) this.#startWriteOut();
  }

  clear(): void {
    ftruncateSync(this.fd, 0);
    this.#lengthBytes = 0;
  }

  async seal(createdMs: number): Promise<void> {
    try {
      await this.#writeOut;
      if (this.#writeOutError !== null) throw this.#writeOutError;
      // A Date, not a number: a negative number would mean "now".
      const time = new Date(Math.trunc(createdMs / 1000) * 1000);
      futimesSync(this.fd, time, time);
      await fsyncAsync(this.fd);
      if (fstatSync(this.fd).size !== this.#lengthBytes) {
        throw new LocalError("failed", "Another program wrote into an unfinished file", this.path);
      }
    } catch (error) {
      throw diskError(error, this.path);
    } finally {
      closeSync(this.fd);
    }
  }

  close(): void {
    if (this.#writeOut === null) closeSync(this.fd);
    else void this.#writeOut.then(() => closeSync(this.fd));
  }

  #startWriteOut(): void {
    this.#unwrittenBytes = 0;
    this.#writeOut = fdatasyncAsync(this.fd)
      .catch((error: unknown) => void (this.#writeOutError ??= error))
      .finally(() => (this.#writeOut = null));
  }
}
