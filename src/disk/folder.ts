/**
 * The folder that receives the library.
 *
 * Promises: nothing is ever created or removed outside the root; bytes get their final name only after they and their
 * time are synced; a name is taken without replacing anything unless the caller proved that the old file is ours; names
 * are durable (their folders synced) when `install` returns. After a crash there is at most a part, or a part and the
 * finished file as two names of the same bytes.
 */
import {
  linkSync,
  lstatSync,
  realpathSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import type { Stats } from "node:fs";
import { join, posix, relative } from "node:path";
import { Digester } from "../photos/checksum.ts";
import type { DigestKind, Digests } from "../photos/checksum.ts";
import type { Installation, Standing } from "../photos/landing.ts";
import { kindsOf, provedBy } from "../photos/proof.ts";
import type { Proof } from "../photos/proof.ts";
import { diskError, errnoOf } from "../lib/errno.ts";
import { nextTurn } from "../lib/turn.ts";
import { draftKey, Drafts } from "./drafts.ts";
import { Durable } from "./durable.ts";
import { linkText, targetOf } from "./entries.ts";
import { folderAbove, Inside, isMissing, withSeparator } from "./inside.ts";
import { Moves, NO_LINKS, takeName } from "./moves.ts";
import type { FilePart } from "./part.ts";
import { PartCopies } from "./part-copies.ts";
import { Parts } from "./parts.ts";
import { Seen } from "./seen.ts";
import { SmallFiles } from "./small-files.ts";
import { Space } from "./space.ts";

/** Most names are looked at before anything has them, and an exception costs more than the look. */
const IF_THERE = { throwIfNoEntry: false } as const;

export interface FolderOptions {
  /** What has to stay free on the disk. */
  readonly reserveBytes?: number;
  /** The disk cannot do something that the photos can do without; told once for each. */
  readonly onLack?: (what: "times" | "sync") => void;
}

export class LibraryFolder {
  readonly #inside: Inside;
  readonly #parts: Parts;
  readonly #durable: Durable;
  readonly #moves: Moves;
  readonly #copies: PartCopies;
  readonly #seen = new Seen();
  readonly drafts: Drafts;
  readonly small: SmallFiles;

  /**
   * `root` is absolute; it need not exist while nothing is written. `suffix` ends the names of unfinished files, and is
   * different for those who may write the same bytes into one folder.
   */
  constructor(
    private readonly root: string,
    suffix: string,
    { reserveBytes = 0, onLack }: FolderOptions = {},
  ) {
    const lacked = new Set<string>();
    const lacks = (what: "times" | "sync") => {
      if (!lacked.has(what)) onLack?.(what);
      lacked.add(what);
    };
    this.#inside = new Inside(root);
    this.#parts = new Parts(this.#inside, suffix, new Space(reserveBytes), lacks);
    this.#durable = new Durable(this.#inside, lacks);
    this.#moves = new Moves(this.#inside, this.#parts, this.#durable);
    this.#copies = new PartCopies(this.#inside, this.#parts, this.#durable);
    this.small = new SmallFiles(this.#inside);
    this.drafts = new Drafts(root, this.#parts, this.#copies);
  }

  async look(path: string): Promise<Standing | null> {
    const absolute = join(this.root, path);
    try {
      const entry = lstatSync(absolute, IF_THERE);
      if (!entry) return null;
      this.#seen.note(path, entry);
      if (!entry.isSymbolicLink()) return standingOf(entry);
      // A link to a file counts as one; a link that leads nowhere still takes the name.
      const stats = this.#behind(absolute);
      if (stats === "circle") return { isFile: false, sizeBytes: entry.size, isLink: true };
      if (stats) return { ...standingOf(stats), isLink: true };
      const isDeadLink = targetOf(absolute).startsWith(withSeparator(this.#inside.realRoot));
      return { isFile: false, sizeBytes: entry.size, isLink: true, isDeadLink };
    } catch (error) {
      if (errnoOf(error) === "ENOTDIR") return null;
      throw this.#inside.failureAt(error, path);
    }
  }

  async digest(path: string, kinds: readonly DigestKind[], signal: AbortSignal): Promise<Digests> {
    const absolute = join(this.root, path);
    const digester = new Digester(kinds);
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

  #behind(link: string): Stats | "circle" | undefined {
    try {
      return statSync(link, IF_THERE);
    } catch (error) {
      if (errnoOf(error) === "ELOOP") return "circle";
      throw error;
    }
  }

  /** Opens the part of a file of so many bytes. Throws LocalError, also when the disk has no room for it. */
  async openPart(path: string, checksum: string, sizeBytes = 0): Promise<FilePart> {
    try {
      this.#durable.note(this.#inside.make(folderAbove(path)));
    } catch (error) {
      throw this.#inside.failureAt(error, path);
    }
    return this.#parts.open({ path, checksum }, sizeBytes);
  }

  async removePart(path: string, checksum: string): Promise<void> {
    this.#parts.sweep({ path, checksum });
    this.#parts.sweep(draftKey({ path, checksum }));
  }

  /** Makes the part of a file a copy of another file, a little at a time; the signal ends it between two pieces. */
  copyToPart(from: string, path: string, checksum: string, signal?: AbortSignal): Promise<void> {
    return this.#copies.make({ path, checksum }, from, signal);
  }

  /** Gives a file a second name. False when the file system has no such links; then nothing was done. */
  async link(
    from: string,
    { path, replaces }: Installation,
    how: "hardlink" | "symlink",
  ): Promise<boolean> {
    this.#durable.note(this.#inside.make(folderAbove(path)));
    const to = join(this.root, path);
    try {
      // A link never replaces a file; a name does, so the link is made under another name.
      const passing = posix.join(folderAbove(path), this.#parts.passingName());
      if (!this.#link(from, replaces ? passing : path, how)) return false;
      if (replaces) this.#replace(passing, path);
    } catch (error) {
      if (NO_LINKS.has(errnoOf(error))) return false;
      // Folders that are not there name themselves.
      throw diskError(error, errnoOf(error) === "ENOENT" ? join(this.root, from) : to);
    }
    await this.#durable.names([path]);
    return true;
  }

  #replace(passing: string, path: string): void {
    this.#at(passing, (entry) => {
      try {
        this.#at(path, (name) => {
          this.#seen.requireSame(path, lstatSync(name, IF_THERE));
          renameSync(entry, name);
        });
      } catch (error) {
        unlinkSync(entry);
        throw error;
      }
    });
  }

  #link(from: string, path: string, how: "hardlink" | "symlink"): boolean {
    const [source, to] = [join(this.root, from), join(this.root, path)];
    if (how === "symlink") {
      const text = linkText(to, source);
      this.#at(path, (entry) => symlinkSync(text, entry));
      return true;
    }
    const real = relative(this.#inside.realRoot, realpathSync(source));
    // A file that lies elsewhere, with a link to it in the library, gets no name here.
    if (real.startsWith("..")) return false;
    this.#at(real, (file) => this.#at(path, (entry) => linkSync(file, entry)));
    return true;
  }

  /**
   * Gives a file or a symbolic link another name without replacing anything; durable when it returns. To a folder that
   * is on another disk a file is copied, which the signal ends. A link leads where it led before.
   */
  move(from: string, path: string, signal?: AbortSignal): Promise<void> {
    return this.#moves.move(from, path, signal);
  }

  /**
   * Finishes a move that was cut off: the old name goes, if it is still there. False when the file, known by its proof,
   * did not have its new name yet.
   */
  async finishMove(
    from: string,
    path: string,
    proof: Proof | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    this.#moves.tidy(folderAbove(path));
    if (!(await this.look(path))?.isFile) return false;
    return this.#moves.finish(from, path, async (name) => {
      if (proof === null || !(await this.look(name))?.isFile) return false;
      return provedBy(await this.digest(name, kindsOf([proof]), signal), [proof]) !== null;
    });
  }

  /** Lets a symbolic link that leads to `from` lead to `to` instead; whatever else stands at `path` is left alone. */
  relink(path: string, from: string, to: string): Promise<void> {
    return this.#moves.relink(path, from, to);
  }

  /** Removes a folder in which nothing is left, and those above it that this empties, below the root. */
  async removeEmptied(folder: string): Promise<void> {
    for (let at = folder; at !== "" && at !== "."; at = folderAbove(at)) {
      try {
        this.#at(at, rmdirSync);
      } catch (error) {
        // It is not empty, most of the time. One that cannot be removed does no harm.
        if (!isMissing(error)) return;
      }
      this.#durable.forget(at);
    }
  }

  /** Makes files durable that are there already: their bytes and their names. One error or null each, in order. */
  async keep(paths: readonly string[]): Promise<(Error | null)[]> {
    const results = await Promise.all(paths.map((path) => this.#durable.bytes(path)));
    const failures = await this.#durable.eachName(paths);
    return results.map((failure, index) => failure ?? failures[index]!);
  }

  async install(installations: readonly Installation[]): Promise<(Error | null)[]> {
    const results = installations.map((installation) => this.#name(installation));
    const failures = await this.#durable.eachName(installations.map(({ path }) => path));
    return results.map((failure, index) => failure ?? failures[index]!);
  }

  #name({ path, checksum, replaces, isDraft }: Installation): Error | null {
    const part = { path, checksum };
    const key = isDraft ? draftKey(part) : part;
    try {
      this.#inside.within(folderAbove(path), (way) => {
        const [from, to] = [way(this.#parts.nameOf(key)), way(posix.basename(path))];
        this.#parts.requireSealed(key, lstatSync(from));
        if (replaces) {
          this.#seen.requireSame(path, lstatSync(to, IF_THERE));
          renameSync(from, to);
        } else takeName(from, to);
        this.#parts.requireSealed(key, lstatSync(to));
      });
      this.#parts.forget(key);
      // As Apple sent it, it is needed no more.
      if (isDraft) this.#parts.remove(part);
      return null;
    } catch (error) {
      return this.#inside.failureAt(error, path) as Error;
    }
  }

  #at<Result>(path: string, act: (entry: string) => Result): Result {
    return this.#inside.within(folderAbove(path), (way) => act(way(posix.basename(path))));
  }
}

function standingOf(stats: Stats): Standing {
  return { isFile: stats.isFile(), sizeBytes: stats.size, timeMs: stats.mtimeMs };
}
