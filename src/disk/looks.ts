/** All that planning and the search for lost files want to see of a target folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { entryAt } from "./entries.ts";
import { folderTime, isEmptyRoot, namesIn } from "./root.ts";
import { DiskView } from "./view.ts";

/** Looks at the folder `root`, whose names are compared after `fold`. Paths are relative to it, with `/`. */
export function looksAt(root: string, fold: (name: string) => string) {
  const view = new DiskView(root, fold);
  return {
    sizeAt: (path: string) => view.sizeAt(path),
    spelled: (path: string) => view.spelled(path),
    namesIn: (folder: string) => view.namesIn(folder),
    isEmpty: (folder: string) => view.isEmpty(folder),
    time: (folder: string) => folderTime(root, folder),
    names: (folder: string) => namesIn(root, folder),
    exists: (path: string) => existsSync(join(root, path)),
    isLink: (path: string) => entryAt(join(root, path))?.isSymbolicLink() ?? false,
    isEmptyRoot: () => isEmptyRoot(root),
  };
}
