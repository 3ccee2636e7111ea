/** An unfinished file on disk. Its name says which bytes it is for, so it can be continued at any age. */
import {
  closeSync,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  futimesSync,
  readSync,
  writeSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { promisify } from "node:util";
import { LocalError } from "../lib/errors.ts";
import { diskError, errnoOf } from "../lib/errno.ts";
import { nextTurn } from "../lib/turn.ts";
import { openOwn } from "./own-file.ts";

const fsyncAsync = promisify(fsync);
const fdatasyncAsync = promisify(fdatasync);
const READ_BYTES = 1 << 20;
/** A long file is written out in steps of this size while it comes, so that sealing it does not wait for all of it. */
const WRITE_OUT_BYTES = 32 << 20;
/** After so many bytes it is looked again whether the rest fits. */
const LOOK_AGAIN_BYTES = 16 << 20;
/** What disks answer that cannot say when bytes are safe. */
const NO_SYNC = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"]);
/** What ends the way of a part: it would only lie in the way of others. */
const NO_USE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/** What a part needs of the folder it lies in. */
export interface PartDoor {
  /** Looks whether what is still to come fits; throws LocalError. */
  lookForRoom(): void;
  /** The file system has no files of this size. */
  refuseSize(): LocalError;
  /** The bytes are durable; this is what they lie in. */
  sealed(stats: Stats): void;
  /** What lies there must not be trusted by anybody. */
  voided(): void;
  /** No more bytes will come. */
  closed(): void;
  /** The disk cannot do something that the photos can do without. */
  lacks(what: "times" | "sync"): void;
}

export class FilePart {
  #lengthBytes: number;
  #unwrittenBytes = 0;
  #unlookedBytes = 0;
  #writeOut: Promise<void> | null = null;
  /** The kernel tells a failed write only once: to whoever asks first. */
  #writeOutError: unknown = null;

  /** `path` is what people are told. */
  constructor(
    private readonly fd: number,
    private readonly path: string,
    private readonly door: PartDoor = ALONE,
  ) {
    this.#lengthBytes = fstatSync(fd).size;
  }

  /** Opens or creates a part by itself. Throws LocalError. */
  static open(path: string): FilePart {
    let fd: number | null;
    try {
      fd = openOwn(path);
    } catch (error) {
      throw diskError(error, path);
    }
    if (fd === null) throw new LocalError("occupied", "Something else has this name", path);
    return new FilePart(fd, path);
  }

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  async read(each: (chunk: Uint8Array) => void | Promise<void>): Promise<void> {
    for (let at = 0; at < this.#lengthBytes;) {
      const buffer = new Uint8Array(Math.min(READ_BYTES, this.#lengthBytes - at));
      const count = this.#readAt(buffer, at);
      if (count === 0) break;
      await each(buffer.subarray(0, count));
      at += count;
      await nextTurn();
    }
  }

  #readAt(buffer: Uint8Array, at: number): number {
    try {
      return readSync(this.fd, buffer, 0, buffer.length, at);
    } catch (error) {
      throw diskError(error, this.path);
    }
  }

  /** Throws LocalError; when the bytes find no room, the part is empty then. */
  append(chunk: Uint8Array): void {
    try {
      this.#lookForRoom(chunk.length);
      for (let at = 0; at < chunk.length;) at += writeSync(this.fd, chunk, at);
      this.#lengthBytes += chunk.length;
    } catch (error) {
      throw this.#giveUp(error);
    }
    this.#unwrittenBytes += chunk.length;
    if (this.#unwrittenBytes >= WRITE_OUT_BYTES && this.#writeOut === null) this.#startWriteOut();
  }

  #lookForRoom(bytes: number): void {
    this.#unlookedBytes += bytes;
    if (this.#unlookedBytes < LOOK_AGAIN_BYTES) return;
    this.#unlookedBytes = 0;
    this.door.lookForRoom();
  }

  #giveUp(error: unknown): unknown {
    const isNoRoom = error instanceof LocalError && error.fault === "no-room";
    if (isNoRoom || NO_USE.has(errnoOf(error))) this.clear();
    return errnoOf(error) === "EFBIG" ? this.door.refuseSize() : diskError(error, this.path);
  }

  clear(): void {
    try {
      ftruncateSync(this.fd, 0);
    } catch (error) {
      throw diskError(error, this.path);
    }
    this.#lengthBytes = 0;
  }

  /** Sets the time of the file, makes all durable and lets go of it. Throws LocalError; nothing is to be trusted then. */
  seal(createdMs: number): Promise<void> {
    // A Date, not a number: a negative number would mean "now".
    return this.sealAt(new Date(Math.trunc(createdMs / 1000) * 1000));
  }

  /** Like `seal`, to the fraction of a second. */
  async sealAt(time: Date): Promise<void> {
    try {
      await this.#writeOut;
      if (this.#writeOutError !== null) throw this.#writeOutError;
      this.#setTime(time);
      await this.#sync();
      const stats = fstatSync(this.fd);
      if (stats.size !== this.#lengthBytes) {
        throw new LocalError("failed", "Another program wrote into an unfinished file", this.path);
      }
      this.door.sealed(stats);
    } catch (error) {
      // After a failed sync the system may show bytes that the disk never got.
      this.door.voided();
      throw diskError(error, this.path);
    } finally {
      this.#close();
    }
  }

  #setTime(time: Date): void {
    try {
      futimesSync(this.fd, time, time);
    } catch (error) {
      // Some disks keep no times, or not such ones. What else is wrong shows when the bytes are synced.
      if (errnoOf(error) === "") throw error;
      this.door.lacks("times");
    }
  }

  async #sync(): Promise<void> {
    try {
      await fsyncAsync(this.fd);
    } catch (error) {
      if (!NO_SYNC.has(errnoOf(error))) throw error;
      this.door.lacks("sync");
    }
  }

  close(): void {
    if (this.#writeOut === null) this.#close();
    else void this.#writeOut.then(() => this.#close());
  }

  #close(): void {
    this.door.closed();
    closeSync(this.fd);
  }

  #startWriteOut(): void {
    this.#unwrittenBytes = 0;
    this.#writeOut = fdatasyncAsync(this.fd)
      .catch((error: unknown) => {
        if (!NO_SYNC.has(errnoOf(error))) this.#writeOutError ??= error;
      })
      .finally(() => (this.#writeOut = null));
  }
}

const nothing = () => undefined;

/** For a part that lies in no library. */
const ALONE: PartDoor = {
  lookForRoom: nothing,
  refuseSize: () => new LocalError("too-large", "The file is too large for the file system", ""),
  sealed: nothing,
  voided: nothing,
  closed: nothing,
  lacks: nothing,
};
