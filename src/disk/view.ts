/**
 * A cheap look at what stands in the folders of the library, for planning names.
 *
 * Each folder is listed once and kept while it is likely to be asked again (planning goes by date, so few are). What
 * we write ourselves meanwhile is not seen here: our own names are known from the database.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { errnoOf } from "../lib/errno.ts";

const FOLDERS_MAX = 64;

export class DiskView {
  readonly #folders = new Map<string, Map<string, string>>();

  /** `fold` makes names equal that the file system cannot tell apart; identity on most of Linux. */
  constructor(
    private readonly root: string,
    private readonly fold: (name: string) => string,
  ) {}

  /** Size of what stands at a path; null for nothing. Folders count as occupied with size -1. */
  sizeAt(path: string): number | null {
    const slash = path.lastIndexOf("/");
    const dir = path.slice(0, Math.max(slash, 0));
    const names = this.#names(dir);
    const name = names.size === 0 ? undefined : names.get(this.fold(path.slice(slash + 1)));
    if (name === undefined) return null;
    try {
      const stats = statSync(join(this.root, dir, name));
      return stats.isFile() ? stats.size : -1;
    } catch {
      return null; // it vanished since the folder was listed
    }
  }

  /** All names in a folder as they are on disk. */
  namesIn(folder: string): Iterable<string> {
    return this.#names(folder).values();
  }

  /** True when nothing stands in a folder, or when there is none. */
  isEmpty(folder: string): boolean {
    return this.#names(folder).size === 0;
  }

  #names(folder: string): Map<string, string> {
    const known = this.#folders.get(folder);
    if (known) return known;
    const names = new Map(listed(join(this.root, folder)).map((name) => [this.fold(name), name]));
    if (this.#folders.size >= FOLDERS_MAX) {
      this.#folders.delete(this.#folders.keys().next().value!);
    }
    this.#folders.set(folder, names);
    return names;
  }
}

function listed(folder: string): string[] {
  try {
    // Most folders of a first sync are not there yet, and an exception costs ten times a look.
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
    return readdirSync(folder);
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(errnoOf(error))) return [];
    throw error;
  }
}
