/** Files that only their owner may read, replaced whole or not at all. */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { diskError, errnoOf } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";

/** Makes the folder, for its owner alone; one that exists keeps the rights it has. */
export function ensurePrivateFolder(path: string): void {
  atDisk("create the folder", path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
}

/** The text of a file, or null when there is none. */
export function readPrivateFile(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    throw localErrorFrom(error, "read", path);
  }
}

/** Replaces a file: written beside it with mode 0600, synced, renamed over it, and the folder synced. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  ensurePrivateFolder(dirname(path));
  atDisk("write", path, () => {
    try {
      writeSynced(temporary, text);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Removes a file; one that is not there is fine. */
export function removePrivateFile(path: string): void {
  atDisk("remove", path, () => rmSync(path, { force: true }));
}

function writeSynced(path: string, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  const file = openSync(path, "w", 0o600);
  try {
    // A left-over of a crash may have been made with other rights.
    chmodSync(path, 0o600);
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function atDisk(what: string, path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw localErrorFrom(error, what, path);
  }
}

/** Says which errno an operation met, as one of our own errors. */
export function localErrorFrom(error: unknown, what: string, path: string): LocalError {
  const known = diskError(error, path);
  if (!(known instanceof LocalError)) {
    return new LocalError("failed", `Cannot ${what} the file`, path, { cause: error });
  }
  const message = `Cannot ${what} the file: ${known.message}`;
  return new LocalError(known.fault, message, path, { cause: error, hint: known.hint });
}
