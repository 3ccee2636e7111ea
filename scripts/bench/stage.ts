/** The working folder of one run and everything that has to be gone when it ends. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

export class Stage {
  readonly root: string;
  readonly #stop = new AbortController();
  #folders = 0;
  readonly #closers: (() => Promise<void>)[] = [];

  constructor(parent: string) {
    mkdirSync(parent, { recursive: true });
    this.root = mkdtempSync(join(parent, "kei-bench-"));
    for (const name of ["SIGINT", "SIGTERM"] as const) {
      // Once: whoever insists ends the process at once.
      process.once(name, () => this.#stop.abort(new Error(`stopped by ${name}`)));
    }
  }

  /** Aborted by Ctrl-C; the programs started with it end as well. */
  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  path(...names: string[]): string {
    return join(this.root, ...names);
  }

  /**
   * A folder nobody had before. Nothing is removed until the end: for a minute or so ext4 steps around the inodes of
   * deleted files one by one, which would be charged to whoever creates files next.
   */
  newFolder(name: string): string {
    this.#folders += 1;
    const path = this.path(`${this.#folders}-${name}`);
    mkdirSync(path);
    return path;
  }

  /** Gives the space of a few large files back at once. */
  remove(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }

  onClose(closer: () => Promise<void>): void {
    this.#closers.push(closer);
  }

  async close(): Promise<void> {
    for (const closer of this.#closers.splice(0).reverse()) await closer();
    rmSync(this.root, { recursive: true, force: true });
  }
}
