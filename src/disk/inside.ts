/**
 * Ways into the folders of the library that stay inside of it, whatever is swapped for a link meanwhile.
 *
 * A folder is opened first and proved to lie inside by what was opened; its entries are then reached through that
 * handle, so that what its path leads to a moment later plays no part. Where the system shows no handles as folders
 * (macOS), the real path is used, and proved before and after.
 */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  realpathSync,
  statSync,
} from "node:fs";
import { join, posix, sep } from "node:path";
import { diskError, errnoOf } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { HANDLES, Handles, whereIs } from "./handles.ts";
import type { Handle, Way } from "./handles.ts";

/** Opens a folder for finding entries in it and nothing else, which needs no right to list it. Linux only. */
const O_PATH = 0o10000000;

export class Inside {
  #realRoot: string | null;
  readonly #handles = new Handles();
  /** The disk the root lies on. */
  #disk: number | null = null;

  /** `root` is absolute, and need not exist before something is made in it. */
  constructor(
    readonly root: string,
    private readonly hasHandles = existsSync(HANDLES),
  ) {
    this.#realRoot = existsSync(root) ? realPath(root) : null;
    if (this.#realRoot !== null) this.#requireDisk();
  }

  /** Absolute path of the root without links; throws when it is not there. */
  get realRoot(): string {
    return (this.#realRoot ??= realPath(this.root));
  }

  /**
   * Runs work on the entries of a folder, which is relative to the root. Throws LocalError, which names the folder, when
   * it cannot be entered or leads out of the library; what the work throws passes as it is.
   */
  within<Result>(folder: string, work: (way: Way) => Result): Result {
    const absolute = join(this.root, folder);
    this.#requireDisk();
    if (this.hasHandles) return work(this.#handles.wayInto(absolute, () => this.#enter(absolute)));
    const fd = this.#open(absolute);
    try {
      const real = this.#prove(absolute, fd);
      const result = work((name) => join(real, name));
      if (this.#prove(absolute, fd) !== real) throw exchanged(absolute);
      return result;
    } finally {
      closeSync(fd);
    }
  }

  /** Makes a folder and those above it; returns the folders that have a new entry by that. Throws LocalError. */
  make(folder: string): string[] {
    if (folder === "" || this.#seemsThere(folder)) {
      this.within(folder, () => undefined);
      return [];
    }
    const parent = folderAbove(folder);
    const changed = this.make(parent);
    try {
      this.within(parent, (way) => mkdirSync(way(posix.basename(folder))));
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw diskError(error, join(this.root, folder));
    }
    return [...changed, parent];
  }

  // Most folders are asked for by many files at once, and an exception costs more than the look.
  #seemsThere(folder: string): boolean {
    const absolute = join(this.root, folder);
    try {
      return statSync(absolute, { throwIfNoEntry: false }) !== undefined;
    } catch (error) {
      throw diskError(error, absolute);
    }
  }

  /** What the disk says of a file that is to be put somewhere; often it speaks of the folder. */
  failureAt(error: unknown, path: string): unknown {
    const failure = diskError(error, join(this.root, path));
    if (!(failure instanceof LocalError)) return failure;
    if (failure.fault === "denied" && failure !== error) return this.#inFolderOf(path, failure);
    if (failure.fault !== "read-only") return failure;
    // A part of the library may lie on a disk of its own.
    try {
      accessSync(this.root, constants.W_OK);
    } catch {
      return failure;
    }
    return this.#inFolderOf(path, failure);
  }

  #inFolderOf(path: string, failure: LocalError): LocalError {
    const folder = join(this.root, folderAbove(path));
    return new LocalError("denied", `${failure.message} in its folder`, folder, failure);
  }

  // Where a disk was mounted there is a folder without it: what is put there nobody finds again.
  #requireDisk(): void {
    let disk: number;
    try {
      disk = statSync(this.root).dev;
    } catch (error) {
      throw diskError(error, this.root);
    }
    this.#disk ??= disk;
    if (disk === this.#disk) return;
    throw new LocalError("away", "The disk of the target folder is gone", this.root, {
      hint: "mount it again and run kei again",
    });
  }

  #enter(absolute: string): Handle {
    const fd = this.#open(absolute);
    try {
      return { fd, real: this.#prove(absolute, fd) };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #open(absolute: string): number {
    try {
      return openSync(absolute, constants.O_DIRECTORY | (this.hasHandles ? O_PATH : 0));
    } catch (error) {
      throw diskError(error, absolute);
    }
  }

  // The real path of the open folder.
  #prove(absolute: string, fd: number): string {
    try {
      const real = this.hasHandles ? whereIs(fd) : provenPath(absolute, realpathSync(absolute), fd);
      if (real === this.realRoot || real.startsWith(withSeparator(this.realRoot))) return real;
    } catch (error) {
      throw diskError(error, absolute);
    }
    throw new LocalError("denied", "The folder leads out of the library", absolute, {
      hint: "a link inside the library points elsewhere; remove it",
    });
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw diskError(error, path);
  }
}

/** Folder of a relative path; '' is the root. */
export function folderAbove(path: string): string {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
}

/** True for what says that nothing is there, or no folder that it could be in. */
export function isMissing(error: unknown): boolean {
  return errnoOf(error) === "ENOENT" || (error instanceof LocalError && error.fault === "missing");
}

/** The path with a separator at its end, for telling what is below it. */
export function withSeparator(path: string): string {
  return path.endsWith(sep) ? path : path + sep;
}

function provenPath(absolute: string, real: string, fd: number): string {
  const [opened, found] = [fstatSync(fd), lstatSync(real)];
  if (opened.ino !== found.ino || opened.dev !== found.dev) throw exchanged(absolute);
  return real;
}

function exchanged(absolute: string): LocalError {
  return new LocalError("denied", "The folder was exchanged for another meanwhile", absolute, {
    hint: "is another program at work in the library?",
  });
}
