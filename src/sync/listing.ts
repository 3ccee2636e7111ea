/**
 * A full listing of a zone: ranges of ranks read in parallel, every page committed as it arrives.
 *
 * The token worth keeping is the first page's: what changed at ranks already passed is then part of the next delta.
 * It is stored only when the listing named as many assets as Apple counts.
 */
import { RemoteError } from "../lib/errors.ts";
import { Pool } from "../lib/pool.ts";
import type { Zone } from "../photos/page.ts";
import type { ZoneRow } from "../state/library.ts";
import { LOOKUP_MAX, PAGE_ASSETS } from "./ports.ts";
import type { ListingPage } from "./ports.ts";
import type { Refresh, RefreshDoor } from "./refresh.ts";

const FETCHERS = 8;
/** How often a page with records that Apple could not give just now is asked for again. */
const REPEATS_MAX = 2;
/** Photos may come and go during a listing; the next delta brings them. */
const TOLERANCE_ASSETS = 2;
const TOLERANCE_SHARE = 0.001;

export class Listing {
  #listing = 0;
  #seen = 0;
  #expected: number | null = null;
  #hasUnread = false;

  constructor(
    private readonly refresh: Refresh,
    private readonly door: RefreshDoor,
    private readonly row: ZoneRow,
    private readonly zone: Zone,
  ) {}

  /** Lists everything. True when the result is complete and its token is stored. */
  async run(): Promise<boolean> {
    await this.#prepare();
    const first = await this.#page(0);
    const last = await this.#ranges(first);
    if (last.isFull) await this.#walk(this.#ranks(last));
    await this.#completeHalves();
    let isComplete = await this.#isComplete();
    if (!isComplete && this.#expected !== null) {
      await this.#walk(0);
      isComplete = await this.#isComplete();
    }
    return this.#conclude(isComplete, first.token);
  }

  async #prepare(): Promise<void> {
    const { source, observe, memory } = this.door;
    const [isIndexed, expected] = await Promise.all([source.isIndexed(this.zone), this.#count()]);
    if (!isIndexed) {
      observe({
        kind: "warning",
        message: "Apple is still indexing this library; some photos may only be listed later",
      });
    }
    this.#expected = expected;
    this.#listing = memory.library.startListing(this.row.id);
    observe({ kind: "listing-started", zone: this.zone.name, mode: "full", expected });
  }

  async #count(): Promise<number | null> {
    try {
      return await this.door.source.count(this.zone);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault === "signed-out") throw error;
      return null; // an unknown count: the end is then found by walking
    }
  }

  // Reads all ranges after the first page; returns the page with the highest rank.
  async #ranges(first: ListingPage): Promise<{ rank: number; page: ListingPage; isFull: boolean }> {
    let last = { rank: 0, page: first, isFull: first.isFull };
    await this.#rest(0, first);
    const pool = new Pool(FETCHERS);
    const failures: unknown[] = [];
    for (let rank = PAGE_ASSETS; rank < (this.#expected ?? 0); rank += PAGE_ASSETS) {
      this.door.signal.throwIfAborted();
      if (failures.length > 0) break;
      await pool.add(async () => {
        try {
          const page = await this.#page(rank);
          if (rank > last.rank) last = { rank, page, isFull: page.isFull };
          await this.#rest(rank, page);
        } catch (error) {
          failures.push(error);
        }
      });
    }
    await pool.idle();
    if (failures.length > 0) throw failures[0];
    return last;
  }

  // A page may bring fewer assets than its range holds although more follow: go on inside the range.
  async #rest(start: number, first: ListingPage): Promise<void> {
    let page = first;
    for (let rank = start + assetsOf(page); page.isFull && rank < start + PAGE_ASSETS;) {
      page = await this.#page(rank);
      if (assetsOf(page) === 0) return;
      rank += assetsOf(page);
    }
  }

  /** Walks from a rank to the end, page by page; one empty page may be a gap. */
  async #walk(start: number): Promise<void> {
    let isGap = false;
    for (let rank = start; ;) {
      const page = await this.#page(rank);
      const assets = assetsOf(page);
      if (assets === 0 && isGap) return;
      isGap = assets === 0;
      if (!page.isFull && rank + assets >= (this.#expected ?? 0)) return;
      rank += assets === 0 ? PAGE_ASSETS : assets;
    }
  }

  #ranks(last: { rank: number; page: ListingPage }): number {
    return last.rank + Math.max(PAGE_ASSETS, assetsOf(last.page));
  }

  async #page(rank: number): Promise<ListingPage> {
    const { source, signal, observe } = this.door;
    let page = await source.listing(this.zone, rank);
    for (let repeat = 0; repeat < REPEATS_MAX && page.faults.some(isTransient); repeat++) {
      page = await source.listing(this.zone, rank);
    }
    signal.throwIfAborted();
    if (page.faults.some(isTransient)) this.#hasUnread = true;
    this.refresh.report(this.zone.name, page);
    this.refresh.commit(this.row, page, this.#listing, null);
    this.#seen += page.assets.length;
    observe({
      kind: "page-read",
      zone: this.zone.name,
      assets: page.assets.length,
      seen: this.#seen,
    });
    return page;
  }

  // Assets whose content record came on no page are asked for by name.
  async #completeHalves(): Promise<void> {
    const { memory } = this.door;
    const asked = new Set<string>();
    for (;;) {
      const orphans = memory.library
        .orphans(this.row.id, LOOKUP_MAX + asked.size)
        .filter((orphan) => !asked.has(orphan.name))
        .slice(0, LOOKUP_MAX);
      if (orphans.length === 0) return;
      for (const { name } of orphans) asked.add(name);
      const names = [...new Set(orphans.map((orphan) => orphan.master))];
      const found = await this.door.source.lookup(this.zone, names);
      this.refresh.report(this.zone.name, found);
      this.refresh.commit(this.row, found, this.#listing, null);
    }
  }

  async #isComplete(): Promise<boolean> {
    const expected = await this.#count();
    this.#expected = expected;
    if (expected === null) return false;
    const listed = this.door.memory.library.countListed(this.row.id, this.#listing);
    const tolerance = Math.max(TOLERANCE_ASSETS, expected * TOLERANCE_SHARE);
    return listed >= expected - tolerance;
  }

  #conclude(isCounted: boolean, token: string | null): boolean {
    const { memory, observe } = this.door;
    const isComplete = isCounted && !this.#hasUnread && token !== null;
    const seen = memory.library.countListed(this.row.id, this.#listing);
    observe({
      kind: "listing-ended",
      zone: this.zone.name,
      seen,
      expected: this.#expected,
      isComplete,
    });
    if (!isComplete) {
      this.refresh.faults.listingFaults += 1;
      observe({
        kind: "warning",
        message: `The listing of ${this.zone.name} is incomplete: ${seen} of ${this.#expected ?? "an unknown number of"} assets`,
        hint: "the next sync lists it again",
      });
      return false;
    }
    memory.library.setToken(this.row.id, token);
    observe({ kind: "token-stored", zone: this.zone.name });
    return true;
  }
}

function assetsOf(page: ListingPage): number {
  return Math.max(page.assets.length, page.masters.length);
}

function isTransient(fault: { isTransient: boolean }): boolean {
  return fault.isTransient;
}
