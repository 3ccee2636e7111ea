/**
 * One account, for as long as the process lives: its settings, its memory, and how long Apple asked it to wait.
 *
 * A session, and the lock that comes with it, is held during a cycle only, so that a code can be handed in by another
 * kei while this one waits for its next cycle; the memory is looked at again then, because it may have been reset.
 */
import { statSync } from "node:fs";
import type { Config } from "../config/config.ts";
import type { Session } from "../auth/session.ts";
import { prepareRoot, requireFreeSpace } from "../disk/root.ts";
import { Gate } from "../lib/gate.ts";
import { releasing } from "../lib/releasing.ts";
import type { Memory } from "../state/memory.ts";
import type { AdoptionSearch } from "../sync/assembly.ts";
import { adoptOnly, decideOnly, runCycle } from "../sync/cycle.ts";
import type { CycleDoor } from "../sync/cycle-door.ts";
import { inEnvelopes } from "../sync/events.ts";
import type { Observe, Tally } from "../sync/events.ts";
import { isTrial } from "../sync/options.ts";
import type { Io } from "./io.ts";
import {
  databasePath,
  openCycle,
  openMemory,
  openScratchMemory,
  openService,
  withSession,
} from "./open.ts";
import type { Shared } from "./shared.ts";

type Cycle = (door: CycleDoor) => Promise<Tally>;

/** A memory for one cycle. */
interface Lent {
  readonly open: () => Memory;
  readonly close: (memory: Memory) => void;
}

export class Account implements Disposable {
  readonly #observe: Observe;
  readonly #gates: { readonly calls: Gate; readonly content: Gate };
  #memory: { readonly memory: Memory; readonly file: string } | null = null;

  constructor(
    readonly config: Config,
    private readonly io: Io,
    private readonly shared: Shared,
  ) {
    const { clock } = shared;
    this.#observe = inEnvelopes(config.auth.username, io.listen);
    this.#gates = { calls: new Gate(clock), content: new Gate(clock) };
  }

  /** One cycle, from the checks before sign-in to its end. Throws what stopped it; the signal alone is no error. */
  runOnce(signal: AbortSignal): Promise<Tally> {
    return this.#signedIn(signal, this.#own, runCycle);
  }

  /** One cycle that fetches only what is known; `mark` says before, while the account is locked for us, what is missing. */
  repair(signal: AbortSignal, mark: (memory: Memory) => void): Promise<Tally> {
    return this.#signedIn(signal, this.#own, (door) => {
      door.memory.transaction(() => mark(door.memory));
      return runCycle({
        ...door,
        options: { ...door.options, libraries: ["all"], isRepair: true },
      });
    });
  }

  /**
   * Decides what a cycle would do, on a copy of the memory and without writing anything. `look` reads the copy before it
   * is thrown away.
   */
  tryOut(signal: AbortSignal, look: (door: CycleDoor) => Promise<void>): Promise<Tally> {
    return this.#signedIn(signal, this.#copy, async (door) => {
      const tally = await decideOnly(door);
      await look(door);
      return tally;
    });
  }

  /** Takes over files that are on disk already, and fetches nothing; in a dry run only on a copy of the memory. */
  adopt(signal: AbortSignal, search: AdoptionSearch): Promise<Tally> {
    const isDry = isTrial(this.config.sync);
    const lent = isDry ? this.#copy : this.#own;
    return this.#signedIn(signal, lent, (door) => adoptOnly(door, search, isDry));
  }

  get #own(): Lent {
    return { open: () => this.memory, close: () => undefined };
  }

  get #copy(): Lent {
    return { open: () => openScratchMemory(this.config), close: (memory) => memory.close() };
  }

  /** What is remembered of the account; to be used while the account is locked for us. */
  get memory(): Memory {
    const path = databasePath(this.config);
    if (this.#memory?.file === fileAt(path)) return this.#memory.memory;
    this.#memory?.memory.close();
    const memory = openMemory(this.config);
    this.#memory = { memory, file: fileAt(path) };
    return memory;
  }

  [Symbol.dispose](): void {
    this.#memory?.memory.close();
    this.#memory = null;
  }

  async #signedIn(signal: AbortSignal, lent: Lent, cycle: Cycle): Promise<Tally> {
    const { config, io } = this;
    const { directory, minFreeBytes } = config.download;
    // Said before signing in, so that no code is wasted on a run that cannot succeed.
    prepareRoot(directory, isTrial(config.sync));
    requireFreeSpace(directory, minFreeBytes);
    return withSession(config, io, { isPatient: false, signal }, (session, enter) => {
      const memory = lent.open();
      return releasing(
        async () => {
          await enter();
          return this.#cycle(signal, session, memory, cycle);
        },
        () => lent.close(memory),
      );
    });
  }

  #cycle(signal: AbortSignal, session: Session, memory: Memory, cycle: Cycle): Promise<Tally> {
    const { config, io, shared } = this;
    const { blotOut } = io;
    const observe = this.#observe;
    const end = new AbortController();
    // What still waits for Apple when the cycle is over is not waited for.
    const untilEnd = AbortSignal.any([signal, end.signal]);
    const calls = { session, observe, gate: this.#gates.calls, signal: untilEnd };
    const service = openService(config, io, calls);
    const gate = this.#gates.content;
    const run = { signal, observe, blotOut };
    const door = openCycle({ config, shared, session, service, memory, gate, ...run });
    return releasing(
      () => cycle(door),
      () => end.abort(),
    );
  }
}

/** Which file is at a path; another one of the same name is another one. */
function fileAt(path: string): string {
  const entry = statSync(path, { throwIfNoEntry: false, bigint: true });
  return entry ? `${entry.dev}:${entry.ino}:${path}` : "";
}
