/**
 * The unfinished files of a library: each lies in the folder of its file, and is found again by its bytes, whoever of
 * us began it. What only looks like one, because it belongs to somebody else, has another name or is no file, is left
 * alone, and ours takes another name.
 */
import { closeSync, fstatSync, lstatSync, readdirSync, readSync, renameSync } from "node:fs";
import type { Stats } from "node:fs";
import { join, posix } from "node:path";
import { diskError } from "../lib/errno.ts";
import { LocalError } from "../lib/errors.ts";
import { markAsOpen } from "../lib/file-lock.ts";
import { nextTurn } from "../lib/turn.ts";
import { isRecomputable } from "../photos/checksum.ts";
import { folderAbove } from "./inside.ts";
import type { Inside } from "./inside.ts";
import type { Way } from "./handles.ts";
import { makeNew, openFound, removeOwn } from "./own-file.ts";
import { FilePart } from "./part.ts";
import type { PartDoor } from "./part.ts";
import {
  contentName,
  FOREIGN_ENDING,
  foreignPartNames,
  leftoverOf,
  otherPartName,
  partName,
  passingName,
} from "./part-names.ts";
import type { Claim, Space } from "./space.ts";

/** Nobody goes on with a part that is older. */
const FORGOTTEN_MS = 30 * 24 * 3_600_000;
const COPY_BYTES = 1 << 20;

/** Which part: that of a file, for these bytes. */
export interface PartKey {
  /** Of the file. */
  readonly path: string;
  readonly checksum: string;
}

export class Parts {
  /** Names of parts whose own were taken, and what was sealed, by `wordOf`. */
  readonly #others = new Map<string, string>();
  readonly #sealed = new Map<string, Stats>();
  /** Parts that other runs left behind, by folder and content. */
  readonly #strays = new Map<string, Map<string, string>>();
  readonly #looked = new Set<string>();
  readonly #passing = new Set<string>();
  /** Parts of icloudpd that were seen and not used yet. */
  readonly #foreign = new Set<string>();

  constructor(
    private readonly inside: Inside,
    /** Ending of the names; different for those who may write the same bytes into one folder. */
    private readonly suffix: string,
    private readonly space: Space,
    private readonly lacks: PartDoor["lacks"],
  ) {}

  /** Opens the part of a file of so many bytes, or makes it; its folder is there. Throws LocalError. */
  async open(key: PartKey, sizeBytes: number): Promise<FilePart> {
    const folder = folderAbove(key.path);
    const shown = join(this.inside.root, key.path);
    try {
      const fd = this.inside.within(folder, (way) => {
        this.tidy(folder, way);
        return this.#openIn(way, key);
      });
      const part = this.#begin(key, fd, shown, sizeBytes);
      if (part.lengthBytes === 0) await this.#takeForeign(part, key, sizeBytes);
      return part;
    } catch (error) {
      throw this.inside.failureAt(error, key.path);
    }
  }

  /** The name of a part within its folder. */
  nameOf({ path, checksum }: PartKey): string {
    return this.#others.get(wordOf({ path, checksum })) ?? partName(checksum, this.suffix);
  }

  /** Throws unless what stands there looks like what was sealed for the file. */
  requireSealed(key: PartKey, found: Stats): void {
    const sealed = this.#sealed.get(wordOf(key));
    const isSame = !sealed || (found.size === sealed.size && found.uid === sealed.uid);
    if (found.isFile() && found.nlink <= 1 && isSame) return;
    throw new LocalError(
      "failed",
      "Another program exchanged an unfinished file",
      join(this.inside.root, key.path),
    );
  }

  /** Removes a part, if there is one; one that cannot be removed does no harm. */
  remove(key: PartKey): void {
    try {
      this.sweep(key);
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
    }
  }

  /** The same, but throws LocalError for one that is still there. */
  sweep(key: PartKey): void {
    this.forget(key);
    const folder = folderAbove(key.path);
    const name = this.nameOf(key);
    try {
      this.inside.within(folder, (way) => removeOwn(way(name)));
    } catch (error) {
      if (error instanceof LocalError) return; // no folder of the library: nothing of ours is there
      throw diskError(error, join(this.inside.root, folder, name));
    }
  }

  /** The part has its final name, or is gone. */
  forget(key: PartKey): void {
    this.#others.delete(wordOf(key));
    this.#sealed.delete(wordOf(key));
  }

  /** A name that nobody can know beforehand, for what is there only while something is moved or linked. */
  passingName(): string {
    const name = passingName(this.suffix);
    this.#passing.add(name);
    return name;
  }

  /** Clears up in a folder what a crash left behind under passing names, once in a run or when asked again. */
  tidy(folder: string, way: Way, isAgain = false): void {
    if (this.#looked.has(folder) && !isAgain) return;
    this.#looked.add(folder);
    const strays = new Map<string, string>();
    for (const name of namesIn(way)) {
      if (name.endsWith(FOREIGN_ENDING)) this.#foreign.add(posix.join(folder, name));
      const leftover = leftoverOf(name, this.suffix);
      if (leftover?.kind === "passing" && !this.#passing.has(name)) sweepAway(way(name));
      if (leftover?.kind !== "part" || name.endsWith(this.suffix)) continue;
      if (isForgotten(way(name))) sweepAway(way(name));
      else strays.set(leftover.content, name);
    }
    if (strays.size > 0) this.#strays.set(folder, strays);
  }

  #openIn(way: Way, key: PartKey): number {
    const own = this.nameOf(key);
    // Most are new, and an exception costs more than the look.
    const fd = this.#takeStray(way, key) ?? makeNew(way(own)) ?? openFound(way(own));
    if (fd !== null) {
      markAsOpen(fd);
      return fd;
    }
    const other = otherPartName(key.checksum, this.suffix);
    const made = makeNew(way(other));
    if (made === null) throw Object.assign(new Error("taken"), { code: "EEXIST" });
    this.#others.set(wordOf(key), other);
    markAsOpen(made);
    return made;
  }

  // A part of the same bytes that another kei left behind, or this one before it forgot: now it is ours.
  #takeStray(way: Way, { path, checksum }: PartKey): number | null {
    const strays = this.#strays.get(folderAbove(path));
    const name = strays?.get(contentName(checksum));
    const own = partName(checksum, this.suffix);
    strays?.delete(contentName(checksum));
    if (name === undefined || name === own) return null;
    if (lstatSync(way(own), { throwIfNoEntry: false })) return null;
    const fd = openFound(way(name));
    if (fd === null) return null;
    // Without the mark somebody else may be writing into it.
    if (markAsOpen(fd)) {
      renameSync(way(name), way(own));
      return fd;
    }
    closeSync(fd);
    return null;
  }

  // What icloudpd has of the same bytes is copied; Apple's checksum will tell whether they are.
  async #takeForeign(part: FilePart, key: PartKey, sizeBytes: number): Promise<void> {
    const folder = folderAbove(key.path);
    const names = foreignPartNames(key.checksum);
    // Once: if its bytes were wrong, they are fetched the next time.
    const [name] = names.filter((one) => this.#foreign.delete(posix.join(folder, one)));
    if (name === undefined || !isRecomputable(key.checksum)) return;
    const fd = this.inside.within(folder, (way) => openFound(way(name), "read"));
    if (fd === null) return;
    try {
      if (fstatSync(fd).size <= sizeBytes) await pour({ fd, path: name }, part);
    } finally {
      closeSync(fd);
    }
  }

  #begin(key: PartKey, fd: number, shown: string, sizeBytes: number): FilePart {
    const claim: Claim = {
      folder: join(this.inside.root, folderAbove(key.path)),
      path: shown,
      sizeBytes,
      remainingBytes: () => Math.max(0, sizeBytes - part.lengthBytes),
    };
    const part: FilePart = new FilePart(fd, shown, {
      lookForRoom: () => this.space.lookAgain(claim),
      refuseSize: () => this.space.refuse(claim),
      sealed: (stats) => void this.#sealed.set(wordOf(key), stats),
      voided: () => this.remove(key),
      closed: () => this.space.end(claim),
      lacks: this.lacks,
    });
    try {
      this.space.begin(claim);
      return part;
    } catch (error) {
      // What has no room is not to take any, and what is begun anew later is to find some.
      part.close();
      this.remove(key);
      throw error;
    }
  }
}

/** An open file, and what people know it as. */
export interface Source {
  readonly fd: number;
  readonly path: string;
}

/** Copies an open file into a part, a little at a time. Throws LocalError that names the one that failed. */
export async function pour(source: Source, part: FilePart, signal?: AbortSignal): Promise<void> {
  for (let at = 0; ;) {
    signal?.throwIfAborted();
    const buffer = new Uint8Array(COPY_BYTES);
    const count = readAt(source, buffer, at);
    if (count === 0) return;
    part.append(buffer.subarray(0, count));
    at += count;
    await nextTurn();
  }
}

function readAt({ fd, path }: Source, buffer: Uint8Array, at: number): number {
  try {
    return readSync(fd, buffer, 0, buffer.length, at);
  } catch (error) {
    throw diskError(error, path);
  }
}

function wordOf({ path, checksum }: PartKey): string {
  return `${folderAbove(path)}\0${checksum}`;
}

function namesIn(way: Way): string[] {
  try {
    return readdirSync(way("."));
  } catch {
    return []; // a folder that may be written and not be listed
  }
}

// Another kei, or another account in the same folder, would have gone on with it by now.
function isForgotten(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > FORGOTTEN_MS;
}

// Not what another kei is writing at this moment.
function sweepAway(path: string): void {
  const fd = openFound(path, "read");
  const isFree = fd === null || markAsOpen(fd);
  if (fd !== null) closeSync(fd);
  if (isFree) removeOwn(path, true);
}
