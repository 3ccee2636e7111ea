/**
 * One cycle: look for lost files, refresh the library and fetch what is due, both at once, and add up the outcomes.
 *
 * Promises: every asset seen ends in exactly one outcome and they add up, or kei stops and says so; whatever was
 * decided survives any crash; a second cycle without changes makes one call and fetches nothing.
 */
import { FetchLoop } from "./fetch-loop.ts";
import type { FetchLoopDoor } from "./fetch-loop.ts";
import type { Observe, Tally } from "./events.ts";
import { restoreMissing } from "./missing.ts";
import type { FolderLook } from "./missing.ts";
import { Planner } from "./planner.ts";
import type { DiskLook } from "./taken.ts";
import type { Source } from "./ports.ts";
import { Refresh } from "./refresh.ts";
import type { RefreshCounts } from "./refresh.ts";
import { isZoneSelected } from "./options.ts";
import type { SyncOptions } from "./options.ts";
import type { Mover } from "./relayout.ts";
import { NOT_MOVED, Relayout } from "./relayout.ts";
import { stoppable } from "./stoppable.ts";
import { tallyOf } from "./tally.ts";
import { tidyUp } from "./tidying.ts";
import { Urls } from "./urls.ts";
import { AS_RECEIVED } from "../download/finish.ts";
import type { Finisher } from "../download/finish.ts";
import { Installer } from "../download/installer.ts";
import type { ContentSource, Destination } from "../download/ports.ts";
import { deriveNothing } from "../download/bring.ts";
import type { Derive } from "../download/bring.ts";
import type { ReceiveDoor } from "../download/receive.ts";
import type { FileEvent } from "../download/events.ts";
import type { ByteBucket } from "../lib/bucket.ts";
import type { Clock } from "../lib/clock.ts";
import { invariant } from "../lib/errors.ts";
import type { Gate } from "../lib/gate.ts";
import type { Slots } from "../lib/slots.ts";
import type { RetryPolicy } from "../lib/retry.ts";
import { namesAlbums } from "../plan/folders.ts";
import type { PlanRules } from "../plan/rules.ts";
import { letsIn } from "../plan/filters.ts";
import type { FilterWords } from "../plan/filters.ts";
import type { Filters } from "../plan/selection.ts";
import type { DueScope } from "../state/files/files.ts";
import { CHANGES } from "../state/library.ts";
import type { ZoneRow } from "../state/library.ts";
import { SETTINGS_KEY } from "../state/memory.ts";
import type { Memory } from "../state/memory.ts";

export interface CycleDoor {
  readonly source: Source;
  /** Opens the bytes behind an address. */
  readonly open: ContentSource["open"];
  readonly destination: Destination & Mover;
  readonly digester: ReceiveDoor["digester"];
  /** What is done to files before they get their names, and what is made of them; nothing when left out. */
  readonly finisher?: Finisher;
  readonly derive?: Derive;
  readonly memory: Memory;
  readonly disk: DiskLook & FolderLook;
  /** Absolute path of the target folder. */
  readonly root: string;
  readonly rules: PlanRules;
  readonly filters: Filters;
  /** The filters as they were written. */
  readonly filterWords: FilterWords;
  readonly options: SyncOptions;
  readonly threads: number;
  /** Transfers at the same time, of all accounts together. */
  readonly slots: Slots;
  readonly bucket: ByteBucket | null;
  readonly retry: RetryPolicy;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  /** A text without secrets: what others say is remembered with a file that failed. */
  readonly blotOut: (text: string) => string;
}

/** How files were arranged in the last cycle. */
const ARRANGEMENT_KEY = "arrangement";

class Cycle {
  readonly id: number;
  readonly #startedMs: number;
  readonly #counts = {
    downloaded: 0,
    adopted: 0,
    copied: 0,
    linked: 0,
    made: 0,
    moved: 0,
    left: 0,
    bytes: 0,
  };
  #hasWarnedOfLinks = false;
  readonly #refreshStop = new AbortController();
  readonly planner: Planner;
  readonly #settings: Readonly<Record<string, string>>;
  readonly isReplanned: boolean;
  readonly #isRearranged: boolean;
  #unplanned: ReadonlySet<number> = new Set();

  constructor(private readonly door: CycleDoor) {
    this.#startedMs = door.clock.steadyMs();
    this.id = door.memory.transaction(() => door.memory.runs.start(door.clock.now()));
    const { memory, disk, rules, filters } = door;
    this.#settings = { [SETTINGS_KEY]: settingsKey(door), [ARRANGEMENT_KEY]: arrangementOf(rules) };
    const isNew = (key: string) => {
      const known = memory.setting(key);
      return known !== null && known !== this.#settings[key];
    };
    this.isReplanned = isNew(SETTINGS_KEY);
    this.#isRearranged = isNew(ARRANGEMENT_KEY);
    if (memory.setting(SETTINGS_KEY) === null) this.#noteSettings();
    // What this cycle plans by other settings than the last is planned again by the next, unless it comes to its end.
    memory.transaction(() => {
      for (const key of Object.keys(this.#settings)) if (isNew(key)) memory.setSetting(key, "");
    });
    this.planner = new Planner(memory, disk, rules, filters, this.id, this.#isRearranged);
  }

  /** Everything before Apple is asked: lost files and what is still due. */
  prepare(): void {
    const { memory, disk, root, options } = this.door;
    this.observe({ kind: "cycle-started" });
    const lost = restoreMissing(memory, disk, { root, accept: options.acceptMissing });
    if (lost > 0) {
      this.observe({ kind: "warning", message: `Saved files missing on disk: ${lost}` });
    }
    if (options.retryFailed && memory.haves.forgiveAll() === 0) {
      this.observe({ kind: "warning", message: "Nothing to retry: no file has failed" });
    }
    const backlog = memory.files.backlog(this.#scope());
    if (backlog.files > 0) this.observe({ kind: "files-due", ...backlog });
  }

  refresh(onDue: () => void): { refresh: Refresh; urls: Urls } {
    const { source, memory, clock, signal, options, rules } = this.door;
    const urls: Urls = new Urls(
      source,
      memory,
      (id) => memory.library.zoneById(id),
      (id, page) => refresh.zone(memory.library.zoneById(id)).commit(page, CHANGES, null),
      clock,
      (afterId, limit) => memory.files.due(afterId, this.#scope(), limit),
    );
    const untilStopped = AbortSignal.any([signal, this.#refreshStop.signal]);
    const refresh: Refresh = new Refresh(
      {
        source: stoppable(source, untilStopped),
        memory,
        planner: this.planner,
        urls,
        clock,
        signal: untilStopped,
        observe: this.observe,
        letsIn: letsIn(this.door.filterWords),
        onDue,
      },
      {
        libraries: options.libraries,
        selection: options.selection,
        isPerAlbum: namesAlbums(rules.folderStructure),
        isFull: options.isFull,
        isReplanned: this.isReplanned,
      },
    );
    this.#unplanned = refresh.unplanned;
    return { refresh, urls };
  }

  /** Finishes a move that a crash interrupted, before anything is taken for lost. */
  resumeMoves(): Promise<void> {
    return this.#relayout().resume();
  }

  #relayout(): Relayout {
    const { memory, destination, signal, options } = this.door;
    const isTrial = options.isDryRun || options.onlyPrintFilenames;
    const { planner, observe } = this;
    return new Relayout({ memory, planner, destination, signal, observe, isTrial });
  }

  /** Asks Apple and moves saved files, in the order that lets them keep together. */
  async refreshAndMove(refresh: Refresh): Promise<void> {
    if (this.door.options.relayout) return this.#refreshAndRelayout(refresh);
    await this.#bringUpToDate(refresh);
    if (refresh.counts.listingFaults > 0) return;
    if (this.isReplanned) {
      const moves = this.#relayout().count(this.#placed(refresh));
      this.#warnOfPlaces(moves, "that today's settings would name otherwise");
    }
    this.#warnOfPlaces(refresh.renamedFiles, "of renamed albums");
  }

  async #refreshAndRelayout(refresh: Refresh): Promise<void> {
    const move = () => this.#relayout().all(this.#placed(refresh));
    // What belongs into which album is known only when they are listed; new halves join those that have moved already.
    let { moved, left } = this.#isRearranged ? NOT_MOVED : await move();
    if (this.isReplanned && !this.door.options.retryFailed) moved = 0; // the refresh plans all
    await this.#bringUpToDate(refresh);
    if (refresh.counts.listingFaults > 0) return;
    if (this.#isRearranged || refresh.hasNews) {
      const later = await move();
      moved += later.moved;
      left = later.left;
    }
    // What is not fetched yet joins what has moved.
    if (moved > 0) for (const zone of this.#selectedZones()) refresh.zone(zone).replan(true);
    if (left === 0) return;
    const message = `Saved files that could not be moved, left where they are: ${left}`;
    this.observe({ kind: "warning", message, hint: "their new names are taken" });
  }

  #warnOfPlaces(files: number, which: string): void {
    if (files === 0) return;
    const message = `Saved files ${which}, left where they are: ${files}`;
    this.observe({ kind: "warning", message, hint: "--relayout moves them" });
  }

  // All zones, whose selections are known before their assets are planned.
  #placed(refresh: Refresh): ZoneRow[] {
    const zones = this.door.memory.library.zones();
    for (const row of zones) refresh.zone(row);
    return zones;
  }

  /** Nothing can be fetched any more: there is no use in listing on. */
  stopRefresh(): void {
    this.#refreshStop.abort();
  }

  // Asks Apple, unless only what is known is to be fetched.
  async #bringUpToDate(refresh: Refresh): Promise<void> {
    if (this.door.options.retryFailed) return;
    await refresh.run();
    // A zone that could not be refreshed was not planned by the new settings: they stay new for the next cycle.
    if (refresh.counts.listingFaults > 0) return;
    this.#noteSettings();
  }

  #noteSettings(): void {
    const { memory } = this.door;
    memory.transaction(() => {
      for (const [key, value] of Object.entries(this.#settings)) memory.setSetting(key, value);
    });
  }

  fetchLoop(urls: () => Urls): FetchLoop {
    const { door } = this;
    const { memory, destination, clock } = door;
    const fetchDoor: FetchLoopDoor = {
      source: {
        address: (wanted, signal) => urls().address(wanted, signal),
        forget: (wanted) => urls().forget(wanted),
        open: door.open,
      },
      destination,
      digester: door.digester,
      installer: new Installer(memory, destination, clock, this.id),
      rename: (row, refuted) =>
        this.planner.rename(row, memory.library.zoneById(row.zone).name, refuted),
      finisher: door.finisher ?? AS_RECEIVED,
      derive: door.derive ?? deriveNothing,
      twins: (row) => memory.files.twinsOf(row),
      writtenIn: (row) => memory.written.inFile(row.id),
      withdraw: (row) => memory.transaction(() => memory.haves.withdraw(row.id)),
      albumCopies: door.options.albumCopies,
      busy: new Map(),
      misfits: new Map(),
      memory,
      seen: this.planner.seen,
      threads: door.threads,
      bucket: door.bucket,
      scope: () => this.#scope(),
      retry: door.retry,
      gate: door.gate,
      slots: door.slots,
      clock,
      random: door.random,
      signal: door.signal,
      observe: this.observe,
      blotOut: door.blotOut,
    };
    return new FetchLoop(fetchDoor);
  }

  /** The rows that may be fetched in this cycle. */
  #scope(): DueScope {
    const planned = this.#selectedZones().filter(({ id }) => !this.#unplanned.has(id));
    const attemptsMax = Math.min(this.door.options.attemptsMax, Number.MAX_SAFE_INTEGER);
    return { zones: planned.map((zone) => zone.id), cycle: this.id, attemptsMax };
  }

  #selectedZones(): ZoneRow[] {
    const { memory, options } = this.door;
    return memory.library.zones().filter((zone) => isZoneSelected(zone, options));
  }

  readonly observe = (event: Parameters<Observe>[0] | FileEvent): void => {
    if (event.kind === "bytes") this.#counts.bytes += event.count;
    if (event.kind === "file-moved") this.#counts.moved += 1;
    if (event.kind === "file-left") this.#counts.left += 1;
    if (event.kind === "file-saved") this.#counts[event.how] += 1;
    if (event.kind === "links-unsupported") {
      if (this.#hasWarnedOfLinks) return;
      this.#hasWarnedOfLinks = true;
    }
    this.door.observe(event);
  };

  conclude(counts: RefreshCounts, isCutShort: boolean, isSound: boolean): Tally {
    const { memory, clock } = this.door;
    const { attemptsMax } = this.#scope();
    const tally = tallyOf(memory.runs.outcomes(this.id, attemptsMax), {
      ...counts,
      filesDownloaded: this.#counts.downloaded,
      filesAdopted: this.#counts.adopted + this.#counts.copied + this.#counts.linked,
      filesMoved: this.#counts.moved,
      filesLeft: this.#counts.left,
      filesFailed: memory.files.failedIn(this.id).length,
      filesExhausted: memory.files.countExhausted(attemptsMax),
      bytesDownloaded: this.#counts.bytes,
      elapsedMs: clock.steadyMs() - this.#startedMs,
      ...(isCutShort ? { isCutShort } : {}),
    });
    // After a failure of the database nobody knows what it took.
    const isSettled = !isSound || tally.seen === this.planner.seen.size;
    invariant(isSettled, "every asset that was named is settled exactly once");
    memory.transaction(() => memory.runs.end(this.id, clock.now(), JSON.stringify(tally)));
    this.observe({ kind: "cycle-ended", tally });
    return tally;
  }

  /** Says what was decided but is not seen in the files that came. */
  remark(tally: Tally, isPlanned: boolean): void {
    const { memory } = this.door;
    if (tally.filesExhausted > 0) {
      const message = `Files left alone because they failed in too many runs: ${tally.filesExhausted}`;
      this.observe({ kind: "warning", message, hint: "--retry-failed tries them again" });
    }
    if (tally.assetsGone > 0) {
      const message = `Gone from iCloud, kept on disk: ${tally.assetsGone}`;
      this.observe({ kind: "warning", message, hint: "kei status --gone lists them" });
    }
    if (!this.isReplanned || !isPlanned) return;
    const leftOut = memory.files.countLeftOut(this.#selectedZones().map(({ id }) => id));
    if (leftOut === 0) return;
    const message = `Saved files no longer selected, kept on disk: ${leftOut}`;
    this.observe({ kind: "warning", message });
  }
}

// Everything that decides which files an asset has. Dates like "30d" count as written, not as they move on.
function settingsKey({ rules, filterWords, options }: CycleDoor): string {
  const words = JSON.stringify([rules, filterWords, options.libraries, options.selection]);
  return Bun.hash(words).toString(36);
}

function arrangementOf({ folderStructure }: PlanRules): string {
  return namesAlbums(folderStructure) ? "albums" : "one place";
}

/** Runs one whole cycle. Throws what concerns the run; files in flight have settled by then. */
export async function runCycle(door: CycleDoor): Promise<Tally> {
  return door.memory.explaining(() => wholeCycle(door));
}

async function wholeCycle(door: CycleDoor): Promise<Tally> {
  const cycle = new Cycle(door);
  const loop: FetchLoop = cycle.fetchLoop(() => urls);
  const { refresh, urls } = cycle.refresh(loop.onDue);
  await cycle.resumeMoves();
  cycle.prepare();
  // Whatever goes wrong later, perhaps as a consequence, is not what has to be said.
  const causes: unknown[] = [];
  const noted = (error: unknown) => void (error === door.signal.reason || causes.push(error));
  const refreshing = cycle.refreshAndMove(refresh).then(
    () => (loop.onRefreshed(), true),
    (error: unknown) => (noted(error), loop.stop(), false),
  );
  // By new settings less may be wanted, and files that move need their names: until then nothing is fetched.
  if (cycle.isReplanned || door.options.relayout) await refreshing;
  await loop.run().catch((error: unknown) => (noted(error), cycle.stopRefresh()));
  const isRefreshed = await refreshing;
  await tidyUp({ ...door, observe: cycle.observe }, door.clock.now()).catch(noted);
  const tally = cycle.conclude(refresh.counts, !isRefreshed, causes.length === 0);
  cycle.remark(tally, isRefreshed);
  if (causes.length > 0) throw causes[0];
  return tally;
}

/** Refreshes and decides, and fetches nothing. The memory is then worth reading, and meant to be thrown away. */
export async function decideOnly(door: CycleDoor): Promise<Tally> {
  return door.memory.explaining(() => decide(door));
}

async function decide(door: CycleDoor): Promise<Tally> {
  const cycle = new Cycle(door);
  const { refresh } = cycle.refresh(() => undefined);
  cycle.prepare();
  await cycle.refreshAndMove(refresh);
  return cycle.conclude(refresh.counts, false, true);
}
