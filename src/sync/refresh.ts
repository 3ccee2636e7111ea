/**
 * The refresh loop: brings the selected libraries up to date, zone by zone.
 *
 * Promises: one call per database when nothing is new; a zone that fails does not stop the others; the token of a
 * database moves only after the zones it announced are done; names that mean nothing are refused before anything is
 * listed.
 */
import { RemoteError, UsageError } from "../lib/errors.ts";
import { concernsTheWay } from "../lib/network.ts";
import { nearPaths } from "../lib/near.ts";
import type { Database, Zone } from "../photos/page.ts";
import { SMART_FOLDERS } from "../photos/collection.ts";
import { PRIMARY, joinZones, zoneKey } from "../photos/zones.ts";
import { placeAlbums } from "../plan/album-choice.ts";
import type { Selection } from "../plan/album-choice.ts";
import { judgeNames } from "./album-names.ts";
import { chooseLibraries } from "./choose-libraries.ts";
import { isZoneSelected } from "./options.ts";
import type { RefreshCounts, RefreshDoor } from "./refresh-door.ts";
import { ZoneRefresh } from "./zone-refresh.ts";

export interface RefreshOptions {
  /** Zone names, or `all`. */
  readonly libraries: readonly string[];
  readonly selection: Selection;
  /** The folder template names albums. */
  readonly isPerAlbum: boolean;
  /** List everything again instead of following changes. */
  readonly isFull: boolean;
  /** Settings changed since the last cycle: plan everything that is remembered again. */
  readonly isReplanned: boolean;
}

/** The choice of libraries that the tokens of the databases stand for. */
const SCOPE_KEY = "scope";
/** So many albums are named where one is not found. */
const NEAR_MAX = 5;

interface Found {
  readonly database: Database;
  readonly token: string;
  readonly zones: readonly Zone[];
  readonly gone?: readonly Zone[];
}

export class Refresh {
  readonly counts: RefreshCounts = { recordsUnreadable: 0, listingFaults: 0, assetsGone: 0 };
  /** Apple named libraries that changed. */
  hasNews = false;
  readonly #zones = new Map<number, ZoneRefresh>();

  constructor(
    private readonly door: RefreshDoor,
    private readonly options: RefreshOptions,
  ) {}

  /** Brings the selected libraries up to date. Throws what the source throws when that is not possible at all. */
  async run(): Promise<void> {
    const { libraries, selection } = this.options;
    const scope = JSON.stringify([[...libraries].sort(), selection.albums.length > 0]);
    const isSameScope = this.door.memory.setting(SCOPE_KEY) === scope && !this.options.isFull;
    const found = await this.#changedZones(isSameScope);
    const changed = new Map(this.#named(found).map((zone) => [zoneKey(zone), zone]));
    for (const zone of found.flatMap(({ gone }) => gone ?? [])) {
      if (!changed.has(zoneKey(this.#asKnown(zone)))) this.#lose(zone);
    }
    const selected = this.#select(changed);
    this.hasNews = changed.size > 0;
    const failed = new Set<string>();
    await this.#each(selected, failed, (zone) => this.#observe(zone, changed.has(zoneKey(zone))));
    this.#checkNames(selected);
    await this.#each(selected, failed, (zone) => this.#complete(zone, failed));
    this.#storeTokens(found, failed, scope);
  }

  /** The refresh of a zone, for pages that come outside of it. */
  zone(zone: Zone): ZoneRefresh {
    const row = this.door.memory.zones.see(zone);
    const known = this.#zones.get(row.id);
    if (known) return known;
    const refresh = new ZoneRefresh(this.door, this.counts, row, this.options);
    this.#zones.set(row.id, refresh);
    return refresh;
  }

  /** Saved files of albums that got another title meanwhile. */
  get renamedFiles(): number {
    return [...this.#zones.values()].reduce((sum, { titles }) => sum + titles.renamedFiles, 0);
  }

  async #changedZones(isSameScope: boolean): Promise<Found[]> {
    const found = [await this.#changedIn("private", isSameScope)];
    if (!this.#isSharedWanted) return found;
    try {
      found.push(await this.#changedIn("shared", isSameScope));
    } catch (error) {
      if (!(error instanceof RemoteError) || concernsTheWay(error)) throw error;
      this.counts.listingFaults += 1;
      const message = `Libraries shared by others could not be listed: ${error.message}`;
      this.door.observe({ kind: "warning", message });
    }
    return found;
  }

  get #isSharedWanted(): boolean {
    return this.options.libraries.some((name) => name !== PRIMARY);
  }

  async #changedIn(database: Database, isSameScope: boolean): Promise<Found> {
    const { source, memory } = this.door;
    // Zones that were never finished have to be named again, whether they changed or not.
    const isFinished = memory.zones
      .all()
      .every(
        (zone) => zone.database !== database || zone.token !== null || !this.#isSelected(zone),
      );
    const known = isSameScope && isFinished ? memory.setting(tokenKey(database)) : null;
    try {
      return { database, ...(await source.changedZones(database, known)) };
    } catch (error) {
      if (!(error instanceof RemoteError) || error.fault !== "bad-token" || known === null)
        throw error;
      return { database, ...(await source.changedZones(database, null)) };
    }
  }

  #isSelected(zone: Zone): boolean {
    return isZoneSelected(zone, this.options);
  }

  #named(found: readonly Found[]): Zone[] {
    const zonesOf = (database: Database) =>
      found.flatMap((one) => (one.database === database ? one.zones : []));
    return joinZones(zonesOf("private"), zonesOf("shared")).map((zone) => this.#asKnown(zone));
  }

  // Apple may leave out an owner that it named before.
  #asKnown(zone: Zone): Zone {
    return this.door.memory.zones.find(zone) ?? zone;
  }

  // We left a shared library, or it was deleted: its photos are gone from iCloud, and stay on disk.
  #lose(gone: Zone): void {
    const { memory, planner, clock, observe } = this.door;
    const zone = memory.zones.find(gone);
    if (!zone || zone.token === null) return;
    // Nothing of it can be fetched any more. Whoever is cut off here begins again, for the token is still there.
    for (const names of memory.library.assetNames(zone.id)) {
      const fates = memory.transaction(() => names.map((name) => planner.drop(zone, name)));
      this.counts.assetsGone += fates.filter(({ isKept }) => isKept).length;
      for (const path of fates.flatMap(({ lost }) => lost)) {
        const message = `Gone from iCloud before it could be saved: ${path}`;
        observe({ kind: "warning", message });
      }
    }
    memory.transaction(() => {
      memory.zones.setToken(zone.id, null);
      memory.collections.clear(zone.id);
      memory.library.markZoneGone(zone.id, clock.now());
    });
    observe({
      kind: "warning",
      message: `The library ${zone.name} is not there any more; its files stay on disk`,
    });
  }

  // Known zones and newly named ones; a name that is neither is an error.
  #select(changed: ReadonlyMap<string, Zone>): Zone[] {
    const zones = new Map<string, Zone>();
    // A known library without a token would be named again if it were still there.
    for (const row of this.door.memory.zones.all()) {
      if (row.token !== null) zones.set(zoneKey(row), row);
    }
    for (const [key, zone] of changed) zones.set(key, zone);
    const libraries = chooseLibraries([...zones.values()], this.options.libraries);
    return libraries.filter((zone) => this.#isSelected(zone)).sort(primaryFirst);
  }

  // One broken zone never stops the others; what concerns the account or the network does.
  async #each(
    zones: readonly Zone[],
    failed: Set<string>,
    act: (zone: Zone) => Promise<void>,
  ): Promise<void> {
    for (const zone of zones) {
      if (failed.has(zoneKey(zone))) continue;
      try {
        await act(zone);
      } catch (error) {
        if (!(error instanceof RemoteError) || concernsTheWay(error)) throw error;
        if (zones.length === 1 && error.fault !== "zone-gone") throw error;
        failed.add(zoneKey(zone));
        if (this.options.isReplanned) this.door.unplanned.add(this.zone(zone).zone.id);
        this.counts.listingFaults += 1;
        const message = `The library ${zone.name} could not be refreshed: ${error.message}`;
        this.door.observe({ kind: "warning", message });
      }
    }
  }

  async #observe(zone: Zone, hasChanged: boolean): Promise<void> {
    const refresh = this.zone(zone);
    if (this.options.isFull) refresh.forgetPosition();
    await refresh.observe(hasChanged);
  }

  async #complete(zone: Zone, failed: Set<string>): Promise<void> {
    const isComplete = await this.zone(zone).complete(this.options.isReplanned);
    if (!isComplete) failed.add(zoneKey(zone));
  }

  #checkNames(selected: readonly Zone[]): void {
    const choices = selected.map((zone) => this.zone(zone).choice.albums);
    const { missing, missingExcluded, ambiguous } = judgeNames(choices);
    for (const name of missing) {
      const hint = this.#whatIsMeant(name);
      throw new UsageError(`There is no album "${name}"`, hint, "merged");
    }
    if (ambiguous) throw ambiguousAlbum(ambiguous.name, ambiguous.paths);
    for (const name of missingExcluded) {
      const message = `There is no album "${name}" to exclude`;
      this.door.observe({ kind: "warning", message, hint: this.#whatIsMeant(name) });
    }
  }

  #whatIsMeant(name: string): string {
    const { memory } = this.door;
    const albums = memory.zones.all().flatMap((zone) => placeAlbums(memory.albums.all(zone.id)));
    const paths = new Set([...albums.map(({ path }) => path), ...SMART_FOLDERS]);
    const near = nearPaths(name, [...paths]).slice(0, NEAR_MAX);
    const guess = near.map((path) => `"${path}"`).join(" or ");
    return `${guess && `did you mean ${guess}? `}\`kei list albums\` shows all`;
  }

  #storeTokens(found: readonly Found[], failed: ReadonlySet<string>, scope: string): void {
    const { memory } = this.door;
    memory.transaction(() => {
      if (failed.size === 0) memory.setSetting(SCOPE_KEY, scope);
      for (const { database, token, zones } of found) {
        const isDone = zones.every((zone) => !failed.has(zoneKey(zone))) && failed.size === 0;
        if (isDone) memory.setSetting(tokenKey(database), token);
      }
    });
  }
}

function tokenKey(database: Database): string {
  return `token:${database}`;
}

function primaryFirst(one: Zone, other: Zone): number {
  if (one.name === PRIMARY) return -1;
  if (other.name === PRIMARY) return 1;
  return zoneKey(one) < zoneKey(other) ? -1 : 1;
}

function ambiguousAlbum(name: string, paths: readonly string[]): UsageError {
  const list = [...new Set(paths)].map((path) => `"${path}"`).join(", ");
  return new UsageError(`Several albums are called "${name}"`, `say which: ${list}`, "merged");
}
