/**
 * What iCloud holds, as last observed: zones, halves of assets, albums and memberships.
 *
 * Written only while a zone is refreshed, page by page, each page in one transaction with whatever follows from it and
 * with the token it proves. Halves that arrive apart are ordinary rows; a partial change is merged field by field.
 */
import type { Database } from "bun:sqlite";
import { invariant } from "../lib/errors.ts";
import { splitRelationName } from "../photos/relation-name.ts";
import { albumKey } from "../photos/collection.ts";
import type { AlbumRecord, Page, Zone } from "../photos/page.ts";
import type { KnownAlbum } from "../plan/album-choice.ts";
import { HalfRows } from "./halves.ts";
import type { Halves } from "./halves.ts";

export interface ZoneRow {
  readonly id: number;
  readonly name: string;
  readonly owner: string | null;
  readonly database: "private" | "shared";
  readonly token: string | null;
  readonly listing: number;
}

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

/** Where a page comes from. */
export interface Origin {
  /** Number of the running full listing, or 0 for changes and single records. */
  readonly listing: number;
  /** Key of the album or smart folder that is listed; null for the whole library. */
  readonly collection: string | null;
}

/** Changes since a token, or single records. */
export const CHANGES: Origin = { listing: 0, collection: null };

export class Library {
  readonly #halves: HalfRows;
  readonly #markGone;
  readonly #settle;
  readonly #join;
  readonly #leave;
  readonly #leaveSmart;
  readonly #members;
  readonly #memberOf;
  readonly #album;
  readonly #titles;
  readonly #missingMasters;

  constructor(private readonly db: Database) {
    this.#halves = new HalfRows(db);
    this.#markGone = db.query<null, [number, number, string]>(
      `UPDATE assets SET gone_at = ? WHERE zone = ? AND name = ? AND gone_at IS NULL`,
    );
    this.#join = db.query<null, [number, string, string]>(
      `INSERT OR IGNORE INTO memberships (zone, album, asset) VALUES (?, ?, ?)`,
    );
    this.#leave = db.query<null, [number, string, string]>(
      `DELETE FROM memberships WHERE zone = ? AND album = ? AND asset = ?`,
    );
    this.#leaveSmart = db.query<null, [number, string]>(
      `DELETE FROM memberships WHERE zone = ? AND asset = ? AND album GLOB 'smart:*'`,
    );
    this.#members = db.query<{ asset: string }, [number, string]>(
      `SELECT asset FROM memberships WHERE zone = ? AND album = ?`,
    );
    this.#memberOf = db.query<{ album: string }, [number, string]>(
      `SELECT album FROM memberships WHERE zone = ? AND asset = ?`,
    );
    this.#titles = db.query<{ title: string }, [number, string]>(
      `SELECT title FROM memberships JOIN albums
         ON albums.zone = memberships.zone AND memberships.album = 'album:' || albums.name
       WHERE memberships.zone = ? AND asset = ? AND kind = 'album' AND title IS NOT NULL
       ORDER BY title`,
    );
    this.#album = db.query<{ name: string }, [number, string]>(
      `SELECT name FROM albums WHERE zone = ? AND name = ?`,
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

  /** The row of a zone, made on first sight. Its owner may be told later than its name. */
  zone(zone: Zone): ZoneRow {
    const known = this.findZone(zone);
    if (known && (known.owner !== null || zone.owner === null)) return known;
    if (known) this.db.run(`UPDATE zones SET owner = ? WHERE id = ?`, [zone.owner, known.id]);
    else {
      const { database, owner, name } = zone;
      this.db.run(`INSERT INTO zones (database, owner, name) VALUES (?, ?, ?)`, [
        database,
        owner,
        name,
      ]);
    }
    return this.findZone(zone)!;
  }

  /** The row of a zone, or null. Where one side does not know the owner, place and name decide. */
  findZone({ database, owner, name }: Zone): ZoneRow | null {
    return this.db
      .query<ZoneRow, [string, string, string | null]>(
        `SELECT * FROM zones WHERE database = ?1 AND name = ?2
           AND (owner = ?3 OR owner IS NULL OR ?3 IS NULL)
         ORDER BY owner IS ?3 DESC, id LIMIT 1`,
      )
      .get(database, name, owner);
  }

  /** A zone by its number; it exists because rows point to it. */
  zoneById(id: number): ZoneRow {
    const row = this.db.query<ZoneRow, [number]>(`SELECT * FROM zones WHERE id = ?`).get(id);
    invariant(row, "rows point to zones that exist");
    return row;
  }

  zones(): ZoneRow[] {
    return this.db.query<ZoneRow, []>(`SELECT * FROM zones ORDER BY id`).all();
  }

  /** Stores or forgets a zone's token; only ever in the transaction of what it proves. */
  setToken(zoneId: number, token: string | null): void {
    this.db.run(`UPDATE zones SET token = ? WHERE id = ?`, [token, zoneId]);
  }

  /** Starts a full listing and returns its number. */
  startListing(zoneId: number): number {
    this.db.run(`UPDATE zones SET listing = listing + 1 WHERE id = ?`, [zoneId]);
    return this.db
      .query<{ listing: number }, [number]>(`SELECT listing FROM zones WHERE id = ?`)
      .get(zoneId)!.listing;
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
      this.#applySmartFolder(zoneId, asset.id, from);
    }
    for (const album of page.albums) this.applyAlbum(zoneId, album, touched);
    for (const { albumId, assetId } of page.memberships) {
      this.#join.run(zoneId, albumKey(albumId), assetId);
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

  /** Keys of the listed collections an asset is in. */
  memberOf(zoneId: number, assetId: string): string[] {
    return this.#memberOf.all(zoneId, assetId).map((row) => row.album);
  }

  /** Titles of the albums an asset is in, in their own order. */
  albumTitles(zoneId: number, assetId: string): string[] {
    return this.#titles.all(zoneId, assetId).map(({ title }) => title);
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
    this.db.run(`DELETE FROM albums WHERE zone = ?`, [zoneId]);
    this.db.run(`DELETE FROM memberships WHERE zone = ?`, [zoneId]);
  }

  /** Albums and folders of a zone. */
  albums(zoneId: number): KnownAlbum[] {
    return this.db
      .query<KnownAlbum, [number]>(
        `SELECT name AS id, title, kind, parent FROM albums WHERE zone = ? ORDER BY name`,
      )
      .all(zoneId);
  }

  /** How many live assets are in an album, as far as it was listed. */
  countMembers(zoneId: number, key: string): number {
    return this.db
      .query<{ n: number }, [number, string]>(
        `SELECT count(*) AS n FROM memberships JOIN assets
           ON assets.zone = memberships.zone AND assets.name = memberships.asset
         WHERE memberships.zone = ? AND memberships.album = ? AND gone_at IS NULL`,
      )
      .get(zoneId, key)!.n;
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

  /** Takes over one album; its members are touched when it goes away. */
  applyAlbum(zoneId: number, album: AlbumRecord, touched: Set<string>): void {
    if (album.isDeleted) return this.#dropAlbum(zoneId, album.id, touched);
    this.db.run(
      `INSERT INTO albums (zone, name, title, kind, parent) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (zone, name) DO UPDATE SET
         title = excluded.title, kind = excluded.kind, parent = excluded.parent`,
      [zoneId, album.id, album.name, album.kind, album.parentId],
    );
  }

  // Listing one of Apple's own folders says who is in it; after a change only the asset's fields can tell.
  #applySmartFolder(zoneId: number, assetId: string, from: Origin): void {
    if (from.listing === 0) this.#leaveSmart.run(zoneId, assetId);
    else if (from.collection !== null) this.#join.run(zoneId, from.collection, assetId);
  }

  #dropAlbum(zoneId: number, album: string, touched: Set<string>): void {
    const known = this.#album.get(zoneId, album);
    if (!known) return;
    this.db.run(`DELETE FROM albums WHERE zone = ? AND name = ?`, [zoneId, album]);
    const key = albumKey(album);
    for (const { asset } of this.#members.all(zoneId, key)) touched.add(asset);
    this.db.run(`DELETE FROM memberships WHERE zone = ? AND album = ?`, [zoneId, key]);
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
      this.#leave.run(zoneId, albumKey(relation.albumId), relation.assetId);
      touched.add(relation.assetId);
      return;
    }
    this.#dropAlbum(zoneId, name, touched);
    for (const asset of [...this.#halves.assetsOf(zoneId, name), name]) {
      if (this.#markGone.run(nowMs, zoneId, asset).changes > 0) gone.add(asset);
    }
  }
}
