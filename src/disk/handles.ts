/**
 * Open folders, kept open for a while: a file is given its name in several steps, and its neighbours in as many.
 *
 * A folder counts as the one it was opened as for as long as the system says that it is where it was then. One that was
 * renamed, removed or unmounted since is opened anew by its path.
 */
import { closeSync, readlinkSync } from "node:fs";

/** Gives the path of an entry, by its name, while the folder is open. */
export type Way = (name: string) => string;

export interface Handle {
  readonly fd: number;
  /** Where it was when it was opened, without links. */
  readonly real: string;
}

/** Where the system shows what is open. */
export const HANDLES = "/proc/self/fd";
const OPEN_MAX = 16;
/** Folders that are open keep a disk from being taken away. */
const REST_MS = 1000;

export class Handles {
  /** By the path they were asked for; the one used last is the last. */
  readonly #open = new Map<string, Handle>();
  /** Of folders that went elsewhere; somebody may be at work in one, so that its number must not become another's yet. */
  readonly #stale: number[] = [];
  #timer: ReturnType<typeof setInterval> | null = null;
  #isUsed = false;

  constructor(private readonly restMs = REST_MS) {}

  /** A way into a folder, which holds until the caller gives back control. `enter` opens and proves it. */
  wayInto(path: string, enter: () => Handle): Way {
    const handle = this.#takeOut(path) ?? enter();
    this.#open.set(path, handle);
    if (this.#open.size > OPEN_MAX) this.#letGo(this.#open.keys().next().value!);
    this.#rest();
    return (name) => `${HANDLES}/${handle.fd}/${name}`;
  }

  // Null when it is not open, or is elsewhere by now.
  #takeOut(path: string): Handle | null {
    const handle = this.#open.get(path);
    if (!handle) return null;
    this.#open.delete(path);
    if (isStillAt(handle)) return handle;
    this.#stale.push(handle.fd);
    return null;
  }

  #letGo(path: string): void {
    closeSync(this.#open.get(path)!.fd);
    this.#open.delete(path);
  }

  // Lets go of all that are open once nobody asked for any in a while.
  #rest(): void {
    this.#isUsed = true;
    this.#timer ??= setInterval(() => {
      if (this.#isUsed) return void (this.#isUsed = false);
      clearInterval(this.#timer!);
      this.#timer = null;
      for (const path of [...this.#open.keys()]) this.#letGo(path);
      for (const fd of this.#stale.splice(0)) closeSync(fd);
    }, this.restMs).unref();
  }
}

function isStillAt({ fd, real }: Handle): boolean {
  try {
    return whereIs(fd) === real;
  } catch {
    return false; // the system shows it no more
  }
}

/** Where an open folder is now, without links. */
export function whereIs(fd: number): string {
  return readlinkSync(`${HANDLES}/${fd}`);
}
