/**
 * Brings one zone up to date: follow its changes, know its albums, list what was never listed.
 *
 * The zone's token is the position of everything remembered about it. It moves with each page of changes, in that
 * page's transaction; the first one is stored when all selected collections are complete, and is older than all of
 * their pages. What is listed later keeps the older token: changes seen twice do no harm.
 */
import { RemoteError } from "../lib/errors.ts";
import { Series } from "../lib/series.ts";
import { albumKey, collectionKey } from "../photos/collection.ts";
import type { Collection } from "../photos/collection.ts";
import type { Page, RecordFault, Zone } from "../photos/page.ts";
import { EMPTY_PAGE, mergePages, namesOn } from "../photos/merge-pages.ts";
import { hasAlbums } from "../photos/zones.ts";
import { chooseAlbums, collectionsOf, isSameChoice, needsAlbums } from "../plan/album-choice.ts";
import type { AlbumChoice, Selection } from "../plan/album-choice.ts";
import { ALBUM_LIST } from "../state/collections.ts";
import { CHANGES } from "../state/library.ts";
import { SETTINGS_KEY } from "../state/memory.ts";
import type { Applied, Origin, ZoneRow } from "../state/library.ts";
import { AlbumTitles } from "./album-titles.ts";
import { Listing } from "./listing.ts";
import { nothingDue } from "./planner.ts";
import type { Due } from "./planner.ts";
import { LOOKUP_MAX } from "./ports.ts";
import { Unread } from "./unread.ts";
import { hasLoss, isReturn } from "./whereabouts.ts";
import type { ChangesPage } from "./ports.ts";
import type { RefreshDoor, RefreshCounts } from "./refresh.ts";

/** How often a collection is listed when photos keep leaving it meanwhile. */
const LISTINGS_MAX = 3;
/** More changes than on so many pages during one listing count as a loss without looking further. */
const LOSS_PAGES_MAX = 50;
/** Long histories have hundreds of pages in a row that are empty, or name nothing that is kept here. */
const CHANGES_LIMITS = { stuckMax: 3, barrenMax: 2000, answersMax: 100_000 };

export class ZoneRefresh {
  #row: ZoneRow;
  #choice: AlbumChoice;
  /** Token from before the first listing; kept until everything is listed. */
  #firstToken: string | null = null;
  readonly #reported = new Set<string>();
  #mustReplan = false;
  readonly #unread: Unread;
  readonly titles: AlbumTitles;
  /** Key of the collection that is being listed. */
  #listing = "";

  constructor(
    readonly door: RefreshDoor,
    readonly counts: RefreshCounts,
    readonly zone: Zone,
    private readonly selection: Selection,
    private readonly isPerAlbum: boolean,
  ) {
    this.#row = door.memory.library.zone(zone);
    this.#unread = new Unread(door.memory, this.#row.id);
    this.titles = new AlbumTitles(door.memory, this.#row.id);
    this.#choice = this.#choose();
  }

  get row(): ZoneRow {
    return this.#row;
  }

  get choice(): AlbumChoice {
    return this.#choice;
  }

  /** First half: changes since the last time, and the albums when they matter. */
  async observe(hasChanged: boolean): Promise<void> {
    // What was listed before a crash but without a token in the end is not kept up by any changes.
    if (this.#row.token === null) this.forgetPosition();
    else {
      await this.#askAgain();
      if (hasChanged) await this.#followOrForget(this.#row.token);
    }
    if (hasAlbums(this.zone) && needsAlbums(this.selection, this.isPerAlbum)) {
      await this.#listAlbums();
    }
    this.#choice = this.#choose();
  }

  /** Second half: what is selected and was never listed. True when the zone is complete afterwards. */
  async complete(isReplanned: boolean): Promise<boolean> {
    let isComplete = true;
    for (const collection of this.#collections()) {
      if (this.#isListed(collection)) continue;
      isComplete = (await this.#list(collection)) && isComplete;
    }
    // Albums that were forgotten and listed again say only now who is in them.
    if (isReplanned || this.#mustReplan) this.replan(isReplanned);
    else if (this.door.letsIn) this.#letIn();
    if (!isComplete || this.#row.token !== null) return isComplete;
    return this.#storeFirstToken();
  }

  // A photo that leaves a collection while it is listed moves all later ones up by a rank, and one of them slips
  // through between two pages without the count showing it. Then the collection is listed again.
  async #list(collection: Collection): Promise<boolean> {
    for (let times = 0; times < LISTINGS_MAX; times++) {
      this.#listing = collectionKey(collection);
      const newest = this.#newestOf(this.#listing);
      const result = await new Listing(this, collection, newest === 0 ? null : newest).run();
      this.#firstToken ??= result.token;
      if (!result.isComplete) return false;
      const { token, isOnePage } = result;
      if (token !== null && !isOnePage && (await this.#hasLost(token, collection))) continue;
      this.#noteListed(collection, result.boundMs);
      return true;
    }
    this.counts.listingFaults += 1;
    const message = `Photos were deleted or hidden again and again while ${this.zone.name} was listed`;
    this.door.observe({ kind: "warning", message, hint: "the next sync lists it again" });
    return false;
  }

  // Whether anything left the collection since a token, or nobody can tell.
  async #hasLost(token: string, collection: Collection): Promise<boolean> {
    try {
      for (let current = token, pages = 0; pages < LOSS_PAGES_MAX; pages++) {
        const page = await this.door.source.changes(this.zone, current);
        if (page.tombstones.length > 0 || hasLoss(page, collection)) return true;
        if (!page.moreComing || page.token === null) return false;
        current = page.token;
      }
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault !== "bad-token") throw error;
    }
    return true;
  }

  /** Takes over a page; what became due is announced. */
  commit(page: Page, from: Origin, token: string | null): Applied {
    const { memory, planner, urls, clock, observe } = this.door;
    const due = nothingDue();
    const work = () => {
      const { cycle } = planner;
      const applied = memory.library.apply(this.#row.id, page, from, clock.now(), cycle);
      for (const id of applied.named) planner.seen.add(id);
      if (page.albums.length > 0) this.#chooseAnew();
      for (const asset of applied.touched) {
        planner.plan(this.#row, asset, due, applied.whole.get(asset));
      }
      for (const asset of applied.gone) planner.drop(this.#row, asset);
      this.counts.assetsGone += applied.gone.length;
      if (token !== null) memory.library.setToken(this.#row.id, token);
      return applied;
    };
    // Without a token the page only repeats what Apple will say again.
    const applied = token === null ? memory.lightly(work) : memory.transaction(work);
    urls.add(page.urls.filter((url) => due.checksums.has(url.checksum)));
    if (token !== null) observe({ kind: "token-stored", zone: this.zone.name });
    this.#announce(due);
    return applied;
  }

  #announce({ files, bytes }: Due): void {
    if (files > 0) this.door.observe({ kind: "files-due", files, bytes });
    this.door.onDue();
  }

  /** Counts and names records that could not be read, each once however often it is met; later cycles ask for them. */
  report(faults: readonly RecordFault[]): void {
    this.#unread.add(faults);
    for (const { record: name, message } of faults) {
      const record = name ?? "(no name)";
      if (this.#reported.has(record)) continue;
      this.#reported.add(record);
      this.counts.recordsUnreadable += 1;
      this.door.observe({ kind: "record-unreadable", zone: this.zone.name, record, message });
    }
  }

  #choose(): AlbumChoice {
    const { memory, planner } = this.door;
    const albums = memory.library.albums(this.#row.id);
    const choice = chooseAlbums(this.selection, albums, this.isPerAlbum && hasAlbums(this.zone));
    planner.use(this.#row.id, choice, (key) => this.#boundOf(key));
    return choice;
  }

  // Albums came, went or got other names: when that changes what is selected, everything is planned again.
  #chooseAnew(): void {
    const before = this.#choice;
    this.titles.follow();
    this.#choice = this.#choose();
    if (!isSameChoice(this.#choice, before)) this.#planAnew();
  }

  #collections(): Collection[] {
    const isBare = !hasAlbums(this.zone);
    return collectionsOf(this.#choice).filter((one) => !isBare || one.kind === "library");
  }

  // 0 for all. The newest of an album may be old ones of another, so a whole album is excluded or none.
  #newestOf(key: string): number {
    const { wanted, excluded } = this.#choice;
    return wanted !== null && excluded.has(key) ? 0 : (this.selection.recent ?? 0);
  }

  #boundOf(key: string): number | null {
    const newest = this.#newestOf(key);
    if (newest === 0) return null;
    const row = this.door.memory.collections.find(this.#row.id, key, newest);
    if (row) return row.bound_ms;
    // Before its end a listing limited to the newest has no bound, and names nothing that is older.
    return key === this.#listing ? null : Infinity;
  }

  #isListed(collection: Collection): boolean {
    const { collections } = this.door.memory;
    const key = collectionKey(collection);
    return collections.find(this.#row.id, key, this.#newestOf(key)) !== null;
  }

  #noteListed(collection: Collection, boundMs: number | null): void {
    const key = collectionKey(collection);
    const row = { key, newest: this.#newestOf(key), bound_ms: boundMs };
    this.door.memory.collections.note(this.#row.id, row);
    if (boundMs !== null) this.#choice = this.#choose();
  }

  #storeFirstToken(): boolean {
    const { memory, observe } = this.door;
    if (this.#firstToken === null) return false;
    memory.library.setToken(this.#row.id, this.#firstToken);
    this.#row = memory.library.zoneById(this.#row.id);
    observe({ kind: "token-stored", zone: this.zone.name });
    return true;
  }

  async #followOrForget(token: string): Promise<void> {
    try {
      await this.#follow(token);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault !== "bad-token") throw error;
      this.door.observe({
        kind: "warning",
        message: "Apple no longer knows where the last sync ended; the library is listed again",
      });
      this.forgetPosition();
    }
    this.#row = this.door.memory.library.zoneById(this.#row.id);
  }

  /** Makes the next `complete` list everything again; nothing that is saved is fetched again. */
  forgetPosition(): void {
    const { memory } = this.door;
    memory.transaction(() => {
      memory.library.setToken(this.#row.id, null);
      memory.collections.clear(this.#row.id);
      this.titles.keep();
      memory.library.forgetZone(this.#row.id);
      this.#unread.keep([]); // a full listing names them again
      if (this.#row.token !== null) this.#planAnew();
    });
    this.#row = memory.library.zoneById(this.#row.id);
  }

  // What is selected may have changed for assets that no page will touch. The note outlives a crash.
  #planAnew(): void {
    this.#mustReplan = true;
    this.door.memory.setSetting(SETTINGS_KEY, "");
  }

  async #follow(token: string): Promise<void> {
    const { source, observe, signal } = this.door;
    const zone = this.zone.name;
    observe({ kind: "listing-started", zone, mode: "incremental", expected: null });
    let seen = 0;
    const series = new Series("Apple's changes", CHANGES_LIMITS, token);
    for (let current = token; ;) {
      signal.throwIfAborted();
      const page = await source.changes(this.zone, current);
      seen += page.assets.length;
      const whole = await this.#hydrated(page);
      this.report(whole.faults);
      const isWhole = !whole.faults.some((fault) => fault.isTransient);
      // A record that Apple could not give just now comes again, because the token stays before it.
      this.commit(whole, CHANGES, isWhole ? (page.token ?? current) : null);
      observe({ kind: "page-read", zone, assets: page.assets.length, seen });
      if (!isWhole)
        throw new RemoteError("unavailable", "Apple could not give all changed records");
      if (!page.moreComing) break;
      series.promisesMore(page.token, namesOn(page));
      current = page.token ?? current;
    }
    observe({ kind: "listing-ended", zone, seen, expected: null, isComplete: true });
  }

  // Adds the records that a page of changes leaves out: masters never seen, assets known by a change only, and
  // assets put into an album that was asked for.
  async #hydrated(page: ChangesPage): Promise<Page> {
    const { library } = this.door.memory;
    const masters = new Set(page.masters.map((master) => master.id));
    const assets = new Set(page.assets.map((asset) => asset.id));
    const missing = new Set<string>();
    for (const asset of page.assets) {
      const known = library.halves(this.#row.id, asset.id);
      const masterId = asset.masterId ?? known?.asset.masterId;
      const isKnown = known !== null || masters.has(masterId ?? "");
      if (isReturn(asset, known, isKnown)) this.#doubtAlbums();
      if (!masterId) missing.add(asset.id);
      else if (!masters.has(masterId) && !library.hasMaster(this.#row.id, masterId)) {
        missing.add(masterId);
      }
    }
    for (const { albumId, assetId } of page.memberships) {
      if (!this.#choice.wanted?.has(albumKey(albumId))) continue;
      if (!assets.has(assetId) && !library.halves(this.#row.id, assetId)) missing.add(assetId);
    }
    return this.lookedUp(page, [...missing]);
  }

  async #askAgain(): Promise<void> {
    const names = this.#unread.names();
    if (names.length === 0) return;
    const page = await this.lookedUp(EMPTY_PAGE, names);
    this.report(page.faults);
    this.commit(page, CHANGES, null);
    this.#unread.keep(page.faults);
  }

  // A photo that comes back does not say which albums it is in, and those that were listed while it was away did not
  // name it, whatever others it was put into since: they are listed again.
  #doubtAlbums(): void {
    if (!needsAlbums(this.selection, this.isPerAlbum)) return;
    this.door.memory.collections.clearAlbums(this.#row.id);
  }

  /** A page with the named records, and the masters of assets among them, added. */
  async lookedUp(page: Page, names: readonly string[]): Promise<Page> {
    let whole: Page = page;
    for (let at = 0; at < names.length; at += LOOKUP_MAX) {
      const found = await this.door.source.lookup(this.zone, names.slice(at, at + LOOKUP_MAX));
      const masters = found.assets.flatMap((asset) => asset.masterId ?? []);
      const owners = masters.length > 0 ? await this.door.source.lookup(this.zone, masters) : null;
      whole = mergePages(whole, owners ? mergePages(found, owners) : found);
    }
    return whole;
  }

  // The list of albums is read once; from then on the changes keep it.
  async #listAlbums(): Promise<void> {
    const { memory, source } = this.door;
    if (memory.collections.find(this.#row.id, ALBUM_LIST, 0)) return;
    const { albums, faults, token } = await source.albums(this.zone);
    this.#firstToken ??= token;
    if (faults.some((fault) => fault.isTransient)) {
      throw new RemoteError("unavailable", "Apple could not give all albums");
    }
    this.report(faults);
    memory.transaction(() => {
      const touched = new Set<string>();
      for (const album of albums) memory.library.applyAlbum(this.#row.id, album, touched);
      this.titles.follow();
      memory.collections.note(this.#row.id, { key: ALBUM_LIST, newest: 0, bound_ms: null });
    });
  }

  /**
   * Plans what is remembered again, without asking Apple. With `isAnew` what was promised and is not there takes its
   * name anew; not while anything is fetched.
   */
  replan(isAnew: boolean): void {
    const { planner } = this.door;
    this.#planAll({}, (name, due) => {
      if (isAnew) planner.planAnew(this.#row, name, due);
      else planner.plan(this.#row, name, due);
    });
  }

  // What was too new the last time may be old enough today.
  #letIn(): void {
    const { planner } = this.door;
    const skip = "date-range";
    this.#planAll({ skip }, (name, due) => planner.planIfInRange(this.#row, name, due));
  }

  #planAll(which: { skip?: string }, plan: (name: string, due: Due) => void): void {
    const { memory } = this.door;
    for (const names of memory.library.assetNames(this.#row.id, which)) {
      const due = nothingDue();
      memory.transaction(() => {
        for (const name of names) plan(name, due);
      });
      this.#announce(due);
    }
  }
}
