/**
 * Files of names that somebody else might know: made anew or found to be ours, and nothing else is ever written to or
 * removed.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, unlinkSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname, join } from "node:path";
import { errnoOf } from "../lib/errno.ts";

const { O_RDWR, O_RDONLY, O_APPEND, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Ways in which something says that it is no ordinary file of ours. */
const NOT_OURS = new Set(["ELOOP", "EISDIR", "ENXIO", "EACCES", "EPERM", "EMLINK", "EFTYPE"]);

/** Opens a file for reading and appending that has no other name, or makes it. Null when it is not ours. */
export function openOwn(path: string): number | null {
  return makeNew(path) ?? openFound(path);
}

/** Makes a file and opens it for reading and appending; null when something has its name. */
export function makeNew(path: string): number | null {
  try {
    return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666);
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return null;
    throw error;
  }
}

/** Opens an ordinary file of ours that is there; null for anything else. */
export function openFound(path: string, how: "append" | "read" = "append"): number | null {
  const flags = how === "append" ? O_RDWR | O_APPEND : O_RDONLY;
  let fd: number;
  try {
    // What waits for a partner, like a pipe, must not let us wait.
    fd = openSync(path, flags | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (NOT_OURS.has(errnoOf(error)) || errnoOf(error) === "ENOENT") return null;
    throw error;
  }
  const stats = fstatSync(fd);
  const isOrdinary = stats.isFile() && isOurs(stats, path);
  if (isOrdinary && stats.nlink <= 1) return fd;
  closeSync(fd);
  if (!isOrdinary || how === "read") return null;
  // A second name of a finished file: it is taken away, and the file keeps the other.
  unlinkSync(path);
  return makeNew(path);
}

/** Removes an ordinary file of ours, or a link where those are meant too; whatever else stands there stays. */
export function removeOwn(path: string, isLinkToo = false): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats || !(stats.isFile() || (isLinkToo && stats.isSymbolicLink()))) return;
  if (isOurs(stats, path)) unlinkSync(path);
}

/** True when it belongs to whom a file that we make beside it belongs. */
export function isOurs(stats: Stats, path: string): boolean {
  return stats.uid === process.geteuid?.() || stats.uid === ownerOfNew(dirname(path));
}

// Some network disks give everything to one user, whoever made it.
function ownerOfNew(folder: string): number | null {
  const path = join(folder, `.kei-${crypto.randomUUID()}`);
  try {
    const fd = makeNew(path);
    if (fd === null) return null;
    try {
      return fstatSync(fd).uid;
    } finally {
      unlinkSync(path);
      closeSync(fd);
    }
  } catch {
    return null;
  }
}
