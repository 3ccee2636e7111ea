/**
 * What iCloud holds, as last observed: zones, halves of assets, albums and memberships.
 *
 * Written only while a zone is refreshed, page by page, each page in one transaction with whatever follows from it and
 * with the token it proves. Halves that arrive apart are ordinary rows; a partial change is merged field by field.
 */
import type { Database } from "bun:sqlite";
import { invariant } from "../lib/errors.ts";
import { splitRelationName } from "../photos/relation-name.ts";
import type { AlbumRecord, AssetHalf, MasterHalf, Membership, Page, Zone } from "../photos/page.ts";

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
  /** Assets named by the page of which nothing is known: they need a lookup. */
  readonly unknown: readonly string[];
  /** Assets that iCloud no longer has. */
  readonly gone: readonly string[];
}

interface HalfRow {
  readonly name: string;
  readonly asset: string;
  readonly master: string | null;
}

export interface Halves {
  readonly asset: AssetHalf;
  /** Null while only the asset's half has arrived. */
  readonly master: MasterHalf | null;
}

export class Library {
  readonly #upsertMaster;
  readonly #upsertAsset;
  readonly #assetBody;
  readonly #assetsOfMaster;
  readonly #halves;
  readonly #markGone;
  readonly #settle;

  constructor(private readonly db: Database) {
    this.#upsertMaster = db.query<null, [number, string, string]>(
      `INSERT INTO masters (zone, name, body) VALUES (?, ?, ?)
       ON CONFLICT (zone, name) DO UPDATE SET body = excluded.body WHERE body <> excluded.body`,
    );
    this.#upsertAsset = db.query<null, [number, string, string, string, number]>(
      `INSERT INTO assets (zone, name, master, body, listing) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (zone, name) DO UPDATE SET
         master = excluded.master, body = excluded.body, gone_at = NULL,
         listing = max(listing, excluded.listing)`,
    );
    this.#assetBody = db.query<{ body: string }, [number, string]>(
      `SELECT body FROM assets WHERE zone = ? AND name = ?`,
    );
    this.#assetsOfMaster = db.query<{ name: string }, [number, string]>(
      `SELECT name FROM assets WHERE zone = ? AND master = ? AND gone_at IS NULL`,
    );
    this.#halves = db.query<HalfRow, [number, string]>(
      `SELECT assets.name AS name, assets.body AS asset, masters.body AS master
       FROM assets LEFT JOIN masters ON masters.zone = assets.zone AND masters.name = assets.master
       WHERE assets.zone = ? AND assets.name = ?`,
    );
    this.#markGone = db.query<null, [number, number, string]>(
      `UPDATE assets SET gone_at = coalesce(gone_at, ?) WHERE zone = ? AND name = ?`,
    );
    this.#settle = db.query<null, [number, string | null, number, string]>(
      `UPDATE assets SET cycle = ?, skip = ? WHERE zone = ? AND name = ?`,
    );
  }

  /** The row of a zone, made on first sight; keeps owner and database current. */
  zone(zone: Zone): ZoneRow {
    this.db.run(
      `INSERT INTO zones (name, owner, database) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET
         owner = coalesce(excluded.owner, owner), database = excluded.database`,
      [zone.name, zone.owner, zone.database],
    );
    return this.zoneNamed(zone.name)!;
  }

  zoneNamed(name: string): ZoneRow | null {
    return this.db.query<ZoneRow, [string]>(`SELECT * FROM zones WHERE name = ?`).get(name);
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

  /** Takes over a page. `listing` is the number of the running full listing, or 0 for changes. */
  apply(zoneId: number, page: Page, listing: number, nowMs: number): Applied {
    const touched = new Set<string>();
    const unknown: string[] = [];
    const gone = new Set<string>();
    for (const master of page.masters) {
      this.#upsertMaster.run(zoneId, master.id, JSON.stringify(master));
      for (const { name } of this.#assetsOfMaster.all(zoneId, master.id)) touched.add(name);
    }
    for (const asset of page.assets) {
      if (this.#applyAsset(zoneId, asset, listing)) touched.add(asset.id);
      else unknown.push(asset.id);
    }
    for (const album of page.albums) this.#applyAlbum(zoneId, album);
    for (const membership of page.memberships) {
      this.#applyMembership(zoneId, membership);
      if (this.#assetBody.get(zoneId, membership.assetId)) touched.add(membership.assetId);
    }
    for (const name of page.tombstones) this.#applyTombstone(zoneId, name, nowMs, gone);
    for (const name of gone) touched.delete(name);
    return { touched: [...touched], unknown, gone: [...gone] };
  }

  /** Both halves of an asset, or null when the asset is unknown. */
  halves(zoneId: number, assetId: string): Halves | null {
    const row = this.#halves.get(zoneId, assetId);
    return row ? parseHalves(row) : null;
  }

  /** Names of all assets of a zone that iCloud still has, in pages, without holding them all. */
  *assetNames(zoneId: number, pageSize = 500): Generator<string[]> {
    const query = this.db.query<{ rowid: number; name: string }, [number, number, number]>(
      `SELECT rowid, name FROM assets WHERE rowid > ? AND zone = ? AND gone_at IS NULL
       ORDER BY rowid LIMIT ?`,
    );
    for (let after = 0; ;) {
      const rows = query.all(after, zoneId, pageSize);
      if (rows.length === 0) return;
      after = rows.at(-1)!.rowid;
      yield rows.map((row) => row.name);
    }
  }

  /** Assets whose content record never arrived. */
  orphans(zoneId: number, limit: number): { name: string; master: string }[] {
    return this.db
      .query<{ name: string; master: string }, [number, number]>(
        `SELECT name, master FROM assets
         WHERE zone = ? AND gone_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM masters WHERE masters.zone = assets.zone AND masters.name = assets.master)
         LIMIT ?`,
      )
      .all(zoneId, limit);
  }

  /** How many assets the listing named. */
  countListed(zoneId: number, listing: number): number {
    return this.db
      .query<{ n: number }, [number, number]>(
        `SELECT count(*) AS n FROM assets WHERE zone = ? AND listing = ?`,
      )
      .get(zoneId, listing)!.n;
  }

  /** Notes that an asset is settled in this cycle, and why it needs no files (null: it has some). */
  settle(zoneId: number, assetId: string, cycle: number, skip: string | null): void {
    this.#settle.run(cycle, skip, zoneId, assetId);
  }

  /** Titles of the albums an asset is in, sorted. */
  albumsOf(zoneId: number, assetId: string): string[] {
    return this.db
      .query<{ title: string }, [number, string]>(
        `SELECT albums.title AS title FROM memberships
         JOIN albums ON albums.zone = memberships.zone AND albums.name = memberships.album
         WHERE memberships.zone = ? AND memberships.asset = ? AND title IS NOT NULL ORDER BY title`,
      )
      .all(zoneId, assetId)
      .map((row) => row.title);
  }

  #applyAsset(zoneId: number, asset: AssetHalf, listing: number): boolean {
    const whole = asset.masterId === null ? this.#merged(zoneId, asset) : asset;
    if (!whole || whole.masterId === null) return false;
    this.#upsertAsset.run(zoneId, whole.id, whole.masterId, JSON.stringify(whole), listing);
    return true;
  }

  // A change may name only the fields it brings: they are laid over what is known.
  #merged(zoneId: number, change: AssetHalf): AssetHalf | null {
    const row = this.#assetBody.get(zoneId, change.id);
    if (!row) return null;
    const known = JSON.parse(row.body) as AssetHalf;
    const brought = Object.entries(change).filter(([, value]) => value !== undefined);
    return {
      ...known,
      ...Object.fromEntries(brought),
      masterId: known.masterId,
      resources: { ...known.resources, ...change.resources },
    };
  }

  #applyAlbum(zoneId: number, album: AlbumRecord): void {
    if (album.isDeleted) return this.#dropAlbum(zoneId, album.id);
    this.db.run(
      `INSERT INTO albums (zone, name, title, kind, parent) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (zone, name) DO UPDATE SET
         title = excluded.title, kind = excluded.kind, parent = excluded.parent`,
      [zoneId, album.id, album.name, album.kind, album.parentId],
    );
  }

  #dropAlbum(zoneId: number, album: string): void {
    this.db.run(`DELETE FROM albums WHERE zone = ? AND name = ?`, [zoneId, album]);
    this.db.run(`DELETE FROM memberships WHERE zone = ? AND album = ?`, [zoneId, album]);
  }

  #applyMembership(zoneId: number, membership: Membership): void {
    this.db.run(`INSERT OR IGNORE INTO memberships (zone, album, asset) VALUES (?, ?, ?)`, [
      zoneId,
      membership.albumId,
      membership.assetId,
    ]);
  }

  // A tombstone carries a name only: it may be an asset, a master, an album or a membership.
  #applyTombstone(zoneId: number, name: string, nowMs: number, gone: Set<string>): void {
    const relation = splitRelationName(name);
    if (relation) {
      this.db.run(`DELETE FROM memberships WHERE zone = ? AND album = ? AND asset = ?`, [
        zoneId,
        relation.albumId,
        relation.assetId,
      ]);
      return;
    }
    this.#dropAlbum(zoneId, name);
    const assets = this.#assetsOfMaster.all(zoneId, name).map((row) => row.name);
    if (this.#assetBody.get(zoneId, name)) assets.push(name);
    for (const asset of assets) {
      this.#markGone.run(nowMs, zoneId, asset);
      gone.add(asset);
    }
  }
}

function parseHalves(row: HalfRow): Halves {
  return {
    asset: JSON.parse(row.asset) as AssetHalf,
    master: row.master === null ? null : (JSON.parse(row.master) as MasterHalf),
  };
}
