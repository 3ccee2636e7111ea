/** All that planning and the search for lost files want to see of a target folder. */
import { join } from "node:path";
import { isLinkAt, mayBeThere } from "./entries.ts";
import { folderTime, isEmptyRoot, namesIn } from "./root.ts";
import { DiskView } from "./view.ts";

/** Looks at the folder `root`. Paths are relative to it, with `/`. What cannot be seen is not taken for gone. */
export function looksAt(root: string) {
  const view = new DiskView(root);
  return {
    sizeAt: (path: string) => view.sizeAt(path),
    spelled: (path: string) => view.spelled(path),
    namesIn: (folder: string) => view.namesIn(folder),
    isEmpty: (folder: string) => view.isEmpty(folder),
    time: (folder: string) => folderTime(root, folder),
    names: (folder: string) => namesIn(root, folder),
    exists: (path: string) => mayBeThere(join(root, path)),
    isLink: (path: string) => isLinkAt(join(root, path)),
    isEmptyRoot: () => isEmptyRoot(root),
  };
}
