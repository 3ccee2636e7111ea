/**
 * Lists one collection of a zone: ranges of ranks read in parallel, every page committed as it arrives.
 *
 * The token worth keeping is the first page's: what changed at ranks already passed is then part of the next delta.
 * A listing is complete when it named as many assets as Apple counts.
 */
import { CHANGES } from "../state/origin.ts";
import type { ListingPage } from "../photos/page.ts";
import { RemoteError } from "../lib/errors.ts";
import { Pool } from "../lib/pool.ts";
import { Series } from "../lib/series.ts";
import { EMPTY_PAGE } from "../photos/merge-pages.ts";
import { collectionKey } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import { LOOKUP_MAX } from "./ports.ts";
import { AppleCount, COUNT_MAX } from "./apple-count.ts";
import { RowSet } from "./row-set.ts";
import type { AlbumTitles } from "./album-titles.ts";
import type { PageTaker } from "./page-taker.ts";
import type { RefreshCounts, RefreshDoor } from "./refresh-door.ts";

const FETCHERS = 8;
/** Assets on a full page of 200 records: two records each, three with the membership in an album. */
const [PAGE_ASSETS, ALBUM_PAGE_ASSETS] = [100, 66];
/** How often a page with records that Apple could not give just now is asked for again. */
const REPEATS_MAX = 2;
/** So many pages in a row that bring nothing new are no gap any more. */
const PAGES_LIMITS = { stuckMax: Infinity, barrenMax: 100, answersMax: Infinity };
/** What may be listed beyond Apple's count before there is no end to be seen. */
const BEYOND_COUNT_MAX = 1000;

export interface ListingResult {
  readonly isComplete: boolean;
  /** The zone's token from before the listing. */
  readonly token: string | null;
  /** Date of the oldest asset, when the listing was limited and did not reach the end. */
  readonly boundMs: number | null;
  /** Everything was on one page, so that nothing can have slipped through between two. */
  readonly isOnePage: boolean;
}

interface LastPage {
  readonly rank: number;
  readonly page: ListingPage;
}

export interface ListingDoor extends RefreshDoor {
  readonly counts: RefreshCounts;
  readonly pages: PageTaker;
  readonly titles: AlbumTitles;
}

export class Listing {
  readonly #stride: number;
  #listing = 0;
  #seen = 0;
  /** The different assets it named. */
  readonly #named = new RowSet();
  /** Those of them that came without their content record. */
  readonly #waiting = new RowSet();
  readonly #count: AppleCount;
  #hasUnread = false;
  #pages = 0;
  #oldestMs = Infinity;

  /** `newest` limits the listing to so many; null lists all. */
  constructor(
    private readonly door: ListingDoor,
    private readonly collection: Collection,
    private readonly newest: number | null,
  ) {
    this.#stride = collection.kind === "album" ? ALBUM_PAGE_ASSETS : PAGE_ASSETS;
    this.#count = new AppleCount(door.source, door.pages.zone, collection, newest);
  }

  async run(): Promise<ListingResult> {
    await this.#prepare();
    const first = await this.#page(0);
    const last = await this.#ranges(first);
    if (last.page.isFull && !this.#isLimitReached) await this.#walk(this.#rankAfter(last));
    await this.#completeHalves();
    let short = await this.#count.shortfall(this.#named.size);
    if (short > 0 && this.#expected !== null) {
      this.#seen = 0; // it counts towards the limit
      await this.#walk(0);
      await this.#completeHalves();
      short = await this.#count.shortfall(this.#named.size);
    }
    const isCounted = short <= this.#count.tolerance;
    if (isCounted) await this.#askForUnlisted();
    return this.#conclude(isCounted, first.token);
  }

  /** Apple's count, cut to the limit; null when unknown. */
  get #expected(): number | null {
    return this.#count.assets;
  }

  get #isLimitReached(): boolean {
    return this.newest !== null && this.#seen >= this.newest;
  }

  get #place(): { zone: string; album?: string } {
    const album = this.door.titles.of(this.collection);
    return { zone: this.door.pages.zone.name, ...(album === null ? {} : { album }) };
  }

  async #prepare(): Promise<void> {
    const { source, observe, memory } = this.door;
    const { zone } = this.door.pages;
    const [isIndexed] = await Promise.all([source.isIndexed(zone), this.#count.ask()]);
    if (!isIndexed) {
      observe({
        kind: "warning",
        message: "Apple is still indexing this library; some photos may only be listed later",
      });
    }
    this.#listing = memory.zones.startListing(zone.id);
    observe({ kind: "listing-started", ...this.#place, mode: "full", expected: this.#expected });
  }

  // Reads all ranges after the first page; returns the page with the highest rank.
  async #ranges(first: ListingPage): Promise<LastPage> {
    let last: LastPage = { rank: 0, page: first };
    await this.#rest(0, first);
    const pool = new Pool(FETCHERS);
    const failures: unknown[] = [];
    const series = new Series("Apple's pages", PAGES_LIMITS);
    let isSpent = false;
    for (let rank = this.#stride; rank < (this.#expected ?? 0); rank += this.#stride) {
      this.door.signal.throwIfAborted();
      if (failures.length > 0 || isSpent) break;
      await pool.add(async () => {
        try {
          const page = await this.#page(rank);
          if (rank > last.rank) last = { rank, page };
          // Apple's count was far too high; what is missing is said in the end.
          isSpent ||= series.judge(`${rank}`, namesOf(page)) !== null;
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
    for (let rank = start + assetsOf(page); page.isFull && rank < start + this.#stride;) {
      if (this.#isLimitReached) return;
      page = await this.#page(rank);
      if (assetsOf(page) === 0) return;
      rank += assetsOf(page);
    }
  }

  /** Walks from a rank to the end, page by page; one empty page may be a gap. */
  async #walk(start: number): Promise<void> {
    const series = new Series("Apple's pages", PAGES_LIMITS);
    const end = this.#expected === null ? COUNT_MAX : 2 * this.#expected + BEYOND_COUNT_MAX;
    let isGap = false;
    let firstName: string | undefined;
    for (let rank = start; this.newest === null || rank < this.newest;) {
      const page = await this.#page(rank);
      const assets = assetsOf(page);
      // The same page at two ranks: Apple does not look at the rank, and there is no end to reach.
      if (assets > 0 && page.assets[0]?.id === firstName) return;
      firstName = page.assets[0]?.id;
      if (assets === 0 && isGap) return;
      isGap = assets === 0;
      if (!page.isFull && rank + assets >= (this.#expected ?? 0)) return;
      series.promisesMore(`${rank}`, namesOf(page));
      if (rank > end) throw new RemoteError("endless", "Apple's pages have no end");
      rank += assets === 0 ? this.#stride : assets;
    }
  }

  #rankAfter(last: LastPage): number {
    return last.rank + Math.max(this.#stride, assetsOf(last.page));
  }

  async #page(rank: number): Promise<ListingPage> {
    const { source, signal, observe } = this.door;
    const { zone } = this.door.pages;
    this.#pages += 1;
    let page = await source.listing(zone, this.collection, rank);
    for (let repeat = 0; repeat < REPEATS_MAX && page.faults.some(isTransient); repeat++) {
      page = await source.listing(zone, this.collection, rank);
    }
    signal.throwIfAborted();
    if (page.faults.some(isTransient)) this.#hasUnread = true;
    const wanted = this.#withinLimit(page, rank);
    this.door.pages.report(wanted.faults);
    const isWhole = this.collection.kind === "library";
    const { named, waiting } = this.door.pages.commit(
      wanted,
      { listing: this.#listing, collection: isWhole ? null : collectionKey(this.collection) },
      null,
    );
    for (const id of named) this.#named.add(id);
    for (const id of waiting) this.#waiting.add(id);
    this.#seen += wanted.assets.length;
    observe({
      kind: "page-read",
      zone: zone.name,
      assets: wanted.assets.length,
      seen: this.#seen,
    });
    return wanted;
  }

  // The newest so many: the rest of the page that reaches the limit is left out.
  #withinLimit(page: ListingPage, rank: number): ListingPage {
    if (this.newest === null) return page;
    const end = Math.max(0, this.newest - rank);
    const assets = page.assets.slice(0, end);
    for (const { createdMs } of assets) this.#oldestMs = Math.min(this.#oldestMs, createdMs ?? 0);
    // The content records of the rest would have the rest planned, where it is known already.
    const rest = new Set(page.assets.slice(end).map(({ masterId }) => masterId));
    for (const { masterId } of assets) rest.delete(masterId);
    return { ...page, assets, masters: page.masters.filter(({ id }) => !rest.has(id)) };
  }

  // Assets whose content record came on no page are asked for by name.
  async #completeHalves(): Promise<void> {
    const missing: string[] = [];
    for (const ids of this.#waiting.inGroupsOf(LOOKUP_MAX)) {
      missing.push(...this.door.memory.library.missingMasters(ids));
      if (missing.length >= LOOKUP_MAX) await this.#lookUp(missing.splice(0, LOOKUP_MAX));
    }
    if (missing.length > 0) await this.#lookUp(missing);
    this.#waiting.clear();
  }

  async #lookUp(names: readonly string[]): Promise<void> {
    const found = await this.door.source.lookup(this.door.pages.zone, names);
    this.door.pages.report(found.faults);
    if (found.faults.some(isTransient)) this.#hasUnread = true;
    this.door.pages.commit(found, CHANGES, null);
  }

  // What was known and is not in the library's listing any more is hidden, in the trash or gone: Apple says which.
  async #askForUnlisted(): Promise<void> {
    if (this.collection.kind !== "library" || this.newest !== null) return;
    const { memory } = this.door;
    const { zone } = this.door.pages;
    for (let after = ""; ;) {
      const names = memory.library.unlisted(zone.id, this.#listing, after, LOOKUP_MAX);
      if (names.length === 0) return;
      after = names.at(-1)!;
      // With their content records: those may have changed while nobody told of it.
      const found = await this.door.pages.lookedUp(EMPTY_PAGE, names);
      if (found.faults.some(isTransient)) this.#hasUnread = true;
      this.door.pages.commit(found, CHANGES, null);
    }
  }

  #conclude(isCounted: boolean, token: string | null): ListingResult {
    const isComplete = isCounted && !this.#hasUnread && token !== null;
    const [seen, expected] = [this.#named.size, this.#expected];
    this.door.observe({ kind: "listing-ended", ...this.#place, seen, expected, isComplete });
    if (!isComplete) {
      this.door.counts.listingFaults += 1;
    }
    const boundMs = this.#isLimitReached ? this.#oldestMs : null;
    return { isComplete, token, boundMs, isOnePage: this.#pages === 1 };
  }
}

function namesOf(page: ListingPage): string[] {
  return page.assets.map(({ id }) => id);
}

function assetsOf(page: ListingPage): number {
  return Math.max(page.assets.length, page.masters.length);
}

function isTransient(fault: { isTransient: boolean }): boolean {
  return fault.isTransient;
}
