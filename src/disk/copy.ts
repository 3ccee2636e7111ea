/** Whole copies of files, made a little at a time, so that transfers go on and a wish to stop is heard. */
import { closeSync, constants, copyFileSync, fstatSync, openSync } from "node:fs";
import { diskError, errnoOf } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { FilePart } from "./part.ts";
import { pour } from "./parts.ts";
import type { Source } from "./parts.ts";

/** Opens a file to be copied, which people know as `shown`. Throws LocalError, also when it is not an ordinary one. */
export function openSource(path: string, shown: string): number {
  const fd = opened(path, shown);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new LocalError("occupied", "This is no file", shown);
}

function opened(path: string, shown: string): number {
  try {
    // A pipe in its place must not let us wait.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw diskError(error, shown);
  }
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
  source: Source,
  part: FilePart,
  signal?: AbortSignal,
): Promise<void> {
  let isSealed = false;
  try {
    await pour(source, part, signal);
    isSealed = true;
    await part.sealAt(fstatSync(source.fd).mtime);
  } finally {
    if (!isSealed) part.close();
  }
}
