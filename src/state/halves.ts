/**
 * The two halves of each asset as rows: what the asset's own record says, and what the record of its content says.
 *
 * They arrive in any order. An asset points to its master by the number of a row, which is made without a body when
 * the asset comes first. Rows are never removed.
 */
import type { Database } from "bun:sqlite";
import type { AssetHalf, MasterHalf } from "../photos/page.ts";
import { readAsset, readMaster, writeAsset, writeMaster } from "./bodies.ts";

export interface Halves {
  /** Number of the asset's row. */
  readonly id: number;
  readonly asset: AssetHalf;
  /** Null while only the asset's half has arrived. */
  readonly master: MasterHalf | null;
  /** iCloud no longer has it. */
  readonly isGone: boolean;
  /** No page has named it since everything known was forgotten to be listed anew. */
  readonly isStale: boolean;
}

/** An asset's half after a page brought it. */
export interface ArrivedAsset {
  /** Number of its row. */
  readonly id: number;
  readonly half: AssetHalf;
  /** It was not known before, so that nothing points to it yet. */
  readonly isNew: boolean;
  /** Its content record is there. */
  readonly hasMaster: boolean;
}

/** What an asset is seen in. */
export interface Sight {
  /** Number of the full listing, or 0. */
  readonly listing: number;
  /** The cycle that has to settle it, or 0. */
  readonly cycle: number;
}

interface HalfRow {
  readonly id: number;
  readonly gone_at: number | null;
  readonly listing: number;
  readonly body: string;
  readonly masterId: string;
  readonly masterBody: string | null;
}

export class HalfRows {
  readonly #findMaster;
  readonly #insertMaster;
  readonly #updateMaster;
  readonly #insertAsset;
  readonly #updateAsset;
  readonly #ofMaster;
  readonly #both;

  constructor(private readonly db: Database) {
    this.#findMaster = db.query<{ id: number; isThere: number }, [number, string]>(
      `SELECT id, body IS NOT NULL AS isThere FROM masters WHERE zone = ? AND name = ?`,
    );
    this.#insertMaster = db.query<null, [number, string, string | null]>(
      `INSERT INTO masters (zone, name, body) VALUES (?, ?, ?) ON CONFLICT (zone, name) DO NOTHING`,
    );
    this.#updateMaster = db.query<null, [string, number]>(
      `UPDATE masters SET body = ?1 WHERE id = ?2 AND body IS NOT ?1`,
    );
    this.#insertAsset = db.query<null, [number, string, number, string, number, number]>(
      `INSERT INTO assets (zone, name, master_id, body, listing, cycle) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (zone, name) DO NOTHING`,
    );
    this.#updateAsset = db.query<{ id: number }, [number, string, number, number, number, string]>(
      `UPDATE assets SET master_id = ?1, body = ?2, gone_at = NULL, listing = max(listing, ?3),
         cycle = max(cycle, ?4), skip = iif(?4 > 0, NULL, skip)
       WHERE zone = ?5 AND name = ?6 RETURNING id`,
    );
    this.#ofMaster = db.query<{ name: string }, [number]>(
      `SELECT name FROM assets WHERE master_id = ? AND gone_at IS NULL`,
    );
    this.#both = db.query<HalfRow, [number, string]>(
      `SELECT id, gone_at, listing, body, (SELECT name FROM masters WHERE id = master_id) AS masterId,
         (SELECT body FROM masters WHERE id = master_id) AS masterBody
       FROM assets WHERE zone = ? AND name = ?`,
    );
  }

  /** Both halves of an asset, or null when the asset is unknown. */
  find(zone: number, asset: string): Halves | null {
    const row = this.#both.get(zone, asset);
    return row ? readHalves(asset, row) : null;
  }

  /** What is known of a zone may be out of date, until pages name it again. */
  makeStale(zone: number): void {
    this.db.run(`UPDATE assets SET listing = -1 WHERE zone = ?`, [zone]);
  }

  hasMaster(zone: number, name: string): boolean {
    return this.#findMaster.get(zone, name)?.isThere === 1;
  }

  /** Names of the assets of a master that iCloud still has. */
  assetsOf(zone: number, master: string): string[] {
    const row = this.#findMaster.get(zone, master);
    return row ? this.#ofMaster.all(row.id).map(({ name }) => name) : [];
  }

  /** Takes over a master's half; returns the number of its row, and the assets that were waiting for it or have it. */
  putMaster(zone: number, master: MasterHalf): { id: number; assets: string[] } {
    const body = writeMaster(master);
    const { changes, lastInsertRowid } = this.#insertMaster.run(zone, master.id, body);
    if (changes > 0) return { id: Number(lastInsertRowid), assets: [] };
    const { id } = this.#findMaster.get(zone, master.id)!;
    this.#updateMaster.run(body, id);
    return { id, assets: this.#ofMaster.all(id).map(({ name }) => name) };
  }

  /** Takes over an asset's half; null when it is a change of something unknown. `masters` are numbers of rows by name. */
  putAsset(
    zone: number,
    asset: AssetHalf,
    masters: ReadonlyMap<string, number>,
    { listing, cycle }: Sight,
  ): ArrivedAsset | null {
    const half = asset.masterId === null ? this.#merged(zone, asset) : asset;
    if (!half || half.masterId === null) return null;
    const brought = masters.get(half.masterId);
    const { id: master, isThere } = brought
      ? { id: brought, isThere: 1 }
      : this.#masterRow(zone, half.masterId);
    const hasMaster = isThere === 1;
    const body = writeAsset(half);
    const inserted = this.#insertAsset.run(zone, half.id, master, body, listing, cycle);
    if (inserted.changes > 0) {
      return { id: Number(inserted.lastInsertRowid), half, isNew: true, hasMaster };
    }
    const { id } = this.#updateAsset.get(master, body, listing, cycle, zone, half.id)!;
    return { id, half, isNew: false, hasMaster };
  }

  // A change may name only the fields it brings: they are laid over what is known.
  #merged(zone: number, change: AssetHalf): AssetHalf | null {
    const known = this.find(zone, change.id)?.asset;
    if (!known) return null;
    const brought = Object.entries(change).filter(([, value]) => value !== undefined);
    const metadata = { ...known.metadata, ...change.metadata };
    return {
      ...known,
      ...Object.fromEntries(brought),
      masterId: known.masterId,
      resources: { ...known.resources, ...change.resources },
      ...(Object.keys(metadata).length > 0 && { metadata }),
    };
  }

  #masterRow(zone: number, name: string): { id: number; isThere: number } {
    this.#insertMaster.run(zone, name, null);
    return this.#findMaster.get(zone, name)!;
  }
}

function readHalves(asset: string, row: HalfRow): Halves {
  const { id, gone_at, listing, body, masterId, masterBody } = row;
  return {
    id,
    asset: readAsset(asset, masterId, body),
    master: masterBody === null ? null : readMaster(masterId, masterBody),
    isGone: gone_at !== null,
    isStale: listing < 0,
  };
}
