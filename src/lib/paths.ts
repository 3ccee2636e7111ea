/** Paths relative to a root, with `/`. */
import { posix } from "node:path";

/** Folder of a relative path; '' is the root. */
export function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === "." ? "" : folder;
}
