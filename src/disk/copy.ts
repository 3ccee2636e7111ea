/** Whole copies of files, made a little at a time, so that transfers go on and a wish to stop is heard. */
import { closeSync, constants, copyFileSync, fstatSync, openSync } from "node:fs";
import { errnoOf } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { FilePart } from "./part.ts";
import { pour } from "./parts.ts";

/** Opens a file to be copied. Throws when it is not an ordinary one. */
export function openSource(path: string, shown: string): number {
  // A pipe in its place must not let us wait.
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new LocalError("occupied", "This is no file", shown);
}

/** Makes a file that shares its bytes with another, where the disk can do that; false where not. */
export function shareBytes(from: string, to: string): boolean {
  try {
    copyFileSync(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") throw error;
    return false;
  }
}

/** Copies an open file into another that is empty, with its time, and durable. Throws LocalError. */
export async function copyWhole(
  source: number,
  part: FilePart,
  signal?: AbortSignal,
): Promise<void> {
  let isSealed = false;
  try {
    await pour(source, part, signal);
    isSealed = true;
    await part.sealAt(fstatSync(source).mtime);
  } finally {
    if (!isSealed) part.close();
  }
}
