/**
 * The last steps of a file, for several files at once: note the final bytes, give them their names, make the names
 * durable, note them as saved.
 *
 * Whatever is ready while one batch is on its way forms the next, so that a slow disk pays its syncs once per batch.
 * A crash before the names leaves a staged row and a whole part; a crash after them leaves a staged row and a file
 * whose hash is noted. Either is finished by the next run without a download.
 */
import type { Clock } from "../lib/clock.ts";
import { RemoteError } from "../lib/errors.ts";
import { folderOf } from "../lib/paths.ts";
import type { Installation } from "../photos/landing.ts";
import type { FileRow, Final, Held } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Destination } from "./ports.ts";

const BATCH_MAX = 64;
/** How long the first of a batch waits for others. Transfers go on meanwhile, so only the last batch is later by it. */
const GATHER_MS = 20;

interface Entry {
  readonly row: FileRow;
  readonly final: Final;
  /** Null for a file that already has its name. */
  readonly naming: Naming | null;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How a whole file gets its name. */
export interface Naming extends Installation {
  /** What it replaces, as far as there are bytes in it. */
  readonly older: Held | null;
}

export class Installer {
  readonly #queue: Entry[] = [];
  #isRunning = false;

  constructor(
    private readonly memory: Memory,
    private readonly destination: Destination,
    private readonly clock: Clock,
    /** Null for files that were saved before, and are only written into. */
    private readonly cycle: number | null,
  ) {}

  /** Gives a sealed part or draft its name. Settles when that is durable and noted; rejects with LocalError. */
  install(row: FileRow, final: Final, naming: Naming): Promise<void> {
    return this.#enqueue(row, final, naming);
  }

  /** Notes a file that is already there. */
  adopt(row: FileRow, final: Final): Promise<void> {
    return this.#enqueue(row, final, null);
  }

  /** Notes what is about to get its name in another way than by `install`. Throws RemoteError when nobody wants it. */
  stage(row: FileRow, final: Final, older: Held | null): void {
    const isStaged = this.memory.transaction(() => this.#note(row, final, older));
    if (!isStaged) throw changed();
  }

  #enqueue(row: FileRow, final: Final, naming: Naming | null): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ row, final, naming, resolve, reject });
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
    const staying = batch.filter(({ naming }) => naming === null);
    const moving = this.#stageAll(batch.filter(({ naming }) => naming !== null));
    const entries = [...staying, ...moving];
    const kept = staying.map(({ row }) => row.path);
    const errors = [
      ...(kept.length === 0 ? [] : await this.destination.keep(kept)),
      ...(await this.destination.install(moving.map(({ naming }) => naming!))),
    ];
    const named = entries.filter((_, index) => errors[index] === null);
    const { haves, folders } = this.memory;
    this.memory.transaction(() => {
      const notes = named.map(({ row, final }) => ({ id: row.id, final }));
      if (this.cycle === null) haves.rewrite(notes);
      else haves.save(notes, this.cycle, this.clock.now());
      for (const { row } of staying) folders.touch(folderOf(row.path));
    });
    for (const entry of named) entry.resolve();
    entries.forEach((entry, index) => {
      if (errors[index] !== null) entry.reject(errors[index]);
    });
  }

  // Entries whose rows want other bytes by now do not get a name.
  #stageAll(entries: readonly Entry[]): Entry[] {
    const note = () =>
      entries.map(({ row, final, naming }) => this.#note(row, final, naming!.older));
    // Bytes that Apple's checksum recognises need no note that outlives a power cut.
    const isLight = entries.every(
      ({ final, naming }) => final.proof.kind === "apple" && !naming!.replaces,
    );
    const isStaged = isLight ? this.memory.lightly(note) : this.memory.transaction(note);
    entries.forEach((entry, index) => {
      if (!isStaged[index]) entry.reject(changed());
    });
    return entries.filter((_, index) => isStaged[index]);
  }

  #note(row: FileRow, final: Final, older: Held | null): boolean {
    this.memory.folders.touch(folderOf(row.path));
    return this.memory.haves.stage(row.id, final, older);
  }
}

function changed(): RemoteError {
  return new RemoteError("mismatch", "The photo changed meanwhile");
}
