/**
 * The folder that receives the library.
 *
 * Promises: nothing is ever created outside the root; bytes get their final name only after they and their time are
 * synced; a name is taken without replacing anything unless the caller proved that the old file is ours; names are
 * durable (their folders synced) when `install` returns. After a crash there is at most a part, or a part and the
 * finished file as two names of the same bytes.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fsync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { promisify } from "node:util";
import { LocalError } from "../lib/errors.ts";
import { Digester } from "../photos/checksum.ts";
import type { Digests } from "../photos/checksum.ts";
import { diskError, errnoOf } from "../lib/errno.ts";
import { entryAt, isSameEntry, isSameFile, linkText, realName, targetOf } from "./entries.ts";
import { nextTurn } from "../lib/turn.ts";
import { FilePart, partName } from "./part.ts";

const fsyncAsync = promisify(fsync);
const KNOWN_FOLDERS_MAX = 4096;
/** Most names are looked at before anything has them, and an exception costs more than the look. */
const IF_THERE = { throwIfNoEntry: false } as const;
/** What file systems without hard links answer. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EINVAL", "EXDEV"]);

export interface Installation {
  readonly path: string;
  readonly checksum: string;
  readonly replaces: boolean;
}

export interface Standing {
  readonly isFile: boolean;
  readonly sizeBytes: number;
  /** It is a symbolic link to a place in the library where nothing is. */
  readonly isDeadLink?: boolean;
}

export class LibraryFolder {
  readonly #known = new Set<string>();
  readonly #unsynced = new Set<string>();
  readonly #realRoot: string;
  /** Name of what is made while something is moved. */
  readonly #moving: string;

  /** `root` is absolute and exists. */
  constructor(
    private readonly root: string,
    private readonly suffix: string,
  ) {
    this.#realRoot = realpathSync(root);
    this.#moving = `.moving${suffix}`;
  }

  async look(path: string): Promise<Standing | null> {
    const absolute = join(this.root, path);
    try {
      const entry = lstatSync(absolute, IF_THERE);
      if (!entry) return null;
      if (!entry.isSymbolicLink()) return { isFile: entry.isFile(), sizeBytes: entry.size };
      // A link to a file counts as one; a link that leads nowhere still takes the name.
      const stats = statSync(absolute, IF_THERE);
      if (stats) return { isFile: stats.isFile(), sizeBytes: stats.size };
      const isDeadLink = targetOf(absolute).startsWith(withSeparator(this.#realRoot));
      return { isFile: false, sizeBytes: entry.size, isDeadLink };
    } catch (error) {
      if (errnoOf(error) === "ENOTDIR") return null;
      throw diskError(error, absolute);
    }
  }

  async digest(path: string, signal: AbortSignal): Promise<Digests> {
    const absolute = join(this.root, path);
    const digester = new Digester();
    try {
      for await (const chunk of Bun.file(absolute).stream()) {
        signal.throwIfAborted();
        digester.update(chunk);
        // A large file takes long, and its chunks come without a pause.
        await nextTurn();
      }
    } catch (error) {
      throw diskError(error, absolute);
    }
    return digester.finish();
  }

  async openPart(path: string, checksum: string): Promise<FilePart> {
    this.#ensureFolder(dirname(path));
    return FilePart.open(this.#partPath(path, checksum));
  }

  async removePart(path: string, checksum: string): Promise<void> {
    const part = this.#partPath(path, checksum);
    try {
      unlinkSync(part);
    } catch (error) {
      if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw diskError(error, part);
    }
  }

  async copyToPart(from: string, path: string, checksum: string): Promise<void> {
    this.#ensureFolder(dirname(path));
    const part = this.#partPath(path, checksum);
    try {
      rmSync(part, { force: true }); // it may be a second name of a finished file
      copyFileSync(join(this.root, from), part, constants.COPYFILE_FICLONE);
    } catch (error) {
      throw diskError(error, part);
    }
  }

  async link(
    from: string,
    { path, checksum, replaces }: Installation,
    how: "hardlink" | "symlink",
  ): Promise<boolean> {
    this.#ensureFolder(dirname(path));
    const to = join(this.root, path);
    // A link never replaces a file; a name does, so the link is made under the name of the part.
    const link = replaces ? this.#partPath(path, checksum) : to;
    try {
      if (replaces) rmSync(link, { force: true });
      if (how === "hardlink") linkSync(realpathSync(join(this.root, from)), link);
      else symlinkSync(linkText(to, join(this.root, from)), link);
      if (replaces) renameSync(link, to);
    } catch (error) {
      if (NO_LINKS.has(errnoOf(error))) return false;
      throw diskError(error, to);
    }
    await syncFolder(dirname(to));
    return true;
  }

  /**
   * Gives a file or a symbolic link another name without replacing anything; durable when it returns. To a folder that
   * is on another disk a file is copied. A link leads where it led before.
   */
  async move(from: string, path: string): Promise<void> {
    const [old, to] = [join(this.root, from), join(this.root, path)];
    try {
      const isLink = lstatSync(old).isSymbolicLink();
      this.#ensureFolder(dirname(path));
      if (isSameEntry(old, to)) renameSync(old, to);
      else if (isLink) {
        symlinkSync(linkText(to, targetOf(old), isAbsolute(readlinkSync(old))), to);
        await this.#sync([to]);
        unlinkSync(old);
      } else await this.#carry(old, to);
    } catch (error) {
      throw diskError(error, to);
    }
    await this.#sync([to, old]);
  }

  async #carry(old: string, to: string): Promise<void> {
    try {
      takeName(old, to);
    } catch (error) {
      if (errnoOf(error) !== "EXDEV") throw error;
      const copy = join(dirname(to), this.#moving);
      try {
        await copyWhole(old, copy);
        takeName(copy, to);
      } finally {
        rmSync(copy, { force: true });
      }
      // Two disks keep no order between them.
      await this.#sync([to]);
      unlinkSync(old);
    }
  }

  /**
   * Finishes a move that was cut off: the old name goes, if it is still there. False when the file, known by its hash,
   * did not have its new name yet.
   */
  async finishMove(
    from: string,
    path: string,
    sha256: string | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    const [old, to] = [join(this.root, from), join(this.root, path)];
    if (!(await this.look(path))?.isFile) return false;
    try {
      rmSync(join(dirname(to), this.#moving), { force: true });
      if (isSameEntry(old, to)) return true;
      let isThere = isSameFile(old, to);
      if (!isThere) {
        if (sha256 === null || (await this.digest(path, signal)).sha256 !== sha256) return false;
        isThere = await this.#isCopy(from, path, sha256, signal);
      }
      await this.#sync([to]);
      if (isThere) unlinkSync(old);
      if (isThere) await this.#sync([old]);
    } catch (error) {
      throw diskError(error, to);
    }
    return true;
  }

  // Whether the old name is of the same kind, a file or a link, and gives the same bytes.
  async #isCopy(from: string, path: string, sha256: string, signal: AbortSignal): Promise<boolean> {
    const [old, to] = [from, path].map((name) => entryAt(join(this.root, name)));
    if (!old || !to || !(await this.look(from))?.isFile) return false;
    if (old.isSymbolicLink() !== to.isSymbolicLink()) return false;
    return (await this.digest(from, signal)).sha256 === sha256;
  }

  /** Lets a symbolic link that leads to `from` lead to `to` instead; whatever else stands at `path` is left alone. */
  async relink(path: string, from: string, to: string): Promise<void> {
    const link = join(this.root, path);
    const moving = join(dirname(link), this.#moving);
    try {
      if (!lstatSync(link, IF_THERE)?.isSymbolicLink()) return;
      if (targetOf(link) !== realName(join(this.root, from))) return;
      rmSync(moving, { force: true });
      symlinkSync(linkText(link, join(this.root, to), isAbsolute(readlinkSync(link))), moving);
      renameSync(moving, link);
    } catch (error) {
      throw diskError(error, link);
    }
    await this.#sync([link]);
  }

  /** Removes a folder in which nothing is left, and those above it that this empties, below the root. */
  async removeEmptied(folder: string): Promise<void> {
    for (let at = folder; at !== "" && at !== "."; at = dirname(at)) {
      const absolute = join(this.root, at);
      try {
        this.#requireInside(absolute);
        rmdirSync(absolute);
      } catch (error) {
        // It is not empty, most of the time. One that cannot be removed does no harm.
        if (errnoOf(error) !== "ENOENT") return;
      }
      this.#known.delete(at);
      this.#unsynced.delete(absolute);
    }
  }

  async install(installations: readonly Installation[]): Promise<(Error | null)[]> {
    const results = installations.map((installation) => this.#name(installation));
    const named = installations.filter((_, index) => results[index] === null);
    await this.#sync(named.map(({ path }) => join(this.root, path)));
    return results;
  }

  // Makes names durable, and the folders that were made for them.
  async #sync(files: readonly string[]): Promise<void> {
    const folders = new Set([...this.#unsynced, ...files.map((file) => dirname(file))]);
    this.#unsynced.clear();
    await Promise.all([...folders].map(syncFolder));
  }

  #partPath(path: string, checksum: string): string {
    return join(this.root, dirname(path), partName(checksum, this.suffix));
  }

  #name({ path, checksum, replaces }: Installation): Error | null {
    const from = this.#partPath(path, checksum);
    const to = join(this.root, path);
    try {
      if (replaces) renameSync(from, to);
      else takeName(from, to);
      return null;
    } catch (error) {
      return diskError(error, to) as Error;
    }
  }

  #requireInside(absolute: string): void {
    const real = realpathSync(absolute);
    if (real === this.#realRoot || real.startsWith(withSeparator(this.#realRoot))) return;
    throw new LocalError("denied", "The folder leads out of the library", absolute, {
      hint: "a link inside the library points elsewhere; remove it",
    });
  }

  #ensureFolder(path: string): void {
    if (this.#known.has(path)) return;
    const absolute = join(this.root, path);
    try {
      this.#requireInside(nearestExisting(absolute));
      const first = mkdirSync(absolute, { recursive: true });
      for (let made = absolute; first && made.length >= first.length; made = dirname(made)) {
        this.#unsynced.add(dirname(made));
      }
      this.#requireInside(absolute);
    } catch (error) {
      throw diskError(error, absolute);
    }
    if (this.#known.size >= KNOWN_FOLDERS_MAX) this.#known.clear();
    this.#known.add(path);
  }
}

// The folder itself or the closest one above it that is there, links included.
function nearestExisting(path: string): string {
  let at = path;
  while (!lstatSync(at, { throwIfNoEntry: false })) at = dirname(at);
  return at;
}

function withSeparator(path: string): string {
  return path.endsWith(sep) ? path : path + sep;
}

// A hard link fails when the name is taken, on every file system that has them; a plain rename would replace.
function takeName(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!NO_LINKS.has(errnoOf(error))) throw error;
    if (lstatSync(to, { throwIfNoEntry: false }))
      throw Object.assign(new Error("exists"), { code: "EEXIST" });
    renameSync(from, to);
    return;
  }
  unlinkSync(from);
}

// With its time, and durable. Whatever stood there was left by a crash.
async function copyWhole(from: string, copy: string): Promise<void> {
  rmSync(copy, { force: true });
  copyFileSync(from, copy, constants.COPYFILE_EXCL);
  const fd = openSync(copy, "r+");
  try {
    const { atime, mtime } = statSync(from);
    futimesSync(fd, atime, mtime);
    await fsyncAsync(fd);
  } finally {
    closeSync(fd);
  }
}

async function syncFolder(path: string): Promise<void> {
  let fd: number | null = null;
  try {
    fd = openSync(path, "r");
    await fsyncAsync(fd);
  } catch (error) {
    // Some network file systems cannot sync a folder; the rename itself is then as durable as they make it.
    if (!["EINVAL", "ENOTSUP", "EPERM", "EACCES", "EBADF"].includes(errnoOf(error))) {
      throw diskError(error, path);
    }
  } finally {
    if (fd !== null) closeSync(fd);
  }
}
