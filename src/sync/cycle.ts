/**
 * One cycle: look for lost files, refresh the library and fetch what is due, both at once, and add up the outcomes.
 *
 * Promises: every asset seen ends in exactly one outcome and they add up, or kei stops and says so; whatever was
 * decided survives any crash; a second cycle without changes makes one call and fetches nothing.
 */
import { FetchLoop } from "./fetch-loop.ts";
import type { FetchLoopDoor } from "./fetch-loop.ts";
import type { Observe, Tally } from "./events.ts";
import { restoreMissing, noteFolders } from "./missing.ts";
import type { FolderLook } from "./missing.ts";
import { Planner } from "./planner.ts";
import type { DiskLook, Due } from "./planner.ts";
import type { Source } from "./ports.ts";
import { Refresh } from "./refresh.ts";
import type { RefreshFaults } from "./refresh.ts";
import { tallyOf } from "./tally.ts";
import { Urls } from "./urls.ts";
import { Installer } from "../download/installer.ts";
import type { ContentSource, Destination } from "../download/ports.ts";
import type { FileEvent } from "../download/events.ts";
import type { Clock } from "../lib/clock.ts";
import { invariant } from "../lib/errors.ts";
import type { Gate } from "../lib/gate.ts";
import type { RetryPolicy } from "../lib/retry.ts";
import type { PlanRules } from "../plan/rules.ts";
import type { Filters } from "../plan/selection.ts";
import type { FileRow } from "../state/files.ts";
import type { ZoneRow } from "../state/library.ts";
import type { Memory } from "../state/memory.ts";

export interface CycleDoor {
  readonly source: Source;
  /** Opens the bytes behind an address. */
  readonly open: ContentSource["open"];
  readonly destination: Destination;
  readonly memory: Memory;
  readonly disk: DiskLook & FolderLook;
  /** Absolute path of the target folder. */
  readonly root: string;
  readonly rules: PlanRules;
  readonly filters: Filters;
  readonly threads: number;
  readonly retry: RetryPolicy;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly signal: AbortSignal;
  readonly observe: Observe;
}

/** What is known after a cycle that only decided. */
export interface Decided {
  readonly faults: RefreshFaults;
  readonly backlog: { readonly files: number; readonly bytes: number };
}

/** The rules of the last plan, to notice a change of settings. */
const RULES_KEY = "rules";

class Cycle {
  readonly id: number;
  readonly #startedMs: number;
  readonly #counts = { downloaded: 0, adopted: 0, bytes: 0 };
  readonly planner: Planner;

  constructor(private readonly door: CycleDoor) {
    this.#startedMs = door.clock.now();
    this.id = door.memory.runs.start(this.#startedMs);
    const { memory, disk, rules, filters } = door;
    this.planner = new Planner(memory, disk, rules, filters, this.id);
  }

  /** Everything before Apple is asked: lost files, changed settings, what is still due. */
  prepare(): void {
    const { memory, disk, root } = this.door;
    this.observe({ kind: "cycle-started" });
    const lost = restoreMissing(memory, disk, root);
    if (lost > 0) {
      const files = lost === 1 ? "1 saved file is" : `${lost} saved files are`;
      this.observe({ kind: "warning", message: `${files} missing on disk and fetched again` });
    }
    this.#replan();
    const backlog = memory.files.backlog();
    if (backlog.files > 0) this.observe({ kind: "files-due", ...backlog });
  }

  refresh(onDue: () => void): { refresh: Refresh; urls: Urls } {
    const { source, memory, clock, signal } = this.door;
    const urls: Urls = new Urls(
      source,
      memory,
      (id) => memory.library.zoneById(id),
      (zone, page) => refresh.commit(memory.library.zoneById(zone), page, 0, null),
      clock,
    );
    const refresh: Refresh = new Refresh({
      source,
      memory,
      planner: this.planner,
      urls,
      clock,
      signal,
      observe: this.observe,
      onDue,
    });
    return { refresh, urls };
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
      installer: new Installer(memory, destination, clock, this.id),
      rename: (row: FileRow, refuted: ReadonlySet<string>) =>
        this.planner.rename(row, memory.library.zoneById(row.zone).name, refuted),
      busyParts: new Map(),
      memory,
      threads: door.threads,
      cycle: this.id,
      retry: door.retry,
      gate: door.gate,
      clock,
      random: door.random,
      signal: door.signal,
      observe: this.observe,
    };
    return new FetchLoop(fetchDoor);
  }

  readonly observe = (event: Parameters<Observe>[0] | FileEvent): void => {
    if (event.kind === "bytes") this.#counts.bytes += event.count;
    if (event.kind === "file-saved") this.#counts[event.how] += 1;
    this.door.observe(event);
  };

  conclude(faults: RefreshFaults): Tally {
    const { memory, clock, disk } = this.door;
    noteFolders(memory, disk, clock.now());
    const tally = tallyOf(memory.runs.outcomes(this.id), {
      ...faults,
      filesDownloaded: this.#counts.downloaded,
      filesAdopted: this.#counts.adopted,
      filesFailed: memory.files.failedIn(this.id).length,
      bytesDownloaded: this.#counts.bytes,
      elapsedMs: clock.now() - this.#startedMs,
    });
    const skipped = Object.values(tally.skipped).reduce((sum, count) => sum + count, 0);
    invariant(
      tally.seen === tally.saved + tally.failed + tally.interrupted + skipped,
      "every asset seen is settled exactly once",
    );
    memory.runs.end(this.id, clock.now(), JSON.stringify(tally));
    this.observe({ kind: "cycle-ended", tally });
    return tally;
  }

  // Settings that decide names or renditions changed: the whole library is planned again, without asking Apple.
  #replan(): void {
    const { memory, rules, filters } = this.door;
    const key = Bun.hash(
      JSON.stringify([rules, { ...filters, filenameExclude: undefined }]),
    ).toString(36);
    const known = memory.setting(RULES_KEY);
    if (known === key) return;
    if (known !== null) {
      for (const zone of memory.library.zones()) this.#replanZone(zone);
    }
    memory.setSetting(RULES_KEY, key);
  }

  #replanZone(zone: ZoneRow): void {
    const { memory } = this.door;
    const due: Due = { files: 0, bytes: 0 };
    for (const names of memory.library.assetNames(zone.id)) {
      memory.transaction(() => {
        for (const name of names) this.planner.plan(zone, name, due);
      });
    }
  }
}

/** Runs one whole cycle. Throws what concerns the run; files in flight have settled by then. */
export async function runCycle(door: CycleDoor): Promise<Tally> {
  const cycle = new Cycle(door);
  cycle.prepare();
  const loop: FetchLoop = cycle.fetchLoop(() => urls);
  const { refresh, urls } = cycle.refresh(loop.onDue);
  const fetching = loop.run();
  const refreshing = refresh.run().then(loop.onRefreshed, (error: unknown) => {
    loop.stop();
    throw error;
  });
  const [fetched, refreshed] = await Promise.allSettled([fetching, refreshing]);
  const tally = cycle.conclude(refresh.faults);
  for (const result of [refreshed, fetched]) {
    if (result.status === "rejected" && result.reason !== door.signal.reason) throw result.reason;
  }
  return tally;
}

/** Refreshes and decides, and fetches nothing. The memory is then worth reading, and meant to be thrown away. */
export async function decideOnly(door: CycleDoor): Promise<Decided> {
  const cycle = new Cycle(door);
  cycle.prepare();
  const { refresh } = cycle.refresh(() => undefined);
  await refresh.run();
  return { faults: refresh.faults, backlog: door.memory.files.backlog() };
}
