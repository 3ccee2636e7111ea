/** All that is asked of the rows of files. They are written through three doors: `Wants`, `Haves` and `Places`. */
import type { Database } from "bun:sqlite";
import { proofWord } from "../../photos/proof.ts";
import { ROWS } from "./deeds.ts";
import { heldBy, isOnDisk, wantedProof } from "./row.ts";
import type { FileRow, FileState } from "./row.ts";

export type SavedFile = Pick<
  FileRow,
  "id" | "asset_id" | "path" | "state" | "held_bytes" | "derived"
>;

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

/** Files by how far they are; failed ones are due like pending ones, but have an error. */
export interface FileCounts {
  readonly saved: number;
  readonly pending: number;
  readonly failed: number;
  /** Of the saved ones: Apple's checksum disagrees with their bytes. */
  readonly unverified: number;
  /** Of the saved ones: they were there before, and are known by their size alone. */
  readonly unproven: number;
}

/** As the index of due rows has it, so that SQLite sees that they are the same. */
const DUE = `state <> 'saved' AND state <> 'left-out'`;
/** What kei makes of a file waits for the file. */
const IS_READY = `(derived = '' OR EXISTS (SELECT 1 FROM files AS photo
  WHERE photo.asset_id = files.asset_id AND photo.rendition = files.rendition
    AND photo.album = files.album AND photo.derived = '' AND photo.state IN ('saved', 'left-out')))`;
const ON_DISK = `state IN ('saved', 'left-out')`;
/** Copies that are looked at before the bytes are fetched after all. */
const TWINS_MAX = 8;

export class Files {
  readonly #ofAsset;
  readonly #atKey;
  readonly #due;
  readonly #byProof;

  constructor(private readonly db: Database) {
    this.#ofAsset = db.query<FileRow, [number]>(`${ROWS} WHERE asset_id = ?`);
    this.#atKey = db.query<FileRow, [string]>(`${ROWS} WHERE path_key = ?`);
    this.#due = db.query<FileRow, [number, string, number, number, number]>(
      `${ROWS} WHERE ${DUE} AND id > ? AND ${IS_READY}
         AND zone IN (SELECT value FROM json_each(?)) AND coalesce(failed_cycle, 0) <> ?
         AND attempts < ? ORDER BY id LIMIT ?`,
    );
    this.#byProof = db.query<FileRow, [string, number]>(
      `${ROWS} WHERE held = ? AND ${ON_DISK} AND origin <> 'unproven' ORDER BY id LIMIT ?`,
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

  /**
   * Files on disk that have the bytes a row wants, as far as they are proved: those of the same photo first, then those
   * of others, which have them as Apple has them.
   */
  twinsOf(row: FileRow): FileRow[] {
    if (row.derived !== "") return [];
    const own = this.ofAsset(row.asset_id).filter((other) => {
      const held = isOnDisk(other) && other.derived === "" ? heldBy(other) : null;
      return other.id !== row.id && held?.content === row.checksum && held.origin !== "unproven";
    });
    const proof = wantedProof(row);
    const others = proof ? this.#byProof.all(proofWord(proof), TWINS_MAX) : [];
    return [...own, ...others.filter(({ asset_id }) => asset_id !== row.asset_id)];
  }

  /** Due rows in order, those already failed in this cycle left out, and what is made of files that are not here. */
  due(afterId: number, scope: DueScope, limit: number): FileRow[] {
    const { zones, cycle, attemptsMax } = scope;
    return this.#due.all(afterId, JSON.stringify(zones), cycle, attemptsMax, limit);
  }

  /** Rows that failed in this cycle and may be tried once more. */
  failedIn(cycle: number): FileRow[] {
    return this.db
      .query<FileRow, [number]>(`${ROWS} WHERE ${DUE} AND failed_cycle = ? ORDER BY id`)
      .all(cycle);
  }

  /** What is due in all. */
  backlog(scope: DueScope): Backlog {
    return this.db
      .query<Backlog, [string, number]>(
        `SELECT count(*) AS files, coalesce(sum(size_bytes), 0) AS bytes FROM files
         WHERE ${DUE} AND zone IN (SELECT value FROM json_each(?)) AND attempts < ?`,
      )
      .get(JSON.stringify(scope.zones), scope.attemptsMax)!;
  }

  /** Files that failed too often to be tried again. */
  countExhausted(attemptsMax: number): number {
    return this.#count(`files WHERE ${DUE} AND attempts >= ?`, attemptsMax);
  }

  /**
   * Saved files that nothing selects any more, those of zones that are not selected among them, those of assets that
   * are gone from iCloud not.
   */
  countLeftOut(zones: readonly number[]): number {
    return this.#count(
      `files JOIN assets ON assets.id = asset_id
       WHERE ${ON_DISK} AND assets.gone_at IS NULL
         AND (state = 'left-out' OR files.zone NOT IN (SELECT value FROM json_each(?)))`,
      JSON.stringify(zones),
    );
  }

  counts(): FileCounts {
    return this.db
      .query<FileCounts, []>(
        `SELECT coalesce(sum(${ON_DISK}), 0) AS saved,
           coalesce(sum(${DUE} AND error IS NULL), 0) AS pending,
           coalesce(sum(${DUE} AND error IS NOT NULL), 0) AS failed,
           coalesce(sum(${ON_DISK} AND verdict = 'disagrees'), 0) AS unverified,
           coalesce(sum(${ON_DISK} AND origin = 'unproven'), 0) AS unproven FROM files`,
      )
      .get()!;
  }

  /** Files on disk right inside one folder, given by its folded path ('' for the root). */
  savedIn(folderKey: string): SavedFile[] {
    const prefix = folderKey === "" ? "" : `${folderKey}/`;
    return this.db
      .query<SavedFile, [string, string]>(
        `SELECT id, asset_id, path, state, held_bytes, derived FROM files WHERE ${ON_DISK} AND path_key >= ?1 AND path_key < ?2
           AND instr(substr(path_key, length(?1) + 1), '/') = 0`,
      )
      .all(prefix, `${prefix}\u{10FFFF}`);
  }

  /** Rows in one of these states in pages, oldest first, without holding them all. */
  *inStates(states: readonly FileState[], pageSize = 500): Generator<FileRow[]> {
    const marks = states.map(() => "?").join(", ");
    const query = this.db.query<FileRow, (string | number)[]>(
      `${ROWS} WHERE id > ? AND state IN (${marks}) ORDER BY id LIMIT ?`,
    );
    for (let after = 0; ;) {
      const rows = query.all(after, ...states, pageSize);
      if (rows.length === 0) return;
      after = rows.at(-1)!.id;
      yield rows;
    }
  }

  #count(which: string, value: string | number): number {
    const sql = `SELECT count(*) AS n FROM ${which}`;
    return this.db.query<{ n: number }, [string | number]>(sql).get(value)!.n;
  }
}
