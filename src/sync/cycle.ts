/**
 * One cycle: look for lost files, refresh the library and fetch what is due, both at once, and add up the outcomes.
 *
 * Promises: every asset seen ends in exactly one outcome and they add up, or kei stops and says so; whatever was
 * decided survives any crash; a second cycle without changes makes one call and fetches nothing; a cycle that was told
 * to have started is told to have ended, exactly once, with its tally or with what stopped it.
 */
import { invariant } from "../lib/errors.ts";
import { adoptionOf, fetchLoopOf, refreshOf } from "./assembly.ts";
import type { AdoptionSearch, Own } from "./assembly.ts";
import { Counter } from "./counter.ts";
import type { CycleDoor } from "./cycle-door.ts";
import type { Observe, Tally } from "./events.ts";
import type { FetchLoop } from "./fetch-loop.ts";
import { metadataWorkOf } from "./metadata-work.ts";
import type { MetadataWork } from "./metadata-work.ts";
import { restoreMissing } from "./missing.ts";
import { PlannedBy } from "./planned-by.ts";
import { Planner } from "./planner.ts";
import { Relayout } from "./relayout.ts";
import type { Refresh } from "./refresh.ts";
import type { RefreshCounts } from "./refresh-door.ts";
import { remark } from "./remarks.ts";
import { Scope } from "./scope.ts";
import { tallyOf } from "./tally.ts";
import { tidyUp } from "./tidying.ts";
import { Update } from "./update.ts";

/** Runs one whole cycle. Throws what concerns the run; files in flight have settled by then. */
export function runCycle(door: CycleDoor): Promise<Tally> {
  return door.memory.explaining(() => new Cycle(door, false).play());
}

/** Refreshes and decides, and fetches nothing. The memory is then worth reading, and meant to be thrown away. */
export function decideOnly(door: CycleDoor): Promise<Tally> {
  return door.memory.explaining(() => new Cycle(door, true).play());
}

/**
 * Refreshes and decides, and then takes over files that are on disk already; nothing is fetched. In a trial the memory
 * is meant to be thrown away.
 */
export function adoptOnly(
  door: CycleDoor,
  search: AdoptionSearch,
  isTrial: boolean,
): Promise<Tally> {
  return door.memory.explaining(() => new Cycle(door, isTrial, search).play());
}

/** How far a cycle came. */
interface Reached {
  readonly counts: RefreshCounts;
  /** Apple was asked to the end. */
  readonly isRefreshed: boolean;
}

class Cycle implements Own {
  readonly settings: PlannedBy;
  readonly scope: Scope;
  readonly planner: Planner;
  readonly metadata: MetadataWork | null;
  readonly #startedMs: number;
  readonly #counter: Counter;
  /** Ends asking Apple when nothing can be fetched any more. */
  readonly #stop = new AbortController();
  /** What stopped it, first things first: whatever goes wrong later may be a consequence. */
  readonly #causes: unknown[] = [];

  constructor(
    private readonly door: CycleDoor,
    private readonly isTrial: boolean,
    private readonly search: AdoptionSearch | null = null,
  ) {
    const { memory, disk, rules, filters, clock, options } = door;
    this.#startedMs = clock.steadyMs();
    this.#counter = new Counter((event) => {
      this.metadata?.count(event);
      door.observe(event);
    });
    const id = memory.transaction(() => memory.runs.start(clock.now()));
    this.settings = new PlannedBy(door);
    this.scope = new Scope(memory, options, id);
    const { isRearranged } = this.settings;
    const book = door.metadata?.book ?? null;
    this.planner = new Planner(memory, disk, rules, filters, id, isRearranged, book);
    this.metadata = metadataWorkOf(door, this.observe, id);
  }

  get observe(): Observe {
    return this.#counter.observe;
  }

  async play(): Promise<Tally> {
    const { search } = this;
    // What fetches nothing has no tale to tell at its end.
    const isTrial = this.isTrial || search !== null;
    this.observe({ kind: "cycle-started", cycle: this.scope.cycle });
    let tally: Tally | null = null;
    await this.#noted(async () => {
      const reached = await (isTrial ? this.#decide() : this.#refreshAndFetch());
      tally = this.#conclude(reached);
      if (!isTrial) remark(tally, reached.isRefreshed && this.settings.isReplanned, this.#parts);
    });
    const [error = null] = this.#causes;
    this.observe({ kind: "cycle-ended", isTrial, tally, error });
    if (error !== null) throw error;
    if (tally === null) throw this.door.signal.reason;
    return tally;
  }

  async #refreshAndFetch(): Promise<Reached> {
    const { door, settings } = this;
    const loop: FetchLoop = fetchLoopOf(door, this, () => urls);
    const signal = AbortSignal.any([door.signal, this.#stop.signal]);
    const { refresh, urls } = refreshOf(door, this, signal, loop.onDue);
    await this.#relayout().resume();
    this.#lookAround();
    const updating = this.#noted(() => this.#update(refresh)).then((isDone) => {
      if (isDone) loop.onRefreshed();
      else loop.stop();
      return isDone;
    });
    // By new settings less may be wanted, and files that move need their names: until then nothing is fetched.
    if (settings.isReplanned || door.options.relayout) await updating;
    if (!(await this.#noted(() => loop.run()))) this.#stop.abort();
    const isRefreshed = await updating;
    if (this.#causes.length === 0) await this.#noted(() => this.#rewrite());
    await this.#noted(() => tidyUp({ ...door, observe: this.observe }, door.clock.now()));
    return { counts: refresh.counts, isRefreshed };
  }

  // What is on disk says what it should, when all that is new is there.
  async #rewrite(): Promise<void> {
    await this.metadata?.rewrite(() => this.scope.due());
  }

  async #decide(): Promise<Reached> {
    const { refresh } = refreshOf(this.door, this, this.door.signal, () => undefined);
    if (!this.isTrial) await this.#relayout().resume();
    this.#lookAround();
    await this.#update(refresh);
    if (this.search) await this.#adopt(this.search);
    return { counts: refresh.counts, isRefreshed: true };
  }

  async #adopt(search: AdoptionSearch): Promise<void> {
    const { memory, options } = this.door;
    search.onEnd(await adoptionOf(this.door, this, search, this.isTrial).run());
    if (options.relayout) await this.#relayout().all(memory.zones.all());
  }

  // Everything before Apple is asked: lost files and what is still due.
  #lookAround(): void {
    const { memory, disk, root, options } = this.door;
    const onAltered = (files: number) =>
      this.#warn(
        `Saved files of another size than kei left them: ${files}`,
        "kei verify names them, and kei verify --repair fetches them again",
      );
    const accept = options.acceptMissing;
    const lost = restoreMissing(memory, disk, { root, accept, onAltered });
    if (lost > 0) this.#warn(`Saved files missing on disk: ${lost}`);
    const forgiven = () => memory.haves.forgiveAll() + memory.written.forgiveAll();
    if (options.retryFailed && forgiven() === 0) {
      this.#warn("Nothing to retry: no file has failed");
    }
    const backlog = memory.files.backlog(this.scope.due());
    if (backlog.files > 0) this.observe({ kind: "files-due", ...backlog });
  }

  #update(refresh: Refresh): Promise<void> {
    const { options } = this.door;
    return new Update({ ...this.#parts, options, refresh, relayout: this.#relayout() }).run();
  }

  #relayout(): Relayout {
    const { destination, signal } = this.door;
    const { planner, isTrial } = this;
    return new Relayout({ ...this.#parts, planner, destination, signal, isTrial });
  }

  #conclude({ counts, isRefreshed }: Reached): Tally {
    const { memory, clock } = this.door;
    const { cycle, attemptsMax } = this.scope;
    const tally = tallyOf(memory.runs.outcomes(cycle, attemptsMax), {
      ...counts,
      ...this.#counter.counted,
      filesFailed: memory.files.failedIn(cycle).length,
      filesExhausted: memory.files.countExhausted(attemptsMax),
      elapsedMs: clock.steadyMs() - this.#startedMs,
      ...(isRefreshed ? {} : { isCutShort: true }),
      ...(this.metadata ? { metadata: this.metadata.counts() } : {}),
    });
    // After a failure of the database nobody knows what it took.
    const isSettled = this.#causes.length > 0 || tally.seen === this.planner.seen.size;
    invariant(isSettled, "every asset that was named is settled exactly once");
    memory.transaction(() => memory.runs.end(cycle, clock.now(), JSON.stringify(tally)));
    return tally;
  }

  // True when the work went well. What goes wrong is kept, except that the person stopped it.
  async #noted(work: () => Promise<void>): Promise<boolean> {
    const { memory, signal } = this.door;
    try {
      await memory.explaining(work);
      return true;
    } catch (error) {
      if (error !== signal.reason) this.#causes.push(error);
      return false;
    }
  }

  get #parts() {
    const { settings, scope, observe } = this;
    return { memory: this.door.memory, settings, scope, observe };
  }

  #warn(message: string, hint?: string): void {
    this.observe({ kind: "warning", message, ...(hint ? { hint } : {}) });
  }
}
