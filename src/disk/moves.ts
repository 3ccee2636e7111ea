/** Gives what is in the library other names, so that a crash in between leaves at most a second name of the same bytes. */
import {
  closeSync,
  linkSync,
  lstatSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { isAbsolute, join, posix } from "node:path";
import { diskError, errnoOf } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { copyWhole, openSource } from "./copy.ts";
import type { Durable } from "./durable.ts";
import {
  entryAt,
  isLinkAt,
  isSameEntry,
  isSameFile,
  linkText,
  realName,
  targetOf,
} from "./entries.ts";
import { folderAbove } from "./inside.ts";
import type { Inside } from "./inside.ts";
import type { Way } from "./handles.ts";
import { makeNew, removeOwn } from "./own-file.ts";
import { FilePart } from "./part.ts";
import type { Parts } from "./parts.ts";

/** What file systems without hard links answer. */
export const NO_LINKS = new Set([
  "EPERM",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
  "EMLINK",
  "EINVAL",
  "EXDEV",
]);

/** How the bytes of a file are recognised. */
export type Prove = (path: string) => Promise<boolean>;

export class Moves {
  constructor(
    private readonly inside: Inside,
    private readonly parts: Parts,
    private readonly durable: Durable,
  ) {}

  /** See `LibraryFolder.move`. */
  async move(from: string, path: string, signal?: AbortSignal): Promise<void> {
    const [old, to] = [this.#absolute(from), this.#absolute(path)];
    try {
      const isLink = lstatSync(old).isSymbolicLink();
      this.durable.note(this.inside.make(folderAbove(path)));
      if (isSameEntry(old, to)) this.#both(from, path, renameSync);
      else if (isLink) {
        const text = linkText(to, targetOf(old), isAbsolute(readlinkSync(old)));
        this.#at(path, (entry) => symlinkSync(text, entry));
        await this.durable.names([path]);
        this.#leave(from, path);
      } else await this.#carry(from, path, signal);
    } catch (error) {
      throw diskError(error, speaksOfOldName(error) ? old : to);
    }
    await this.#settle(path, from);
  }

  /** See `LibraryFolder.finishMove`; the file has its new name, which `isProven` tells of both. */
  async finish(from: string, path: string, isProven: Prove): Promise<boolean> {
    const [old, to] = [this.#absolute(from), this.#absolute(path)];
    try {
      if (isSameEntry(old, to)) return true;
      let isThere = isSameFile(old, to);
      if (!isThere) {
        if (!(await isProven(path))) return false;
        isThere = isOfOneKind(old, to) && (await isProven(from));
      }
      await this.durable.names([path]);
      if (isThere) this.#at(from, unlinkSync);
      if (isThere) await this.durable.names([from]);
    } catch (error) {
      throw diskError(error, to);
    }
    return true;
  }

  /** Takes away what a crash left of a copy that was being made in a folder. */
  tidy(folder: string): void {
    try {
      this.inside.within(folder, (way) => this.parts.tidy(folder, way, true));
    } catch (error) {
      if (!(error instanceof LocalError)) throw error; // no such folder yet
    }
  }

  /** See `LibraryFolder.relink`. */
  async relink(path: string, from: string, to: string): Promise<void> {
    const link = this.#absolute(path);
    try {
      if (!isLinkAt(link) || targetOf(link) !== realName(this.#absolute(from))) return;
      const text = linkText(link, this.#absolute(to), isAbsolute(readlinkSync(link)));
      const passing = this.parts.passingName();
      this.inside.within(folderAbove(path), (way) => {
        symlinkSync(text, way(passing));
        renameSync(way(passing), way(posix.basename(path)));
      });
    } catch (error) {
      throw diskError(error, link);
    }
    await this.durable.names([path]);
  }

  async #carry(from: string, path: string, signal: AbortSignal | undefined): Promise<void> {
    try {
      if (this.#both(from, path, claimName)) this.#leave(from, path);
    } catch (error) {
      if (errnoOf(error) !== "EXDEV") throw error;
      await this.#carryFar(from, path, signal);
    }
  }

  // To another disk: a copy gets the name. Two disks keep no order between them.
  async #carryFar(from: string, path: string, signal: AbortSignal | undefined): Promise<void> {
    const folder = folderAbove(path);
    const passing = this.parts.passingName();
    const source = this.#at(from, (entry) => openSource(entry, this.#absolute(from)));
    try {
      const copy = this.inside.within(folder, (way) => makeNew(way(passing))!);
      await copyWhole(
        { fd: source, path: this.#absolute(from) },
        new FilePart(copy, this.#absolute(path)),
        signal,
      );
      this.inside.within(folder, (way) => takeName(way(passing), way(posix.basename(path))));
    } finally {
      closeSync(source);
      this.inside.within(folder, (way) => removeOwn(way(passing)));
    }
    await this.durable.names([path]);
    this.#leave(from, path);
  }

  // The names are changed: what fails now must not look as if nothing had been done.
  async #settle(path: string, from: string): Promise<void> {
    try {
      await this.durable.names([path, from]);
    } catch (cause) {
      const what = cause instanceof Error ? cause.message : String(cause);
      const where = cause instanceof LocalError ? cause.path : this.#absolute(from);
      throw new LocalError("failed", `A file was moved, and then: ${what}`, where, { cause });
    }
  }

  // Where the old name cannot be taken away, the new one goes: one of them is enough.
  #leave(from: string, path: string): void {
    try {
      this.#at(from, unlinkSync);
    } catch (error) {
      if (!entryAt(this.#absolute(from))) return; // somebody else took it away: the new one is the only one
      this.#at(path, unlinkSync);
      throw diskError(error, this.#absolute(from));
    }
  }

  #both<Result>(from: string, path: string, act: (from: string, to: string) => Result): Result {
    return this.#at(from, (old) => this.#at(path, (to) => act(old, to)));
  }

  #at<Result>(path: string, act: (entry: string) => Result): Result {
    const enter = (way: Way) => act(way(posix.basename(path)));
    return this.inside.within(folderAbove(path), enter);
  }

  #absolute(path: string): string {
    return join(this.inside.root, path);
  }
}

/** Gives a file another name, which nothing has; throws what the disk says, and then it has the old name alone. */
export function takeName(from: string, to: string): void {
  if (!claimName(from, to)) return;
  try {
    unlinkSync(from);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return; // somebody else took it away: the new one is the only one
    if (isSameFile(from, to)) unlinkSync(to);
    throw error;
  }
}

/** The same, but true when the file has its old name too. */
function claimName(from: string, to: string): boolean {
  // A hard link fails when the name is taken, on every file system that has them; a plain rename would replace.
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (!NO_LINKS.has(errnoOf(error))) throw error;
    if (lstatSync(to, { throwIfNoEntry: false }))
      throw Object.assign(new Error("exists"), { code: "EEXIST" });
    renameSync(from, to);
    return false;
  }
}

function speaksOfOldName(error: unknown): boolean {
  const syscall = error instanceof Error && "syscall" in error ? error.syscall : "";
  return syscall === "unlink" || errnoOf(error) === "ENOENT";
}

function isOfOneKind(one: string, other: string): boolean {
  const [old, to] = [entryAt(one), entryAt(other)];
  return old !== null && to !== null && old.isSymbolicLink() === to.isSymbolicLink();
}
