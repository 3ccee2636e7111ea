/** Checks of the target folder, made before anything else happens. */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import type { Dirent } from "node:fs";
import { join } from "node:path";
import { LocalError } from "../lib/errors.ts";
import { diskError, errnoOf } from "../lib/errno.ts";

/** A file that is there for a moment; always the same name, so that one left by a crash goes with the next run. */
const PROBE = ".kei_probe";

/** Makes sure the folder exists and can be written. Throws LocalError. */
export function prepareRoot(root: string): void {
  try {
    mkdirSync(root, { recursive: true });
    const probe = join(root, PROBE);
    writeFileSync(probe, "");
    rmSync(probe, { force: true });
  } catch (error) {
    const local = diskError(error, root);
    if (!(local instanceof LocalError)) throw local;
    throw new LocalError(
      local.fault,
      `Cannot write into the target folder: ${local.message}`,
      root,
      {
        cause: error,
        hint:
          local.hint ??
          "choose another folder with --directory, or give yourself the right to write there",
      },
    );
  }
}

/** Bytes an ordinary user may still write there. */
export function freeBytes(root: string): number {
  const stats = statfsSync(root);
  return Number(stats.bavail) * Number(stats.bsize);
}

/** Throws LocalError("full") when less than the minimum is free. */
export function requireFreeSpace(root: string, minimumBytes: number): void {
  const free = freeBytes(root);
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

/** True when the file system takes names that differ only by case for the same. */
export function isCaseInsensitive(root: string): boolean {
  const probe = join(root, PROBE);
  try {
    writeFileSync(probe, "");
    return statSync(join(root, PROBE.toUpperCase()), { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw diskError(error, root);
  } finally {
    rmSync(probe, { force: true });
  }
}

/** Modification time of a folder in nanoseconds as text, or null when it is not there. */
export function folderTime(root: string, folder: string): string | null {
  const stats = statSync(join(root, folder), { bigint: true, throwIfNoEntry: false });
  return stats?.isDirectory() ? String(stats.mtimeNs) : null;
}

/** Names in a folder; empty when it is not there. */
export function namesIn(root: string, folder: string): Set<string> {
  try {
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    // A link that leads nowhere is no file.
    const isThere = (entry: Dirent) =>
      !entry.isSymbolicLink() || existsSync(join(root, folder, entry.name));
    return new Set(entries.filter(isThere).map((entry) => entry.name));
  } catch (error) {
    if (errnoOf(error) === "ENOENT" || errnoOf(error) === "ENOTDIR") return new Set();
    throw diskError(error, join(root, folder));
  }
}
