/** The zones of an account and how far each was observed: its token, and the number of its last listing. */
import type { Database } from "bun:sqlite";
import { invariant } from "../lib/errors.ts";
import type { Zone } from "../photos/page.ts";

export interface ZoneRow {
  readonly id: number;
  readonly name: string;
  readonly owner: string | null;
  readonly database: "private" | "shared";
  readonly token: string | null;
  readonly listing: number;
}

export class Zones {
  constructor(private readonly db: Database) {}

  /** The row of a zone, made on first sight. Its owner may be told later than its name. */
  see(zone: Zone): ZoneRow {
    const known = this.find(zone);
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
    return this.find(zone)!;
  }

  /** The row of a zone, or null. Where one side does not know the owner, place and name decide. */
  find({ database, owner, name }: Zone): ZoneRow | null {
    return this.db
      .query<ZoneRow, [string, string, string | null]>(
        `SELECT * FROM zones WHERE database = ?1 AND name = ?2
           AND (owner = ?3 OR owner IS NULL OR ?3 IS NULL)
         ORDER BY owner IS ?3 DESC, id LIMIT 1`,
      )
      .get(database, name, owner);
  }

  /** A zone by its number; it exists because rows point to it. */
  byId(id: number): ZoneRow {
    const row = this.db.query<ZoneRow, [number]>(`SELECT * FROM zones WHERE id = ?`).get(id);
    invariant(row, "rows point to zones that exist");
    return row;
  }

  all(): ZoneRow[] {
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
}
