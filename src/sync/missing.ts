/**
 * Finds saved files that are not on disk any more and makes them wanted again.
 *
 * Only folders whose modification time changed since kei last looked are read, so this costs a few milliseconds
 * however large the library is.
 */
import { posix } from "node:path";
import { LocalError } from "../lib/errors.ts";
import { foldPath } from "../plan/fold.ts";
import { folderOf } from "../lib/paths.ts";
import type { SavedFile } from "../state/files/files.ts";
import { isOnDisk, isUnselected } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";

/** What has to be known of the disk. Folders are relative to the root, '' is the root itself. */
export interface FolderLook {
  /** Modification time in nanoseconds as text; null when the folder is not there. */
  time(folder: string): string | null;
  names(folder: string): Set<string>;
  /** True when something stands at a path, whatever spelling the folder lists it under. */
  exists(path: string): boolean;
  /** True for a symbolic link, wherever it leads. */
  isLink(path: string): boolean;
  /** Size of the file at a path, of what a link leads to; null when nothing is there. */
  sizeAt(path: string): number | null;
  /** The path with its letters composed as on disk. */
  spelled(path: string): string;
  isEmptyRoot(): boolean;
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** A folder written so recently that its time may not tell a later change apart is looked at again next time. */
const SETTLED_NS = 2_000_000_000n;

/** More than this share of the saved files, and more than so many, gone at once looks like a disk problem. */
const GONE_SHARE = 0.2;
const GONE_FILES = 100;

export interface MissingOptions {
  /** Absolute path of the target folder. */
  readonly root: string;
  /** The person said that the loss is meant. */
  readonly accept: boolean;
  /** Told how many saved files have another size than they were left with, as far as their folders were looked at. */
  readonly onAltered?: (files: number) => void;
}

/**
 * Makes saved files that are gone wanted again and returns how many there are. Throws LocalError("missing") when the
 * folder that received them is suddenly empty or a large part of them is gone, unless that is accepted.
 */
export function restoreMissing(memory: Memory, disk: FolderLook, options: MissingOptions): number {
  const { root, accept, onAltered } = options;
  let altered = 0;
  const isNewRoot = memory.root !== root;
  const lost = new Set<number>();
  const respelled = new Map<number, string>();
  for (const { path, mtime_ns } of memory.folders.all()) {
    const time = disk.time(path);
    if (!isNewRoot && time !== null && time === mtime_ns) continue;
    const names = time === null ? NO_NAMES : disk.names(path);
    altered += memory.files.savedIn(foldPath(path)).filter((file) => isAltered(file, disk)).length;
    for (const file of lostIn(memory, disk, path, names)) {
      const spelled = disk.spelled(file.path);
      if (spelled !== file.path && disk.exists(spelled)) respelled.set(file.id, spelled);
      else for (const id of lostWith(file, memory, disk)) lost.add(id);
    }
  }
  if (lost.size > 0 && !isNewRoot && !accept) {
    if (disk.isEmptyRoot()) throw emptyRoot(root);
    refuseGreatLoss(memory, lost.size, root);
  }
  memory.transaction(() => {
    memory.root = root;
    memory.places.lose([...lost]);
    for (const [id, path] of respelled) {
      memory.places.respelled(id, path);
      memory.folders.touch(folderOf(path));
    }
  });
  if (altered > 0) onAltered?.(altered);
  return lost.size;
}

// A link shows what its photo got since, and a sidecar is written into by others too.
function isAltered({ path, held_bytes, derived }: SavedFile, disk: FolderLook): boolean {
  if (held_bytes === null || derived !== "" || disk.isLink(path)) return false;
  const sizeBytes = disk.sizeAt(path);
  return sizeBytes !== null && sizeBytes !== held_bytes;
}

function lostIn(
  memory: Memory,
  disk: FolderLook,
  folder: string,
  names: ReadonlySet<string>,
): SavedFile[] {
  return memory.files
    .savedIn(foldPath(folder))
    .filter((file) => !names.has(posix.basename(file.path)) && !disk.exists(file.path));
}

// The file and its copies in other albums: those may be links to it, and nothing changes in the folders of dead links.
function lostWith({ asset_id }: SavedFile, memory: Memory, disk: FolderLook): number[] {
  const isThere = (path: string) => disk.exists(path) || disk.exists(disk.spelled(path));
  const isLost = (row: FileRow) =>
    isOnDisk(row) && !isThere(row.path) && !returns(row, memory, disk);
  return memory.files.ofAsset(asset_id).flatMap((row) => (isLost(row) ? [row.id] : []));
}

// A link that nobody would make again leads somewhere again when the file it led to is fetched.
function returns(file: SavedFile, { files }: Memory, disk: FolderLook): boolean {
  if (!isUnselected(file) || !disk.isLink(file.path)) return false;
  return files.ofAsset(file.asset_id).some((other) => !isUnselected(other));
}

function refuseGreatLoss(memory: Memory, lost: number, root: string): void {
  if (lost <= GONE_FILES) return;
  const { saved } = memory.files.counts();
  if (lost <= saved * GONE_SHARE) return;
  throw new LocalError("missing", `${lost} of ${saved} saved files are gone from disk`, root, {
    hint: "is a disk missing? To fetch them again, add --accept-missing",
  });
}

function emptyRoot(root: string): LocalError {
  return new LocalError("missing", "The target folder is empty, but files were saved there", root, {
    hint: "is its disk mounted? To fetch everything again, add --accept-missing",
  });
}

/** Notes the times of folders whose files are all there, for the next run to compare; forgets those that are gone. */
export function noteFolders(memory: Memory, disk: FolderLook, nowMs: number): void {
  const settledBefore = BigInt(nowMs) * 1_000_000n - SETTLED_NS;
  memory.transaction(() => {
    for (const { path, mtime_ns } of memory.folders.all()) {
      const time = disk.time(path);
      if (time === null && lostIn(memory, disk, path, NO_NAMES).length === 0) {
        memory.folders.forget(path);
      }
      if (time === null || time === mtime_ns || BigInt(time) > settledBefore) continue;
      // Only a time at which everything was seen to be there may vouch for the folder.
      const isWhole = lostIn(memory, disk, path, disk.names(path)).length === 0;
      if (isWhole && disk.time(path) === time) memory.folders.note(path, time);
    }
  });
}
