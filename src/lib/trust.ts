/** Whether a file says what its reader wants, or what somebody else may have written into it. */
import { lstatSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { diskError } from "./errno.ts";
import { LocalError } from "./errors.ts";

export interface FileFacts {
  readonly path: string;
  readonly uid: number;
  readonly mode: number;
}

/** Somebody else's hand in a file, as a sentence, and the command that takes it out. */
export interface Distrust {
  readonly what: string;
  readonly remedy: string;
}

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;
const ROOT = 0;

/** Null when only we and root can change the file. `me` is our user id; null on systems without. */
export function distrustOf({ path, uid, mode }: FileFacts, me: number | null): Distrust | null {
  if (me === null) return null;
  if (uid !== me && uid !== ROOT) {
    return { what: `${path} belongs to another user`, remedy: `chown ${me} ${quoted(path)}` };
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return null;
  return { what: `Other users can change ${path}`, remedy: `chmod go-w ${quoted(path)}` };
}

/**
 * Throws LocalError unless secrets may be kept in the folder; one that is not there may be made. Where others may only
 * add names, as in /tmp, they can exchange none of ours, and what they add is not followed.
 */
export function requireOwnFolder(path: string): void {
  const stats = atDisk(path, () => statSync(path, { throwIfNoEntry: false }));
  if (!stats) return;
  if (!stats.isDirectory()) {
    throw new LocalError("occupied", `"${path}" is no folder`, path, {
      hint: "choose another one with --data-dir",
    });
  }
  const isSticky = (stats.mode & STICKY) !== 0;
  requireTrust(path, { uid: stats.uid, mode: isSticky ? 0 : stats.mode });
}

/** Throws LocalError unless a file that holds secrets is an ordinary one that only we can change; it may be missing. */
export function requireOwnFile(path: string): void {
  const stats = atDisk(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (stats) requireOwn(path, stats);
}

/** The same for a file that was opened, by what `fstat` says of it. */
export function requireOwn(path: string, stats: Stats): void {
  if (!stats.isFile()) {
    throw new LocalError(
      "occupied",
      `"${path}" is no ordinary file, as only somebody else can have made it`,
      path,
      {
        hint: `look at it, then run: rm -r ${quoted(path)}`,
      },
    );
  }
  requireTrust(path, stats);
}

function requireTrust(path: string, { uid, mode }: Omit<FileFacts, "path">): void {
  const distrust = distrustOf({ path, uid, mode }, process.geteuid?.() ?? null);
  if (!distrust) return;
  throw new LocalError(
    "denied",
    `${distrust.what}, and it holds what lets into your account`,
    path,
    {
      hint: `if that is not meant, run: ${distrust.remedy}`,
    },
  );
}

function atDisk<Result>(path: string, look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    throw diskError(error, path);
  }
}

// For a shell.
function quoted(path: string): string {
  return /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
