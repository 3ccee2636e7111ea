/**
 * Finds saved files that are not on disk any more and makes them wanted again.
 *
 * Only folders whose modification time changed since kei last looked are read, so this costs a few milliseconds
 * however large the library is.
 */
import { posix } from "node:path";
import { LocalError } from "../lib/errors.ts";
import { foldPath } from "../plan/fold.ts";
import type { Memory } from "../state/memory.ts";

/** What has to be known of the disk. Folders are relative to the root, '' is the root itself. */
export interface FolderLook {
  /** Modification time in nanoseconds as text; null when the folder is not there. */
  time(folder: string): string | null;
  names(folder: string): Set<string>;
  isEmptyRoot(): boolean;
}

/** A folder written so recently that its time may not tell a later change apart is looked at again next time. */
const SETTLED_NS = 2_000_000_000n;

/**
 * Returns how many files have to be fetched again. Throws LocalError("missing") when the folder that received them is
 * suddenly empty; another folder than last time may be.
 */
export function restoreMissing(memory: Memory, disk: FolderLook, root: string): number {
  const folders = memory.folders.all();
  if (folders.length > 0 && memory.root === root && disk.isEmptyRoot()) {
    throw new LocalError(
      "missing",
      "The target folder is empty, but files were saved there before",
      root,
      {
        hint: "is its disk mounted? To fetch everything again on purpose, name another folder with --directory",
      },
    );
  }
  memory.root = root;
  let lost = 0;
  for (const { path, mtime_ns } of folders) {
    const time = disk.time(path);
    if (time !== null && time === mtime_ns) continue;
    const names = time === null ? new Set<string>() : disk.names(path);
    lost += memory.transaction(() => markLost(memory, path, names));
  }
  return lost;
}

function markLost(memory: Memory, folder: string, names: Set<string>): number {
  const missing = memory.files
    .savedIn(foldPath(folder))
    .filter((file) => !names.has(posix.basename(file.path)));
  for (const { id } of missing) memory.files.wantLost(id);
  return missing.length;
}

/** Notes the times of folders whose files are all there, for the next run to compare. */
export function noteFolders(memory: Memory, disk: FolderLook, nowMs: number): void {
  const settledBefore = BigInt(nowMs) * 1_000_000n - SETTLED_NS;
  memory.transaction(() => {
    for (const { path, mtime_ns } of memory.folders.all()) {
      const time = disk.time(path);
      if (time === null || time === mtime_ns || BigInt(time) > settledBefore) continue;
      memory.folders.note(path, time);
    }
  });
}
