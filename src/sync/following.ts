/** Follows the changes of a zone from its token on, page by page; each page moves the token in its own transaction. */
import { CHANGES } from "../state/origin.ts";
import { RemoteError } from "../lib/errors.ts";
import { Series } from "../lib/series.ts";
import { albumKey } from "../photos/collection.ts";
import { namesOn } from "../photos/merge-pages.ts";
import type { ChangesPage, Page } from "../photos/page.ts";
import type { PageTaker } from "./page-taker.ts";
import type { RefreshDoor } from "./refresh-door.ts";
import { isReturn } from "./whereabouts.ts";
import type { ZoneChoice } from "./zone-choice.ts";

/** Long histories have hundreds of pages in a row that are empty, or name nothing that is kept here. */
const CHANGES_LIMITS = { stuckMax: 3, barrenMax: 2000, answersMax: 100_000 };

export class Following {
  constructor(
    private readonly door: RefreshDoor,
    private readonly pages: PageTaker,
    private readonly choice: ZoneChoice,
  ) {}

  /** Throws RemoteError("bad-token") when Apple does not know the token, and whatever else the source throws. */
  async run(token: string): Promise<void> {
    const { source, observe, signal } = this.door;
    const { zone } = this.pages;
    observe({ kind: "listing-started", zone: zone.name, mode: "incremental", expected: null });
    let seen = 0;
    const series = new Series("Apple's changes", CHANGES_LIMITS, token);
    for (let current = token; ;) {
      signal.throwIfAborted();
      const page = await source.changes(zone, current);
      seen += page.assets.length;
      await this.#take(page, current);
      observe({ kind: "page-read", zone: zone.name, assets: page.assets.length, seen });
      if (!page.moreComing) break;
      series.promisesMore(page.token, namesOn(page));
      current = page.token ?? current;
    }
    observe({ kind: "listing-ended", zone: zone.name, seen, expected: null, isComplete: true });
  }

  // A record that Apple could not give just now comes again, because the token stays before it.
  async #take(page: ChangesPage, current: string): Promise<void> {
    const whole = await this.#hydrated(page);
    this.pages.report(whole.faults);
    const isWhole = !whole.faults.some((fault) => fault.isTransient);
    this.pages.commit(whole, CHANGES, isWhole ? (page.token ?? current) : null);
    if (!isWhole) throw new RemoteError("unavailable", "Apple could not give all changed records");
  }

  // Adds the records that a page of changes leaves out: masters never seen, assets known by a change only, and
  // assets put into an album that was asked for.
  async #hydrated(page: ChangesPage): Promise<Page> {
    const { library } = this.door.memory;
    const { zone } = this.pages;
    const masters = new Set(page.masters.map((master) => master.id));
    const assets = new Set(page.assets.map((asset) => asset.id));
    const missing = new Set<string>();
    for (const asset of page.assets) {
      const known = library.halves(zone.id, asset.id);
      const masterId = asset.masterId ?? known?.asset.masterId;
      const isKnown = known !== null || masters.has(masterId ?? "");
      if (isReturn(asset, known, isKnown)) this.#doubtAlbums();
      if (!masterId) missing.add(asset.id);
      else if (!masters.has(masterId) && !library.hasMaster(zone.id, masterId)) {
        missing.add(masterId);
      }
    }
    for (const { albumId, assetId } of page.memberships) {
      if (!this.choice.albums.wanted?.has(albumKey(albumId))) continue;
      if (!assets.has(assetId) && !library.halves(zone.id, assetId)) missing.add(assetId);
    }
    return this.pages.lookedUp(page, [...missing]);
  }

  // A photo that comes back does not say which albums it is in, and those that were listed while it was away did not
  // name it, whatever others it was put into since: they are listed again.
  #doubtAlbums(): void {
    if (!this.choice.needsAlbums) return;
    this.door.memory.collections.clearAlbums(this.pages.zone.id);
  }
}
