/** Makes names durable: a name outlives a power cut when the folder it stands in was synced. */
import { closeSync, constants, fsync, fsyncSync, openSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { LocalError } from "../lib/errors.ts";
import { diskError, errnoOf } from "../lib/errno.ts";
import { folderAbove } from "./inside.ts";
import type { Inside } from "./inside.ts";
import type { PartDoor } from "./part.ts";

const fsyncAsync = promisify(fsync);
/** Some network disks sync no folders; a name is then as durable as they make it. So is one in a folder nobody may read. */
const CANNOT = new Set(["EINVAL", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EACCES", "EBADF"]);

export class Durable {
  /** Folders that have new entries. */
  readonly #changed = new Set<string>();

  constructor(
    private readonly inside: Inside,
    private readonly lacks: PartDoor["lacks"],
  ) {}

  /** These folders were made something in; `sync` is to see to them. */
  note(folders: readonly string[]): void {
    for (const folder of folders) this.#changed.add(folder);
  }

  /** The folder is gone. */
  forget(folder: string): void {
    this.#changed.delete(folder);
  }

  /** Makes the names of files durable, and the folders that were made for them. Throws LocalError. */
  async names(paths: readonly string[]): Promise<void> {
    const failure = (await this.eachName(paths)).find((one) => one !== null);
    if (failure) throw failure;
  }

  /** The same for files that do not depend on each other: one error or null each, in order. */
  async eachName(paths: readonly string[]): Promise<(Error | null)[]> {
    const folders = new Set([...this.#changed, ...paths.map(folderAbove)]);
    this.#changed.clear();
    const failures = new Map<string, Error>();
    const sync = async (folder: string) => {
      const failure = await failureOf(this.#sync(folder, "."));
      if (failure === null) return;
      failures.set(folder, failure);
      // Whatever comes into it later needs it, too.
      this.#changed.add(folder);
    };
    await Promise.all([...folders].map(sync));
    return paths.map((path) => failureAbove(path, failures));
  }

  /** Makes the bytes of a file durable that somebody else may have written; an error when that fails. */
  bytes(path: string): Promise<Error | null> {
    return failureOf(this.#sync(folderAbove(path), path.slice(path.lastIndexOf("/") + 1)));
  }

  // Whoever has years of photos elsewhere, with a link to them, has them there when they are adopted: syncing harms nobody.
  #open(folder: string, name: string): number {
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    try {
      return this.inside.within(folder, (way) => openSync(way(name), flags));
    } catch (error) {
      if (!(error instanceof LocalError) || error.fault !== "denied") throw error;
      return openSync(join(this.inside.root, folder, name), flags);
    }
  }

  async #sync(folder: string, name: string): Promise<void> {
    let fd: number | null = null;
    try {
      fd = this.#open(folder, name);
      await fsyncAsync(fd);
    } catch (error) {
      if (!CANNOT.has(errnoOf(error))) throw diskError(error, join(this.inside.root, folder, name));
      this.lacks("sync");
    } finally {
      if (fd !== null) closeSync(fd);
    }
  }
}

// A name is as durable as the folders that lead to it.
function failureAbove(path: string, failures: ReadonlyMap<string, Error>): Error | null {
  for (let folder = folderAbove(path); ; folder = folderAbove(folder)) {
    const failure = failures.get(folder);
    if (failure) return failure;
    if (folder === "") return null;
  }
}

async function failureOf(work: Promise<void>): Promise<Error | null> {
  try {
    await work;
    return null;
  } catch (error) {
    return error as Error;
  }
}

/** Makes a file or folder that is open durable, at once, where the disk knows how to. */
export function syncAsFarAsCan(fd: number): void {
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!CANNOT.has(errnoOf(error))) throw error;
  }
}
