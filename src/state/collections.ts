/**
 * Which collections of a zone were listed to their end, so that changes keep them complete from then on.
 *
 * A listing limited to the newest N is complete as such; `bound_ms` is the date of its oldest asset.
 */
import type { Database } from "bun:sqlite";

/** Key that stands for the list of all albums. */
export const ALBUM_LIST = "albums";

export interface CollectionRow {
  readonly key: string;
  /** Assets the listing was limited to; 0 for all. */
  readonly newest: number;
  /** Date of the oldest asset of a limited listing, ms; null when it reached the end. */
  readonly bound_ms: number | null;
}

export class Collections {
  constructor(private readonly db: Database) {}

  find(zone: number, key: string, newest: number): CollectionRow | null {
    return this.db
      .query<CollectionRow, [number, string, number]>(
        `SELECT key, newest, bound_ms FROM collections WHERE zone = ? AND key = ? AND newest = ?`,
      )
      .get(zone, key, newest);
  }

  /** The listing was complete. */
  note(zone: number, row: CollectionRow): void {
    this.db.run(
      `INSERT INTO collections (zone, key, newest, bound_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (zone, key, newest) DO UPDATE SET bound_ms = excluded.bound_ms`,
      [zone, row.key, row.newest, row.bound_ms],
    );
  }

  /** Who is in the albums is not known for sure any more. */
  clearAlbums(zone: number): void {
    this.db.run(`DELETE FROM collections WHERE zone = ? AND key GLOB 'album:*'`, [zone]);
  }

  /** Changes since then are not known any more: everything has to be listed anew. */
  clear(zone: number): void {
    this.db.run(`DELETE FROM collections WHERE zone = ?`, [zone]);
  }
}
