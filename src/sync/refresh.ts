/**
 * The refresh loop: pages of Apple's answers into the library, each in one transaction with what is planned from it
 * and, for changes, with its token.
 *
 * Promises: a token never moves but with everything it proves; a listing that is short or had unread records does not
 * store one; after a crash the next refresh repeats at most one page of changes or the listing, and nothing that was
 * decided is forgotten.
 */
import type { Clock } from "../lib/clock.ts";
import { AuthError, RemoteError } from "../lib/errors.ts";
import type { Page, Zone } from "../photos/page.ts";
import type { ZoneRow } from "../state/library.ts";
import type { Memory } from "../state/memory.ts";
import type { Observe } from "./events.ts";
import { Listing } from "./listing.ts";
import type { Due, Planner } from "./planner.ts";
import { LOOKUP_MAX } from "./ports.ts";
import type { ChangesPage, Source } from "./ports.ts";
import type { Urls } from "./urls.ts";

export interface RefreshDoor {
  readonly source: Source;
  readonly memory: Memory;
  readonly planner: Planner;
  readonly urls: Urls;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly observe: Observe;
  /** Told after every commit that made files due. */
  readonly onDue: () => void;
}

/** What went wrong without stopping the refresh. */
export interface RefreshFaults {
  recordsUnreadable: number;
  listingFaults: number;
}

const TOKEN_KEY = "token:private";
const LIBRARY = "PrimarySync";

export class Refresh {
  readonly faults: RefreshFaults = { recordsUnreadable: 0, listingFaults: 0 };

  constructor(private readonly door: RefreshDoor) {}

  /** Brings the library up to date. Throws what the source throws when that is not possible. */
  async run(): Promise<void> {
    const { memory } = this.door;
    const known = memory.library.zoneNamed(LIBRARY);
    // Without a finished listing the zone must be named again, whether it changed or not.
    const dbToken = known?.token ? memory.setting(TOKEN_KEY) : null;
    const { token, zones } = await this.#changedZones(dbToken);
    const changed = zones.find((zone) => zone.name === LIBRARY);
    if (!changed && !known?.token) throw noLibrary();
    const isCurrent = changed
      ? await this.#refreshZone(memory.library.zone(changed), changed)
      : true;
    // The database's own token moves only after the zones it announced are done.
    if (isCurrent) memory.setSetting(TOKEN_KEY, token);
  }

  /** Takes over a page; `listing` is 0 for changes. Returns nothing: what became due is announced. */
  commit(zone: ZoneRow, page: Page, listing: number, token: string | null): void {
    const { memory, planner, urls, clock } = this.door;
    const due: Due = { files: 0, bytes: 0 };
    urls.add(page.urls);
    memory.transaction(() => {
      const applied = memory.library.apply(zone.id, page, listing, clock.now());
      for (const asset of applied.touched) planner.plan(zone, asset, due);
      for (const asset of applied.gone) planner.drop(zone, asset);
      if (token !== null) memory.library.setToken(zone.id, token);
    });
    if (token !== null) this.door.observe({ kind: "token-stored", zone: zone.name });
    if (due.files > 0) this.door.observe({ kind: "files-due", ...due });
    this.door.onDue();
  }

  /** Counts and names records that could not be read. */
  report(zone: string, page: Page): void {
    for (const { record, message } of page.faults) {
      this.faults.recordsUnreadable += 1;
      this.door.observe({ kind: "record-unreadable", zone, record, message });
    }
  }

  async #changedZones(token: string | null) {
    try {
      return await this.door.source.changedZones("private", token);
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault !== "bad-token" || token === null)
        throw error;
      return this.door.source.changedZones("private", null);
    }
  }

  // False when the zone's token could not be brought up to date.
  async #refreshZone(row: ZoneRow, zone: Zone): Promise<boolean> {
    if (row.token === null) return this.#list(row, zone);
    try {
      await this.#follow(row, zone, row.token);
      return true;
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault !== "bad-token") throw error;
      this.door.observe({
        kind: "warning",
        message:
          "Apple no longer knows where the last sync ended; the whole library is listed again",
      });
      this.door.memory.library.setToken(row.id, null);
      return this.#list(row, zone);
    }
  }

  #list(row: ZoneRow, zone: Zone): Promise<boolean> {
    return new Listing(this, this.door, row, zone).run();
  }

  async #follow(row: ZoneRow, zone: Zone, token: string): Promise<void> {
    const { source, observe, signal } = this.door;
    observe({ kind: "listing-started", zone: zone.name, mode: "incremental", expected: null });
    let seen = 0;
    for (let current = token; ;) {
      signal.throwIfAborted();
      const page = await source.changes(zone, current);
      seen += page.assets.length;
      this.report(zone.name, page);
      const whole = await this.#hydrated(row, zone, page);
      this.commit(row, whole, 0, page.token ?? current);
      observe({ kind: "page-read", zone: zone.name, assets: page.assets.length, seen });
      if (!page.moreComing || page.token === null || page.token === current) break;
      current = page.token;
    }
    observe({ kind: "listing-ended", zone: zone.name, seen, expected: null, isComplete: true });
  }

  // Adds the records that a page of changes leaves out: masters never seen, assets known by a change only.
  async #hydrated(row: ZoneRow, zone: Zone, page: ChangesPage): Promise<Page> {
    const { library } = this.door.memory;
    const masters = new Set(page.masters.map((master) => master.id));
    const missing = new Set<string>();
    for (const asset of page.assets) {
      const known = library.halves(row.id, asset.id);
      const masterId = asset.masterId ?? known?.asset.masterId;
      if (!masterId) missing.add(asset.id);
      else if (!known?.master && !masters.has(masterId)) missing.add(masterId);
    }
    return this.lookedUp(zone, page, [...missing]);
  }

  /** A page with the named records, and the masters of assets among them, added. */
  async lookedUp(zone: Zone, page: Page, names: readonly string[]): Promise<Page> {
    let whole: Page = page;
    for (let at = 0; at < names.length; at += LOOKUP_MAX) {
      const found = await this.door.source.lookup(zone, names.slice(at, at + LOOKUP_MAX));
      this.report(zone.name, found);
      const masters = found.assets.flatMap((asset) => asset.masterId ?? []);
      const owners = masters.length > 0 ? await this.door.source.lookup(zone, masters) : null;
      whole = merged(whole, owners ? merged(found, owners) : found);
    }
    return whole;
  }
}

function merged(one: Page, other: Page): Page {
  return {
    ...one,
    masters: [...one.masters, ...other.masters],
    assets: [...one.assets, ...other.assets],
    urls: [...one.urls, ...other.urls],
    tombstones: [...one.tombstones, ...other.tombstones],
  };
}

function noLibrary(): AuthError {
  return new AuthError("not-set-up", "This account has no iCloud Photos library", {
    hint: "turn on iCloud Photos on a device, or check the account name",
  });
}
