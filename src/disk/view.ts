/**
 * A cheap look at what stands in the folders of the library, for planning names.
 *
 * Each folder is listed once and kept while it is likely to be asked again (planning goes by date, so few are); inside
 * of one that is not there nothing is looked for. What we write ourselves meanwhile is not seen here: our own names are
 * known from the database. Whether a folder takes two names for one is its own affair: it is asked by that name.
 */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { foldPath } from "../plan/fold.ts";
import { isSameFile } from "./entries.ts";

const FOLDERS_MAX = 64;
const IF_THERE = { throwIfNoEntry: false } as const;
const ASCII = /^[\0-\x7f]*$/; // oxlint-disable-line no-control-regex

interface Folder {
  /** Relative to the root, as it is spelled on disk. */
  readonly path: string;
  /** Names as they are on disk, by themselves and as they are composed elsewhere. */
  readonly names: ReadonlyMap<string, string>;
  /** The first of those that folding makes equal. */
  readonly folded: ReadonlyMap<string, string>;
}

const ABSENT: Folder = { path: "", names: new Map(), folded: new Map() };

export class DiskView {
  readonly #folders = new Map<string, Folder>();
  #lastPath: string | null = null;
  #last = ABSENT;

  constructor(private readonly root: string) {}

  /** Size of what stands at a path; null for nothing. Folders count as occupied with size -1. */
  sizeAt(path: string): number | null {
    const found = this.#find(path);
    if (found === null) return null;
    const absolute = join(this.root, found);
    try {
      const stats = statSync(absolute, IF_THERE);
      if (stats) return stats.isFile() ? stats.size : -1;
      // A link that leads nowhere, or it vanished since the folder was listed.
      return lstatSync(absolute, IF_THERE) ? -1 : null;
    } catch {
      return null;
    }
  }

  /**
   * The path with its letters composed as they are on disk, as far as it is there: a Mac may have written `e` and an
   * accent where Apple says `é`.
   */
  spelled(path: string): string {
    if (ASCII.test(path)) return path;
    const { dir, base } = posix.parse(path);
    const folder = this.spelled(dir);
    const found = this.#nameIn(this.#folder(folder), base);
    const isSpelling = found?.normalize("NFC") === base.normalize("NFC");
    return posix.join(folder, isSpelling ? found! : base);
  }

  /** All names in a folder as they are on disk. */
  namesIn(folder: string): Iterable<string> {
    return new Set(this.#folder(folder).names.values());
  }

  /** True when nothing stands in a folder, or when there is none. */
  isEmpty(folder: string): boolean {
    return this.#folder(folder).names.size === 0;
  }

  #nameIn({ path, names, folded }: Folder, name: string): string | undefined {
    if (names.size === 0) return undefined;
    const found = names.get(name) ?? names.get(name.normalize("NFC"));
    if (found !== undefined) return found;
    // Nothing has this name, and yet something answers to it: upper and lower case are one there.
    const alike = folded.get(foldPath(name));
    if (alike === undefined) return undefined;
    const folder = join(this.root, path);
    return isSameFile(join(folder, name), join(folder, alike)) ? alike : undefined;
  }

  #find(path: string): string | null {
    const slash = path.lastIndexOf("/");
    const folder = this.#folder(path.slice(0, Math.max(slash, 0)));
    const name = this.#nameIn(folder, path.slice(slash + 1));
    return name === undefined ? null : posix.join(folder.path, name);
  }

  #folder(path: string): Folder {
    if (path === this.#lastPath) return this.#last;
    let folder = this.#folders.get(path);
    if (folder) this.#folders.delete(path);
    else {
      const found = path === "" ? "" : this.#find(path);
      folder = found === null ? ABSENT : this.#listed(found);
    }
    // Last in, last out: the folders around are asked for again and again.
    this.#folders.set(path, folder);
    if (this.#folders.size > FOLDERS_MAX) {
      this.#folders.delete(this.#folders.keys().next().value!);
    }
    this.#lastPath = path;
    this.#last = folder;
    return folder;
  }

  #listed(path: string): Folder {
    const [names, folded] = [new Map<string, string>(), new Map<string, string>()];
    for (const name of listed(join(this.root, path))) {
      names.set(name, name);
      for (const [map, key] of [
        [names, name.normalize("NFC")],
        [folded, foldPath(name)],
      ] as const) {
        if (!map.has(key)) map.set(key, name);
      }
    }
    return { path, names, folded };
  }
}

// What cannot be listed is told when a file is to be put there.
function listed(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
