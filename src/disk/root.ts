/** Checks of the target folder, made before anything else happens. */
import {
  accessSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  statSync,
  statfsSync,
} from "node:fs";
import type { Dirent } from "node:fs";
import { dirname, join } from "node:path";
import { LocalError } from "../lib/errors.ts";
import { isSystemFolder } from "./system-folders.ts";
import { diskError, errnoOf } from "../lib/errno.ts";

/** Makes sure that files can be put into the folder, and makes it unless nothing may be changed. Throws LocalError. */
export function prepareRoot(root: string, isTrial = false): void {
  try {
    refuseSystemFolder(root);
    if (!isTrial) mkdirSync(root, { recursive: true });
    const folder = nearestExisting(root);
    if (!statSync(folder).isDirectory()) throw notFolder();
    // Asked, not tried: a file that comes and goes would change the time of the folder, by which lost files are found.
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch (error) {
    const local = diskError(error, root);
    if (!(local instanceof LocalError)) throw local;
    const message = `Cannot write into the target folder: ${local.message}`;
    throw new LocalError(local.fault, message, root, {
      cause: error,
      hint: local.hint ?? ELSEWHERE,
    });
  }
}

// Links may lead there from anywhere.
function refuseSystemFolder(root: string): void {
  const existing = nearestExisting(root);
  const real = join(realpathSync(existing), root.slice(existing.length));
  if (!isSystemFolder(real)) return;
  const message = `it is a folder of the operating system, ${real}`;
  throw new LocalError("denied", message, root, { hint: "choose another folder with --directory" });
}

const ELSEWHERE =
  "choose another folder with --directory, or give yourself the right to write there";

function notFolder(): Error {
  return Object.assign(new Error("not a folder"), { code: "ENOTDIR" });
}

// The folder itself or the closest one above it that is there.
function nearestExisting(path: string): string {
  let at = path;
  while (!lstatSync(at, { throwIfNoEntry: false })) at = dirname(at);
  return at;
}

/** Bytes an ordinary user may still write to the disk of a folder; infinite for a disk that does not tell. */
export function freeBytes(folder: string): number {
  try {
    const { bavail, bsize, blocks } = statfsSync(folder);
    return blocks > 0 ? bavail * bsize : Infinity;
  } catch {
    return Infinity;
  }
}

/** Throws LocalError("full") when less than the minimum is free. */
export function requireFreeSpace(root: string, minimumBytes: number): void {
  const free = freeBytes(nearestExisting(root));
  if (free >= minimumBytes) return;
  const mib = (bytes: number) => `${Math.floor(bytes / 2 ** 20)} MiB`;
  throw new LocalError(
    "full",
    `Only ${mib(free)} are free, at least ${mib(minimumBytes)} are needed`,
    root,
    {
      hint: "free some space, or choose another folder with --directory",
    },
  );
}

/** What systems leave in a folder by themselves, besides hidden files. */
const NOT_OURS = new Set(["lost+found", "@eaDir", "#recycle", "System Volume Information"]);

/** True when the folder is missing or holds nothing of a person's: the sign of a disk that is not mounted. */
export function isEmptyRoot(root: string): boolean {
  try {
    return readdirSync(root).every((name) => name.startsWith(".") || NOT_OURS.has(name));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return true;
    throw diskError(error, root);
  }
}

/**
 * Modification time of a folder in nanoseconds as text, or null when it is not there; "0", a time that says nothing, when
 * it cannot be seen.
 */
export function folderTime(root: string, folder: string): string | null {
  try {
    const stats = statSync(join(root, folder), { bigint: true, throwIfNoEntry: false });
    return stats?.isDirectory() ? String(stats.mtimeNs) : null;
  } catch (error) {
    return errnoOf(error) === "ENOTDIR" ? null : "0";
  }
}

/** Names that are seen in a folder; none when it is not there or cannot be listed. */
export function namesIn(root: string, folder: string): Set<string> {
  try {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    // A link that leads nowhere is no file.
    const isThere = (entry: Dirent) =>
      !entry.isSymbolicLink() || existsSync(join(root, folder, entry.name));
    return new Set(entries.filter(isThere).map((entry) => entry.name));
  } catch {
    return new Set(); // whoever misses a name asks for it by itself
  }
}
