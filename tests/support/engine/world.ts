/** Everything a cycle needs, on a real folder and a real database, with Apple in memory. */
import { mkdirSync } from "node:fs";
import { AS_RECEIVED } from "../../../src/download/finish.ts";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { looksAt } from "../../../src/disk/looks.ts";
import { Gate } from "../../../src/lib/gate.ts";
import { Slots } from "../../../src/lib/slots.ts";
import { Digester } from "../../../src/photos/checksum.ts";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { NO_FILTER_WORDS } from "../../../src/plan/filters.ts";
import { NO_FILTERS } from "../../../src/plan/selection.ts";
import { FILE_STATES } from "../../../src/state/files/row.ts";
import type { FileRow } from "../../../src/state/files/row.ts";
import { Memory } from "../../../src/state/memory.ts";
import { openDatabase } from "../../../src/state/open.ts";
import { runCycle } from "../../../src/sync/cycle.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import type { Event, Tally } from "../../../src/sync/events.ts";
import { TestClock } from "./clock.ts";
import { marking } from "./marking.ts";
import { MemorySource } from "./memory-source.ts";
import { TempFolder, filesBelow } from "./temp-folder.ts";

export const PART_SUFFIX = ".kei-tmp";

export class World implements Disposable {
  readonly clock = new TestClock();
  readonly source = new MemorySource(this.clock);
  readonly events: Event[] = [];
  readonly #folder = new TempFolder();
  readonly root = this.#folder.at("photos");
  readonly databasePath = this.#folder.at("data", "kei.db");
  #memory: Memory | null = null;

  /** With `marksFiles` something is written into every file before it gets its name. */
  constructor(private readonly marksFiles = false) {
    mkdirSync(this.root);
  }

  /** The memory, opened on first use. */
  get memory(): Memory {
    this.#memory ??= new Memory(openDatabase(this.databasePath), this.databasePath);
    return this.#memory;
  }

  /** Lets go of the database, as the end of the process would. */
  closeMemory(): void {
    this.#memory?.close();
    this.#memory = null;
  }

  door(changes: Partial<CycleDoor> = {}): CycleDoor {
    const { clock, root } = this;
    return {
      source: this.source,
      open: this.source.open,
      destination: new LibraryFolder(root, PART_SUFFIX),
      memory: changes.memory ?? this.memory,
      disk: looksAt(root),
      root,
      rules: DEFAULT_RULES,
      filters: NO_FILTERS,
      filterWords: NO_FILTER_WORDS,
      options: DEFAULT_SYNC,
      ...(this.marksFiles ? { finisher: marking(AS_RECEIVED) } : {}),
      bucket: null,
      digester: (_sizeBytes, kinds) => new Digester(kinds),
      threads: 3,
      slots: new Slots(changes.threads ?? 3),
      retry: { maxRetries: 2, delayMs: 10 },
      gate: new Gate(clock),
      clock,
      random: () => 0.5,
      signal: new AbortController().signal,
      observe: (event) => void this.events.push(event),
      blotOut: (text) => text,
      ...changes,
    };
  }

  /** Runs one cycle; events of earlier ones are forgotten. */
  cycle(changes: Partial<CycleDoor> = {}): Promise<Tally> {
    this.events.length = 0;
    this.source.calls.length = 0;
    this.source.opened.length = 0;
    return runCycle(this.door(changes));
  }

  eventsOf<Kind extends Event["kind"]>(kind: Kind): Extract<Event, { kind: Kind }>[] {
    return this.events.filter(
      (event): event is Extract<Event, { kind: Kind }> => event.kind === kind,
    );
  }

  files(): Map<string, Buffer> {
    return filesBelow(this.root);
  }

  rows(): FileRow[] {
    return [...this.memory.files.inStates(FILE_STATES)].flat();
  }

  [Symbol.dispose](): void {
    this.closeMemory();
    this.#folder[Symbol.dispose]();
  }
}
