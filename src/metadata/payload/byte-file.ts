/** A file read at any place, never further than it goes: a size that lies is an error and no allocation. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { DataError } from "../../lib/errors.ts";

/** Structures of a file that are looked into as a whole are smaller than this, or the file is not ours to judge. */
const PIECE_BYTES_MAX = 128 << 20;

/** A file, or a part of one that is a file by itself. */
export interface Bytes {
  readonly sizeBytes: number;
  /** The bytes of a range. Throws DataError when it does not lie within. */
  read(at: number, lengthBytes: number): Buffer;
  broken(what: string): DataError;
}

export class ByteFile implements Bytes, Disposable {
  readonly sizeBytes: number;

  private constructor(
    private readonly fd: number,
    readonly path: string,
  ) {
    this.sizeBytes = fstatSync(fd).size;
  }

  static open(path: string): ByteFile {
    return new ByteFile(openSync(path, "r"), path);
  }

  /** The bytes of a range. Throws DataError when the file ends before it does. */
  read(at: number, lengthBytes: number): Buffer {
    this.check(at, lengthBytes);
    if (lengthBytes > PIECE_BYTES_MAX) throw this.broken(`${lengthBytes} bytes in one structure`);
    const buffer = Buffer.allocUnsafe(lengthBytes);
    if (this.readInto(buffer, at) !== lengthBytes) throw this.broken("it got shorter");
    return buffer;
  }

  /** Fills a buffer from a place on; returns how many bytes there were. */
  readInto(buffer: Uint8Array, at: number): number {
    let count = 0;
    while (count < buffer.length) {
      const got = readSync(this.fd, buffer, count, buffer.length - count, at + count);
      if (got === 0) break;
      count += got;
    }
    return count;
  }

  /** Throws DataError unless the range lies within the file. */
  check(at: number, lengthBytes: number): void {
    const isWithin = at >= 0 && lengthBytes >= 0 && at + lengthBytes <= this.sizeBytes;
    if (!isWithin) throw this.broken(`it points to ${at}+${lengthBytes} of ${this.sizeBytes}`);
  }

  /** A part of the file as if it were one. */
  slice(from: number, sizeBytes: number): Bytes {
    this.check(from, sizeBytes);
    return {
      sizeBytes,
      read: (at, lengthBytes) => {
        if (at < 0 || at + lengthBytes > sizeBytes)
          throw this.broken("a part points out of itself");
        return this.read(from + at, lengthBytes);
      },
      broken: (what) => this.broken(what),
    };
  }

  broken(what: string): DataError {
    return new DataError(`The structure of the file cannot be read: ${what}`, this.path);
  }

  [Symbol.dispose](): void {
    closeSync(this.fd);
  }
}
