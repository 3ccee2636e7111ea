/** Files that only their owner may read and change, replaced whole or not at all. Nothing in their place is followed. */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { diskError, errnoOf } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { requireOwn, requireOwnFile, requireOwnFolder } from "../lib/trust.ts";

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Makes the folder, for its owner alone; one that exists keeps its rights, and is refused when others may write. */
export function ensurePrivateFolder(path: string): void {
  requireOwnFolder(path);
  atDisk("create the folder", path, () => mkdirSync(path, { recursive: true, mode: 0o700 }));
}

/** The text of a file, or null when there is none. Throws LocalError, also for one that others can change. */
export function readPrivateFile(path: string): string | null {
  return readPrivateBytes(path)?.toString("utf8") ?? null;
}

/** The same as bytes. */
export function readPrivateBytes(path: string): Buffer | null {
  let file: number;
  try {
    // What waits for a partner, like a pipe, must not let us wait.
    file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null;
    requireOwnFile(path); // says what a link is
    throw localErrorFrom(error, "read the file", path);
  }
  try {
    requireOwn(path, fstatSync(file));
    return readFileSync(file);
  } catch (error) {
    throw localErrorFrom(error, "read the file", path);
  } finally {
    closeSync(file);
  }
}

/** Replaces a file: written beside it with mode 0600, synced, renamed over it, and the folder synced. */
export function writePrivateFile(path: string, content: string | Uint8Array): void {
  ensurePrivateFolder(dirname(path));
  requireOwnFile(path);
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  atDisk("write the file", path, () => {
    removeLeftovers(path);
    try {
      writeSynced(temporary, content);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(path));
  });
}

/** Makes an empty file for its owner alone, unless it is there. Throws LocalError when something else has its name. */
export function ensurePrivateFile(path: string): void {
  atDisk("create the file", path, () => {
    try {
      closeSync(openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600));
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
      requireOwnFile(path);
    }
  });
}

/** Removes a file; one that is not there is fine. */
export function removePrivateFile(path: string): void {
  requireOwnFile(path);
  atDisk("remove the file", path, () => rmSync(path, { force: true }));
}

// What a crash left of earlier writing: there is one writer at a time. What cannot be listed or removed is as private as
// the file itself, and waits for the next time.
function removeLeftovers(path: string): void {
  const [start, ending] = [`${basename(path)}.`, /^[0-9a-f-]{36}\.tmp$/];
  try {
    for (const entry of readdirSync(dirname(path), { withFileTypes: true })) {
      const { name } = entry;
      if (entry.isFile() && name.startsWith(start) && ending.test(name.slice(start.length))) {
        rmSync(join(dirname(path), name), { force: true });
      }
    }
  } catch (error) {
    if (errnoOf(error) === "") throw error;
  }
}

function writeSynced(path: string, content: string | Uint8Array): void {
  const bytes = Buffer.from(content as string);
  const file = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
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

/** Says which errno an operation met, as one of our own errors; those it is already stay as they are. */
export function localErrorFrom(error: unknown, what: string, path: string): LocalError {
  if (error instanceof LocalError) return error;
  const known = diskError(error, path);
  if (!(known instanceof LocalError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new LocalError("failed", `Cannot ${what}: ${reason}`, path, { cause: error });
  }
  const message = `Cannot ${what}: ${known.message}`;
  return new LocalError(known.fault, message, path, { cause: error, hint: known.hint });
}
