/**
 * One row per file that should be, or is, on disk.
 *
 * `wanted` is a promise, `staged` means the final bytes are known and about to be named, `saved` means they were
 * verified, synced and named. A row whose content changed at Apple becomes `wanted` again in the same statement, so a
 * `saved` row never speaks of other bytes than its own. Paths are unique after case and Unicode folding.
 */
import { posix } from "node:path";
import type { Database } from "bun:sqlite";
import type { Rendition } from "../photos/asset.ts";
import { Litter } from "./litter.ts";

export type FileStatus = "wanted" | "staged" | "saved";

export interface FileRow {
  readonly id: number;
  readonly zone: number;
  readonly asset_id: number;
  readonly asset: string;
  readonly rendition: Rendition;
  readonly album: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly checksum: string;
  readonly size_bytes: number;
  readonly created_ms: number;
  readonly status: FileStatus;
  readonly sha256: string | null;
  readonly local_bytes: number | null;
  /** Hash of our own file that the staged bytes are about to replace. */
  readonly older_sha256: string | null;
  readonly saved_at: number | null;
  readonly is_verified: number | null;
  readonly attempts: number;
  readonly error: string | null;
  /** 1 when nothing selects the file any more: it stays on disk, and is not fetched again when it is lost. */
  readonly is_left_out: number;
}

/** A file the plan asks for. */
export interface Want {
  readonly zone: number;
  /** Number of the asset's row. */
  readonly assetId: number;
  readonly rendition: Rendition;
  readonly album: string;
  readonly path: string;
  readonly pathKey: string;
  readonly checksum: string;
  readonly sizeBytes: number;
  readonly createdMs: number;
}

/** The key of an album that was renamed, and of those that have its old title. */
export interface Bearers {
  readonly key: string;
  /** They had it before, too: what is in one of them stays with it. */
  readonly keepers: readonly string[];
  /** None has it now: all its files are the album's, whether they are in it today or not. */
  readonly isAlone: boolean;
}

export type SavedFile = Pick<FileRow, "id" | "asset_id" | "path" | "is_left_out">;
export type RowStatus = Pick<FileRow, "id" | "status">;

/** What is known of the final bytes. */
export interface FinalBytes {
  readonly id: number;
  /** Apple's checksum of what was fetched; a row that wants other bytes by now is left alone. */
  readonly checksum: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly isVerified: boolean;
}

/** Which rows may be fetched. */
export interface DueScope {
  /** Numbers of the zones that are selected. */
  readonly zones: readonly number[];
  readonly cycle: number;
  /** Rows that failed in so many runs are left alone. */
  readonly attemptsMax: number;
}

export interface Backlog {
  readonly files: number;
  readonly bytes: number;
}

// Not a join: SQLite prepares those again for every new parameter, at five times the price of the look-up.
const ROWS = `SELECT *, (SELECT name FROM assets WHERE assets.id = asset_id) AS asset FROM files`;

export class Files {
  readonly #ofAsset;
  readonly #atKey;
  readonly #insert;
  readonly #due;
  readonly #stage;
  readonly #save;
  readonly #seen;
  readonly #litter: Litter;

  constructor(private readonly db: Database) {
    this.#litter = new Litter(db);
    this.#ofAsset = db.query<FileRow, [number]>(`${ROWS} WHERE asset_id = ?`);
    this.#atKey = db.query<FileRow, [string]>(`${ROWS} WHERE path_key = ?`);
    this.#insert = db.query<
      null,
      [number, number, string, string, string, string, string, number, number]
    >(
      `INSERT INTO files (zone, asset_id, rendition, album, path, path_key, checksum, size_bytes,
         created_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#due = db.query<FileRow, [number, string, number, number, number]>(
      `${ROWS} WHERE status <> 'saved' AND id > ?
         AND zone IN (SELECT value FROM json_each(?)) AND coalesce(failed_cycle, 0) <> ?
         AND attempts < ? ORDER BY id LIMIT ?`,
    );
    this.#stage = db.query<null, [string, number, number, number, string]>(
      `UPDATE files SET status = 'staged', sha256 = ?, local_bytes = ?, is_verified = ?,
         older_sha256 = iif(status = 'wanted', sha256, older_sha256)
       WHERE id = ? AND checksum = ?`,
    );
    this.#save = db.query<null, [string, number, number, number, number, number, string]>(
      `UPDATE files SET status = 'saved', sha256 = ?, local_bytes = ?, is_verified = ?, saved_at = ?,
         saved_cycle = ?, attempts = 0, failed_cycle = NULL, error = NULL, older_sha256 = NULL
       WHERE id = ? AND checksum = ?`,
    );
    this.#seen = db.query<null, [number, number]>(
      `UPDATE assets SET cycle = ?1 WHERE cycle <> ?1
         AND id = (SELECT asset_id FROM files WHERE id = ?2)`,
    );
  }

  /** All files of an asset, given by the number of its row. */
  ofAsset(assetId: number): FileRow[] {
    return this.#ofAsset.all(assetId);
  }

  /** The row that owns a folded path. */
  atKey(pathKey: string): FileRow | null {
    return this.#atKey.get(pathKey);
  }

  byId(id: number): FileRow | null {
    return this.db.query<FileRow, [number]>(`${ROWS} WHERE id = ?`).get(id);
  }

  /** A saved file of the same asset with the same bytes. */
  twinOf(row: FileRow): FileRow | null {
    const isTwin = (other: FileRow) =>
      other.id !== row.id && other.status === "saved" && other.checksum === row.checksum;
    return this.ofAsset(row.asset_id).find(isTwin) ?? null;
  }

  /** Asks for a file nobody asked for yet. */
  insert(want: Want): void {
    this.#insert.run(
      want.zone,
      want.assetId,
      want.rendition,
      want.album,
      want.path,
      want.pathKey,
      want.checksum,
      want.sizeBytes,
      want.createdMs,
    );
  }

  /** The content of a known file changed at Apple: it is wanted again. The old hash stays, to know our old bytes by. */
  wantAgain(id: number, checksum: string, sizeBytes: number): void {
    this.#litter.note(id);
    this.db.run(
      `UPDATE files SET status = 'wanted', checksum = ?, size_bytes = ?, attempts = 0,
         failed_cycle = NULL, error = NULL WHERE id = ?`,
      [checksum, sizeBytes, id],
    );
  }

  /** Saved files are not on disk any more: they are promises again, except those nobody would fetch today. */
  wantLost(ids: readonly number[]): void {
    for (const id of ids) {
      this.db.run(
        `UPDATE files SET status = 'wanted', sha256 = NULL, local_bytes = NULL, saved_at = NULL
         WHERE id = ?`,
        [id],
      );
      this.#litter.note(id);
      this.db.run(
        `DELETE FROM files WHERE id = ? AND (is_left_out OR EXISTS (
           SELECT 1 FROM assets WHERE assets.id = asset_id AND gone_at IS NOT NULL))`,
        [id],
      );
    }
  }

  /** Gives a row another name. A part of it lies beside its old one: in another folder nobody would find it again. */
  rename({ id, path: before }: FileRow, path: string, pathKey: string): void {
    if (posix.dirname(path) !== posix.dirname(before)) this.#litter.note(id);
    this.db.run(`UPDATE files SET path = ?, path_key = ? WHERE id = ?`, [path, pathKey, id]);
  }

  /** On disk the letters of a name are composed in another way by now; it is the same name for us. */
  respell(id: number, path: string): void {
    this.db.run(`UPDATE files SET path = ? WHERE id = ?`, [path, id]);
  }

  /** All files of an asset in one album belong to another now, which has none; they keep their names. */
  rearrange(assetId: number, from: string, album: string): void {
    const where = `WHERE asset_id = ? AND album = ?`;
    this.db.run(`UPDATE files SET album = ? ${where}`, [album, assetId, from]);
  }

  /**
   * An album has another title: files of the old one belong to the new one and keep their names, except those of assets
   * that have files under it already. `Bearers` says whose files the old title gives. Returns those that were changed.
   */
  retitle(
    zone: number,
    titles: { from: string; to: string },
    { key, keepers, isAlone }: Bearers,
  ): RowStatus[] {
    const isIn = (keys: string) =>
      `(SELECT name FROM assets WHERE id = asset_id) IN (SELECT asset FROM memberships
         WHERE zone = ?1 AND album IN (SELECT value FROM json_each(${keys})))`;
    return this.db
      .query<RowStatus, [number, string, string, string, string, number]>(
        `UPDATE files SET album = ?3 WHERE zone = ?1 AND album = ?2
           AND (?6 OR (${isIn("json_array(?4)")} AND NOT ${isIn("?5")}))
           AND asset_id NOT IN (SELECT asset_id FROM files WHERE zone = ?1 AND album = ?3)
         RETURNING id, status`,
      )
      .all(zone, titles.from, titles.to, key, JSON.stringify(keepers), Number(isAlone));
  }

  /** Nothing selects the row's file any more: a promise ends, what is on disk stays as it is. */
  leaveOut(id: number): void {
    this.withdraw(id);
    this.db.run(
      `UPDATE files SET status = 'saved', checksum = '', error = NULL, failed_cycle = NULL
       WHERE id = ? AND status = 'wanted' AND sha256 IS NOT NULL`,
      [id],
    );
    this.db.run(`UPDATE files SET is_left_out = 1 WHERE id = ?`, [id]);
  }

  /** Nothing selects the row's file any more, but it may be on disk: that is looked into when it is due. */
  doubt(id: number): void {
    this.db.run(`UPDATE files SET is_left_out = 1 WHERE id = ?`, [id]);
  }

  /** A file in doubt is not there; the row stays when it was selected again meanwhile. */
  withdrawDoubt(id: number): void {
    this.#litter.note(id);
    this.db.run(`DELETE FROM files WHERE id = ? AND status = 'wanted' AND is_left_out`, [id]);
  }

  /** A file that was left out is selected again. */
  takeIn(id: number): void {
    this.db.run(`UPDATE files SET is_left_out = 0 WHERE id = ?`, [id]);
  }

  /** Withdraws a promise that was never kept; saved files are never forgotten this way. */
  withdraw(id: number): void {
    this.#litter.note(id);
    this.db.run(`DELETE FROM files WHERE id = ? AND status = 'wanted' AND saved_at IS NULL`, [id]);
  }

  /**
   * The bytes that were about to get their name are lost, and nobody can give them any more: the promise ends, or the
   * row speaks of the older file again.
   */
  giveUp(id: number): void {
    this.#litter.note(id);
    const where = `id = ? AND status = 'staged' AND older_sha256 IS NULL`;
    this.db.run(`DELETE FROM files WHERE ${where}`, [id]);
    this.db.run(
      `UPDATE files SET status = 'saved', checksum = '', sha256 = older_sha256, local_bytes = NULL,
         older_sha256 = NULL, error = NULL, failed_cycle = NULL WHERE id = ? AND status = 'staged'`,
      [id],
    );
  }

  /** Due rows in order, those already failed in this cycle left out. */
  due(afterId: number, scope: DueScope, limit: number): FileRow[] {
    const { zones, cycle, attemptsMax } = scope;
    return this.#due.all(afterId, JSON.stringify(zones), cycle, attemptsMax, limit);
  }

  /** Rows that failed in this cycle and may be tried once more. */
  failedIn(cycle: number): FileRow[] {
    return this.db
      .query<FileRow, [number]>(`${ROWS} WHERE status <> 'saved' AND failed_cycle = ? ORDER BY id`)
      .all(cycle);
  }

  /** What is due in all. */
  backlog(scope: DueScope): Backlog {
    return this.db
      .query<Backlog, [string, number]>(
        `SELECT count(*) AS files, coalesce(sum(size_bytes), 0) AS bytes FROM files
         WHERE status <> 'saved' AND zone IN (SELECT value FROM json_each(?)) AND attempts < ?`,
      )
      .get(JSON.stringify(scope.zones), scope.attemptsMax)!;
  }

  /** Files that failed too often to be tried again. */
  countExhausted(attemptsMax: number): number {
    return this.#count(`files WHERE status <> 'saved' AND attempts >= ?`, attemptsMax);
  }

  /** Gives all failed files another chance; returns how many there are. */
  resetFailed(): number {
    return this.db.run(
      `UPDATE files SET attempts = 0, failed_cycle = NULL WHERE status <> 'saved' AND error IS NOT NULL`,
    ).changes;
  }

  /**
   * Saved files that nothing selects any more, those of zones that are not selected among them, those of assets that
   * are gone from iCloud not.
   */
  countLeftOut(zones: readonly number[]): number {
    return this.#count(
      `files JOIN assets ON assets.id = asset_id
       WHERE files.status = 'saved' AND assets.gone_at IS NULL
         AND (is_left_out OR files.zone NOT IN (SELECT value FROM json_each(?)))`,
      JSON.stringify(zones),
    );
  }

  #count(which: string, value: string | number): number {
    const sql = `SELECT count(*) AS n FROM ${which}`;
    return this.db.query<{ n: number }, [string | number]>(sql).get(value)!.n;
  }

  /** Files by how far they are; failed ones are due like pending ones, but have an error. */
  counts(): { saved: number; pending: number; failed: number } {
    return this.db
      .query<{ saved: number; pending: number; failed: number }, []>(
        `SELECT coalesce(sum(status = 'saved'), 0) AS saved,
           coalesce(sum(status <> 'saved' AND error IS NULL), 0) AS pending,
           coalesce(sum(status <> 'saved' AND error IS NOT NULL), 0) AS failed FROM files`,
      )
      .get()!;
  }

  /** Notes the final bytes before they get their name. False when the row wants other bytes by now. */
  stage({ id, checksum, sha256, bytes, isVerified }: FinalBytes): boolean {
    return this.#stage.run(sha256, bytes, isVerified ? 1 : 0, id, checksum).changes > 0;
  }

  /** The bytes are named and synced: done. */
  save(files: readonly FinalBytes[], cycle: number, nowMs: number): void {
    for (const file of files) {
      const isVerified = file.isVerified ? 1 : 0;
      this.#save.run(file.sha256, file.bytes, isVerified, nowMs, cycle, file.id, file.checksum);
      this.#seen.run(cycle, file.id);
    }
  }

  /** The file failed in this cycle; whether that counts against it is known when the cycle is over. */
  fail(id: number, error: string, cycle: number): void {
    const sql = `UPDATE files SET error = ?, failed_cycle = ? WHERE id = ?`;
    this.db.run(sql, [error, cycle, id]);
    this.#seen.run(cycle, id);
  }

  /** The failures of a cycle that count against their files, each once. */
  blame(ids: readonly number[]): void {
    const sql = `UPDATE files SET attempts = attempts + 1 WHERE id = ? AND status <> 'saved'`;
    for (const id of ids) this.db.run(sql, [id]);
  }

  /** Saved files right inside one folder, given by its folded path ('' for the root). */
  savedIn(folderKey: string): SavedFile[] {
    const prefix = folderKey === "" ? "" : `${folderKey}/`;
    return this.db
      .query<SavedFile, [string, string]>(
        `SELECT id, asset_id, path, is_left_out FROM files WHERE status = 'saved' AND path_key >= ?1 AND path_key < ?2
           AND instr(substr(path_key, length(?1) + 1), '/') = 0`,
      )
      .all(prefix, `${prefix}\u{10FFFF}`);
  }

  /** Rows of a status in pages, oldest first, without holding them all. */
  *withStatus(statuses: readonly FileStatus[], pageSize = 500): Generator<FileRow[]> {
    const marks = statuses.map(() => "?").join(", ");
    const query = this.db.query<FileRow, (string | number)[]>(
      `${ROWS} WHERE id > ? AND status IN (${marks}) ORDER BY id LIMIT ?`,
    );
    for (let after = 0; ;) {
      const rows = query.all(after, ...statuses, pageSize);
      if (rows.length === 0) return;
      after = rows.at(-1)!.id;
      yield rows;
    }
  }
}
