/** One walk through a folder that others filled: every file that may be somebody's photo. */
import { closeSync, fstatSync, lstatSync, openSync, readSync, readdirSync } from "node:fs";
import type { Dirent } from "node:fs";
import { join, posix } from "node:path";
import { diskError } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { nextTurn } from "../lib/turn.ts";

export interface WalkedFile {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
}

/** Waste baskets, thumbnails and the like of disks and systems: what is in there will not stay. */
const PASSED_BY = new Set(["@eadir", "#recycle", "@recycle", "$recycle.bin", "lost+found"]);
const JPEG_START = 0xffd8;
const JPEG_END = Buffer.from([0xff, 0xd9]);
const TAIL_BYTES = 64 * 1024;

/**
 * Walks through the folder. Links are not followed, hidden folders and names that end like unfinished files are passed
 * by. A folder that cannot be read is told of, and the walk goes on.
 */
export async function* walkFiles(
  root: string,
  unfinished: readonly string[],
  onFault: (error: LocalError) => void,
  signal: AbortSignal,
): AsyncGenerator<WalkedFile> {
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    signal.throwIfAborted();
    await nextTurn();
    for (const entry of entriesOf(join(root, folder), onFault)) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !isPassedBy(entry.name)) folders.push(path);
      if (!entry.isFile() || unfinished.some((ending) => entry.name.endsWith(ending))) continue;
      const stats = lstatSync(join(root, path), { throwIfNoEntry: false });
      if (stats) yield { path, sizeBytes: stats.size, mtimeMs: stats.mtimeMs };
    }
  }
}

/** True when a JPEG or HEIF file is there to its end: one that broke off while it came is not. Throws LocalError. */
export function isWholePicture(path: string): boolean {
  try {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      return isJpeg(file) ? endsLikeJpeg(file, size) : hasBoxesOf(file, size);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskError(error, path);
  }
}

function isJpeg(file: number): boolean {
  return read(file, 0, 2).equals(Buffer.from([JPEG_START >> 8, JPEG_START & 0xff]));
}

/** Some cameras put a little something behind the end. */
function endsLikeJpeg(file: number, sizeBytes: number): boolean {
  const from = Math.max(2, sizeBytes - TAIL_BYTES);
  return read(file, from, sizeBytes - from).includes(JPEG_END);
}

/** The boxes of a HEIF file add up to it. */
function hasBoxesOf(file: number, sizeBytes: number): boolean {
  let at = 0;
  for (let boxes = 0; at < sizeBytes && boxes < 1000; boxes++) {
    const head = read(file, at, 16);
    if (head.length < 8 || (boxes === 0 && head.toString("latin1", 4, 8) !== "ftyp")) return false;
    const short = head.readUInt32BE(0);
    if (short === 0) return true;
    const length = short === 1 && head.length === 16 ? Number(head.readBigUInt64BE(8)) : short;
    if (length < 8) return false;
    at += length;
  }
  return at === sizeBytes && sizeBytes > 0;
}

function read(file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  return bytes.subarray(0, readSync(file, bytes, 0, length, at));
}

function isPassedBy(name: string): boolean {
  return name.startsWith(".") || PASSED_BY.has(name.toLowerCase());
}

function entriesOf(folder: string, onFault: (error: LocalError) => void): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const local = diskError(error, folder);
    if (!(local instanceof LocalError)) throw local;
    onFault(local);
    return [];
  }
}
