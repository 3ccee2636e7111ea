/**
 * The folder of the demo's photos: cleared for a new demo, but only of what an earlier demo put there.
 *
 * A list beside it tells which files those are. Anything else in the folder, or a file that was changed since, is
 * somebody's own, and the demo refuses to begin.
 */
import { existsSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesBelow, sha256Of } from "../tests/support/disk.ts";

/** Notes what is in the folder now as made by the demo. */
export function noteMade(folder: string, list: string): void {
  const made = filesBelow(folder).map(({ path }) => [path, sha256Of(join(folder, path))]);
  writeFileSync(list, `${JSON.stringify(Object.fromEntries(made), null, 1)}\n`);
}

/** Empties the folder; the files that stand in the way when it holds something else, and then nothing is removed. */
export function clearMade(folder: string, list: string): string[] {
  const made = existsSync(list)
    ? new Map(Object.entries(JSON.parse(readFileSync(list, "utf8")) as Record<string, string>))
    : new Map<string, string>();
  const paths = filesBelow(folder).map(({ path }) => path);
  const strange = paths.filter((path) => made.get(path) !== sha256Of(join(folder, path)));
  if (strange.length > 0) return strange;
  for (const path of paths) {
    rmSync(join(folder, path));
    removeEmpty(folder, dirname(path));
  }
  rmSync(list, { force: true });
  return [];
}

/** Removes folders that became empty, from the inside out. */
function removeEmpty(root: string, below: string): void {
  for (let path = below; path !== "." && path !== ""; path = dirname(path)) {
    try {
      rmdirSync(join(root, path));
    } catch {
      return; // there is more in it
    }
  }
}
