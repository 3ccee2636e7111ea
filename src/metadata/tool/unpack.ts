/**
 * Puts the files of a pack into a folder of the cache, once per version.
 *
 * Promises: the folder that is returned holds exactly the files of the pack, compared byte by byte at every start, for
 * its owner alone; it appears at once or not at all; of several starts at the same time one wins and all get it; a
 * damaged or foreign folder under its name is replaced.
 */
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { diskError, errnoOf } from "../../lib/errno.ts";
import { readPack } from "./pack.ts";
import type { PackedFile } from "./pack.ts";

/** What a start that was killed left behind may go when it is this old. */
const LEFT_BEHIND_MS = 24 * 3_600_000;
const UNFINISHED = /^\.[a-z]+-[0-9a-f]+\.[A-Za-z0-9_-]{6}$/;

/** The folder with the files of a pack, `<cache>/<name>`. Throws LocalError when there is no room or no right for it. */
export function unpackOnce(pack: Uint8Array, cache: string, name: string, nowMs: number): string {
  const folder = join(cache, name);
  const files = readPack(pack, name);
  try {
    if (isIntact(folder, files)) return folder;
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    sweep(cache, nowMs);
    const fresh = mkdtempSync(join(cache, `.${name}.`));
    try {
      write(fresh, files);
      install(fresh, folder, files);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
    return folder;
  } catch (error) {
    throw diskError(error, folder);
  }
}

/** True when a folder holds these files and nothing else, and nobody but its owner can change it. */
function isIntact(folder: string, files: readonly PackedFile[]): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (!stats?.isDirectory() || !isOurs(stats)) return false;
  const wanted = new Map(files.map((file) => [file.path, file]));
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      const path = join(entry.parentPath, entry.name);
      const file = wanted.get(relative(folder, path).split(sep).join("/"));
      if (!file || !entry.isFile() || !isSame(path, file)) return false;
      wanted.delete(file.path);
    }
  } catch (error) {
    if (errnoOf(error) === "") throw error;
    return false; // what cannot be read is damaged
  }
  return wanted.size === 0;
}

function isOurs(stats: { uid: number; mode: number }): boolean {
  const me = process.getuid?.();
  return (me === undefined || stats.uid === me) && (stats.mode & 0o077) === 0;
}

function isSame(path: string, { bytes, isExecutable }: PackedFile): boolean {
  const { mode, size } = statSync(path);
  if (size !== bytes.length || ((mode & 0o100) !== 0) !== isExecutable) return false;
  return readFileSync(path).equals(bytes);
}

function write(folder: string, files: readonly PackedFile[]): void {
  for (const { path, isExecutable, bytes } of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
    writeFileSync(target, bytes, { mode: isExecutable ? 0o700 : 0o600 });
  }
}

function install(fresh: string, folder: string, files: readonly PackedFile[]): void {
  try {
    renameSync(fresh, folder);
  } catch (error) {
    if (!["EEXIST", "ENOTEMPTY", "ENOTDIR", "EPERM"].includes(errnoOf(error))) throw error;
    // Somebody was faster, or what stands there is damaged: it gives way.
    if (isIntact(folder, files)) return;
    const old = mkdtempSync(`${dirname(folder)}${sep}.old-0.`);
    renameSync(folder, join(old, "damaged"));
    rmSync(old, { recursive: true, force: true });
    renameSync(fresh, folder);
  }
}

function sweep(cache: string, nowMs: number): void {
  for (const name of readdirSync(cache)) {
    if (!UNFINISHED.test(name)) continue;
    const path = join(cache, name);
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats && nowMs - stats.mtimeMs > LEFT_BEHIND_MS) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
