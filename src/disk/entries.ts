/** What stands at a path, and whether two paths are one: links, second names, names that a disk takes for the same. */
import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { errnoOf } from "../lib/errno.ts";

/** Absolute place a symbolic link leads to, whether something is there or not. */
export function targetOf(link: string): string {
  return realName(resolve(realpathSync(dirname(link)), readlinkSync(link)));
}

/** What to write into a link that is at `link`: a library that is moved as a whole keeps its relative ones. */
export function linkText(link: string, target: string, staysAbsolute = false): string {
  return staysAbsolute ? target : relative(realpathSync(dirname(link)), realName(target));
}

/** The same place without links on the way there; the last part may be a link, or not there. */
export function realName(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path; // its folder is not there
  }
}

/** What stands at a path, a link as itself; null for nothing. */
export function entryAt(path: string): BigIntStats | null {
  try {
    return lstatSync(path, { bigint: true, throwIfNoEntry: false }) ?? null;
  } catch (error) {
    if (errnoOf(error) === "ENOTDIR") return null;
    throw error;
  }
}

/** False when it is known that nothing stands at a path, or a link that leads nowhere. */
export function mayBeThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return errnoOf(error) !== "ENOTDIR";
  }
}

/** True when a symbolic link is seen at a path. */
export function isLinkAt(path: string): boolean {
  return seenAt(path)?.isSymbolicLink() ?? false;
}

function seenAt(path: string): BigIntStats | null {
  try {
    return entryAt(path);
  } catch {
    return null; // in a folder that lets nobody look
  }
}

/** True when both are seen to lead to one file, by one name or by two. */
export function isSameFile(one: string, other: string): boolean {
  const [old, to] = [seenAt(one), seenAt(other)];
  // Some network disks number no files.
  return old !== null && old.ino !== 0n && old.ino === to?.ino && old.dev === to.dev;
}

/** True when two paths lead to one name in one folder: by upper and lower case, a link to the folder, a mount. */
export function isSameEntry(one: string, other: string): boolean {
  if (!isSameFile(one, other)) return false;
  const [folder, otherFolder] = [dirname(one), dirname(other)].map((path) => realpathSync(path));
  if (!isSameFile(folder!, otherFolder!)) return false;
  const names = new Set(readdirSync(folder!));
  return (
    basename(one) === basename(other) || !names.has(basename(one)) || !names.has(basename(other))
  );
}
