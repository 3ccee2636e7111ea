/**
 * Puts the files of a pack into a folder of the cache, once per version.
 *
 * Promises: the folder that is returned holds exactly the files of the pack, compared byte by byte at every start, for
 * its owner alone, in a cache that nobody else can change; it appears at once or not at all; of several starts at the
 * same time one wins and all get it; what is left of it is replaced, and what somebody else put there is left alone.
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
import { LocalError } from "../../lib/errors.ts";
import { distrustOf } from "../../lib/trust.ts";
import { readPack } from "./pack.ts";
import type { PackedFile } from "./pack.ts";

const STICKY = 0o1000;
/** What a start that was killed left behind may go when it is this old. */
const LEFT_BEHIND_MS = 24 * 3_600_000;
const UNFINISHED = /^\.[a-z]+-[0-9a-f]+\.[A-Za-z0-9_-]{6}$/;

/**
 * The folder with the files of a pack, `<cache>/<name>` or close to it. Throws LocalError when there is no room or no
 * right for it, and when others can change the cache: what is in it is run.
 */
export function unpackOnce(pack: Uint8Array, cache: string, name: string, nowMs: number): string {
  const files = readPack(pack, name);
  try {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
    for (const folder of [dirname(cache), cache]) requireTrust(folder);
    const folder = placeFor(files, join(cache, name));
    if (isIntact(folder, files)) return folder;
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
    throw diskError(error, join(cache, name));
  }
}

function requireTrust(path: string): void {
  const { uid, mode } = statSync(path);
  const isSticky = (mode & STICKY) !== 0;
  const distrust = distrustOf(
    { path, uid, mode: isSticky ? 0 : mode },
    process.geteuid?.() ?? null,
  );
  if (distrust) throw new LocalError("denied", distrust.what, path, { hint: distrust.remedy });
}

/** The first of a row of names under which nothing is, or nothing but files of the pack. */
function placeFor(files: readonly PackedFile[], name: string): string {
  for (let number = 1; ; number++) {
    const folder = number === 1 ? name : `${name}-${number}`;
    if (holdsNothingElse(folder, files)) return folder;
  }
}

/** True when whatever is there, damaged or not, was made by unpacking. */
function holdsNothingElse(folder: string, files: readonly PackedFile[]): boolean {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  if (!stats) return true;
  if (!stats.isDirectory() || stats.uid !== (process.getuid?.() ?? stats.uid)) return false;
  const ours = new Set(files.map(({ path }) => path));
  return readdirSync(folder, { recursive: true, withFileTypes: true }).every((entry) => {
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    return (
      ours.has(path) ||
      (entry.isDirectory() && files.some((one) => one.path.startsWith(`${path}/`)))
    );
  });
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
    // Somebody was faster, or what is left of ours gives way.
    if (isIntact(folder, files)) return;
    if (!holdsNothingElse(folder, files)) throw error;
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
