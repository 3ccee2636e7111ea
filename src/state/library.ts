/**
 * What iCloud holds, as last observed: zones, halves of assets, albums and memberships.
 *
 * Written only while a zone is refreshed, page by page, each page in one transaction with whatever follows from it and
 * with the token it proves. Halves that arrive apart are ordinary rows; a partial change is merged field by field.
 */
import type { Database } from "bun:sqlite";
import { splitRelationName } from "../photos/relation-name.ts";
import { albumKey } from "../photos/collection.ts";
import type { Page } from "../photos/page.ts";
import type { Albums } from "./albums.ts";
import { HalfRows } from "./halves.ts";
import type { Halves } from "./halves.ts";
import type { Origin } from "./origin.ts";

/** What a page changed. */
export interface Applied {
  /** Assets whose files have to be planned again. */
  readonly touched: readonly string[];
  /** Halves that came together on the page, by asset, so that they need not be read again. */
  readonly whole: ReadonlyMap<string, Arrived>;
  /** Numbers of the rows of the assets that the page named. */
  readonly named: readonly number[];
  /** Those of them whose content record has not arrived yet. */
  readonly waiting: readonly number[];
  /** Assets that iCloud had until now. */
  readonly gone: readonly string[];
}

/** An asset that a page brought whole. */
export interface Arrived extends Halves {
  /** It was not known before, so that it has no files. */
  readonly isNew: boolean;
}

export class Library {
  readonly #halves: HalfRows;
  readonly #markGone;
  readonly #settle;
  readonly #missingMasters;

  constructor(
    private readonly db: Database,
    private readonly albums: Albums,
  ) {
    this.#halves = new HalfRows(db);
    this.#markGone = db.query<null, [number, number, string]>(
      `UPDATE assets SET gone_at = ? WHERE zone = ? AND name = ? AND gone_at IS NULL`,
    );
    this.#missingMasters = db.query<{ name: string }, [string]>(
      `SELECT DISTINCT masters.name AS name FROM json_each(?) AS ids JOIN assets ON assets.id = ids.value
         JOIN masters ON masters.id = assets.master_id
       WHERE assets.gone_at IS NULL AND masters.body IS NULL`,
    );
    this.#settle = db.query<null, [number, string | null, number]>(
      `UPDATE assets SET cycle = ?, skip = ? WHERE id = ?`,
    );
  }

  /** Takes over a page; with a cycle, its assets count as seen in it and as needing files until they are settled. */
  apply(zoneId: number, page: Page, from: Origin, nowMs: number, cycle = 0): Applied {
    const touched = new Set<string>();
    const whole = new Map<string, Arrived>();
    const halves = new Map(page.masters.map((master) => [master.id, master]));
    const masters = new Map<string, number>();
    const named: number[] = [];
    const waiting: number[] = [];
    const gone = new Set<string>();
    for (const master of page.masters) {
      const { id, assets } = this.#halves.putMaster(zoneId, master);
      masters.set(master.id, id);
      for (const name of assets) touched.add(name);
    }
    const sight = { listing: from.listing, cycle };
    for (const asset of page.assets) {
      const arrived = this.#halves.putAsset(zoneId, asset, masters, sight);
      if (arrived) touched.add(asset.id);
      if (arrived) named.push(arrived.id);
      if (arrived?.hasMaster === false) waiting.push(arrived.id);
      const master = halves.get(arrived?.half.masterId ?? "");
      if (arrived && master) {
        const { id, half, isNew } = arrived;
        whole.set(asset.id, { id, asset: half, master, isGone: false, isStale: false, isNew });
      }
      this.albums.noteSight(zoneId, asset.id, from);
    }
    for (const album of page.albums) this.albums.put(zoneId, album, touched);
    for (const { albumId, assetId } of page.memberships) {
      this.albums.join(zoneId, albumKey(albumId), assetId);
      touched.add(assetId);
    }
    for (const name of page.tombstones) this.#applyTombstone(zoneId, name, nowMs, gone, touched);
    for (const name of gone) touched.delete(name);
    return { touched: [...touched], whole, named, waiting, gone: [...gone] };
  }

  /** Both halves of an asset, or null when the asset is unknown. */
  halves(zoneId: number, assetId: string): Halves | null {
    return this.#halves.find(zoneId, assetId);
  }

  hasMaster(zoneId: number, name: string): boolean {
    return this.#halves.hasMaster(zoneId, name);
  }

  /**
   * Names of all assets of a zone that iCloud still has, in pages, without holding them all: with `includesGone` also of
   * those it had, with `skip` only of those left out for that reason.
   */
  *assetNames(
    zoneId: number,
    { includesGone = false, skip = null }: { includesGone?: boolean; skip?: string | null } = {},
    pageSize = 500,
  ): Generator<string[]> {
    const which = [includesGone ? "" : "AND gone_at IS NULL", skip === null ? "" : "AND skip = ?4"];
    const query = this.db.query<
      { id: number; name: string },
      [number, number, number, ...string[]]
    >(
      `SELECT id, name FROM assets WHERE id > ?1 AND zone = ?2 ${which.join(" ")}
       ORDER BY id LIMIT ?3`,
    );
    const reason = skip === null ? [] : [skip];
    for (let after = 0; ;) {
      const rows = query.all(after, zoneId, pageSize, ...reason);
      if (rows.length === 0) return;
      after = rows.at(-1)!.id;
      yield rows.map((row) => row.name);
    }
  }

  /** Names of the content records that some assets, given by the numbers of their rows, are still without. */
  missingMasters(ids: readonly number[]): string[] {
    return this.#missingMasters.all(JSON.stringify(ids)).map(({ name }) => name);
  }

  /** Notes that an asset, by the number of its row, is settled in this cycle, and why it needs no files (null: it has some). */
  settle(id: number, cycle: number, skip: string | null): void {
    this.#settle.run(cycle, skip, id);
  }

  /** The zone is not there any more: all its assets are gone. Returns how many were not before. */
  markZoneGone(zoneId: number, nowMs: number): number {
    return this.db.run(`UPDATE assets SET gone_at = ? WHERE zone = ? AND gone_at IS NULL`, [
      nowMs,
      zoneId,
    ]).changes;
  }

  /** Before everything is listed anew: forgets albums and who is in them, and takes assets as they were for stale. */
  forgetZone(zoneId: number): void {
    this.#halves.makeStale(zoneId);
    this.albums.forget(zoneId);
  }

  /** Live assets a full listing did not name, in pages. */
  unlisted(zoneId: number, listing: number, afterName: string, limit: number): string[] {
    return this.db
      .query<{ name: string }, [number, number, string, number]>(
        `SELECT name FROM assets WHERE zone = ? AND listing < ? AND gone_at IS NULL AND name > ?
         ORDER BY name LIMIT ?`,
      )
      .all(zoneId, listing, afterName, limit)
      .map((row) => row.name);
  }

  /** Assets iCloud no longer has, newest loss first. */
  gone(zoneId: number): { id: number; name: string; gone_at: number }[] {
    return this.db
      .query<{ id: number; name: string; gone_at: number }, [number]>(
        `SELECT id, name, gone_at FROM assets WHERE zone = ? AND gone_at IS NOT NULL
         ORDER BY gone_at DESC, name`,
      )
      .all(zoneId);
  }

  // A tombstone carries a name only: it may be an asset, a master, an album or a membership.
  #applyTombstone(
    zoneId: number,
    name: string,
    nowMs: number,
    gone: Set<string>,
    touched: Set<string>,
  ): void {
    const relation = splitRelationName(name);
    if (relation) {
      this.albums.leave(zoneId, albumKey(relation.albumId), relation.assetId);
      touched.add(relation.assetId);
      return;
    }
    this.albums.drop(zoneId, name, touched);
    for (const asset of [...this.#halves.assetsOf(zoneId, name), name]) {
      if (this.#markGone.run(nowMs, zoneId, asset).changes > 0) gone.add(asset);
    }
  }
}
