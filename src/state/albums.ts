/** Albums and folders of zones, and who is in them and in Apple's own folders, as far as they were listed. */
import type { Database } from "bun:sqlite";
import { albumKey } from "../photos/collection.ts";
import type { AlbumRecord } from "../photos/page.ts";
import type { KnownAlbum } from "../plan/album-choice.ts";
import type { Origin } from "./origin.ts";

export class Albums {
  readonly #join;
  readonly #leave;
  readonly #leaveSmart;
  readonly #members;
  readonly #memberOf;
  readonly #titles;
  readonly #album;

  constructor(private readonly db: Database) {
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
    this.#album = db.query<{ title: string | null }, [number, string]>(
      `SELECT title FROM albums WHERE zone = ? AND name = ?`,
    );
  }

  /** Albums and folders of a zone. */
  all(zoneId: number): KnownAlbum[] {
    return this.db
      .query<KnownAlbum, [number]>(
        `SELECT name AS id, title, kind, parent FROM albums WHERE zone = ? ORDER BY name`,
      )
      .all(zoneId);
  }

  /** Titles of the albums an asset is in, in their own order. */
  titlesOf(zoneId: number, assetId: string): string[] {
    return this.#titles.all(zoneId, assetId).map(({ title }) => title);
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

  /** Keys of the listed collections an asset is in. */
  memberOf(zoneId: number, assetId: string): string[] {
    return this.#memberOf.all(zoneId, assetId).map((row) => row.album);
  }

  /** Takes over one album; its members are touched when it goes away, and when it gets another title. */
  put(zoneId: number, album: AlbumRecord, touched: Set<string>): void {
    if (album.isDeleted) return this.drop(zoneId, album.id, touched);
    const known = this.#album.get(zoneId, album.id);
    if (known && known.title !== album.name) this.#touchMembers(zoneId, album.id, touched);
    this.db.run(
      `INSERT INTO albums (zone, name, title, kind, parent) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (zone, name) DO UPDATE SET
         title = excluded.title, kind = excluded.kind, parent = excluded.parent`,
      [zoneId, album.id, album.name, album.kind, album.parentId],
    );
  }

  /** An asset is in a collection, given by its key. */
  join(zoneId: number, key: string, assetId: string): void {
    this.#join.run(zoneId, key, assetId);
  }

  leave(zoneId: number, key: string, assetId: string): void {
    this.#leave.run(zoneId, key, assetId);
  }

  /** Listing one of Apple's own folders says who is in it; after a change only the asset's fields can tell. */
  noteSight(zoneId: number, assetId: string, from: Origin): void {
    if (from.listing === 0) this.#leaveSmart.run(zoneId, assetId);
    else if (from.collection !== null) this.#join.run(zoneId, from.collection, assetId);
  }

  /** Forgets an album, if it is one; its members are touched. */
  drop(zoneId: number, album: string, touched: Set<string>): void {
    if (!this.#album.get(zoneId, album)) return;
    this.db.run(`DELETE FROM albums WHERE zone = ? AND name = ?`, [zoneId, album]);
    this.#touchMembers(zoneId, album, touched);
    this.db.run(`DELETE FROM memberships WHERE zone = ? AND album = ?`, [zoneId, albumKey(album)]);
  }

  #touchMembers(zoneId: number, album: string, touched: Set<string>): void {
    const members = this.#members.all(zoneId, albumKey(album));
    for (const { asset } of members) touched.add(asset);
  }

  /** Forgets the albums of a zone and who is in them. */
  forget(zoneId: number): void {
    this.db.run(`DELETE FROM albums WHERE zone = ?`, [zoneId]);
    this.db.run(`DELETE FROM memberships WHERE zone = ?`, [zoneId]);
  }
}
