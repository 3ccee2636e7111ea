/**
 * The last steps of a file, for several files at once: note the final bytes, give them their names, make the names
 * durable, note them as saved.
 *
 * Whatever is ready while one batch is on its way forms the next, so that a slow disk pays its syncs once per batch.
 * A crash before the names leaves a staged row and a whole part; a crash after them leaves a staged row and a file
 * whose hash is noted. Either is finished by the next run without a download.
 */
import { posix } from "node:path";
import type { Clock } from "../lib/clock.ts";
import { RemoteError } from "../lib/errors.ts";
import type { FinalBytes } from "../state/files.ts";
import type { Memory } from "../state/memory.ts";
import type { Destination, Installation } from "./ports.ts";

const BATCH_MAX = 64;
/** How long the first of a batch waits for others. Transfers go on meanwhile, so only the last batch is later by it. */
const GATHER_MS = 20;

interface Entry {
  readonly final: FinalBytes;
  readonly path: string;
  /** Null for a file that already has its name. */
  readonly installation: Installation | null;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class Installer {
  readonly #queue: Entry[] = [];
  #isRunning = false;

  constructor(
    private readonly memory: Memory,
    private readonly destination: Destination,
    private readonly clock: Clock,
    private readonly cycle: number,
  ) {}

  /** Gives a sealed part its name. Settles when that is durable and noted; rejects with LocalError. */
  install(final: FinalBytes, installation: Installation): Promise<void> {
    return this.#enqueue(final, installation.path, installation);
  }

  /** Notes a file that is already there. */
  adopt(final: FinalBytes, path: string): Promise<void> {
    return this.#enqueue(final, path, null);
  }

  #enqueue(final: FinalBytes, path: string, installation: Installation | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ final, path, installation, resolve, reject });
      if (!this.#isRunning) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    while (this.#queue.length > 0) {
      if (this.#queue.length < BATCH_MAX) await this.clock.sleep(GATHER_MS);
      const batch = this.#queue.splice(0, BATCH_MAX);
      try {
        await this.#settle(batch);
      } catch (error) {
        for (const entry of batch) entry.reject(error);
      }
    }
    this.#isRunning = false;
  }

  async #settle(batch: readonly Entry[]): Promise<void> {
    const staying = batch.filter((entry) => entry.installation === null);
    const moving = this.#stage(batch.filter((entry) => entry.installation !== null));
    const entries = [...staying, ...moving];
    const errors = [
      ...(staying.length === 0 ? [] : await this.destination.keep(staying.map(({ path }) => path))),
      ...(await this.destination.install(moving.map((entry) => entry.installation!))),
    ];
    const named = entries.filter((_, index) => errors[index] === null);
    this.memory.transaction(() => {
      const finals = named.map((entry) => entry.final);
      this.memory.files.save(finals, this.cycle, this.clock.now());
      for (const entry of staying) this.memory.folders.touch(folderOf(entry.path));
    });
    for (const entry of named) entry.resolve();
    entries.forEach((entry, index) => {
      if (errors[index] !== null) entry.reject(errors[index]);
    });
  }

  // Entries whose rows want other bytes by now do not get a name.
  #stage(entries: readonly Entry[]): Entry[] {
    const { files, folders } = this.memory;
    const note = () =>
      entries.map((entry) => {
        folders.touch(folderOf(entry.path));
        return files.stage(entry.final);
      });
    // Bytes that Apple's checksum recognises need no note that outlives a power cut.
    const isLight = entries.every(
      (entry) => entry.final.isVerified && !entry.installation?.replaces,
    );
    const isStaged = isLight ? this.memory.lightly(note) : this.memory.transaction(note);
    entries.forEach((entry, index) => {
      if (!isStaged[index])
        entry.reject(new RemoteError("mismatch", "The photo changed meanwhile"));
    });
    return entries.filter((_, index) => isStaged[index]);
  }
}

/** Folder of a relative path; '' is the root. */
export function folderOf(path: string): string {
  return posix.dirname(path) === "." ? "" : posix.dirname(path);
}
