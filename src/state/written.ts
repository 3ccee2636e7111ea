/**
 * What is to be written into files, and what is: a memory of its own, so that a photo whose favourite was toggled wants
 * nothing but that.
 *
 * A facet is one thing that is written, `want` the hash of what the settings and iCloud say of it, `have` that of what
 * is in the file. An empty `want` says that it should not be there, a `have` that begins with `-` that nothing will be
 * written. Bytes that come anew have what their finishing wrote and nothing else.
 */
import type { Database } from "bun:sqlite";
import type { Facet } from "./files/row.ts";

export interface WrittenRow {
  /** Number of the file's row. */
  readonly file: number;
  readonly facet: string;
  readonly want: string;
  readonly have: string | null;
  readonly attempts: number;
  readonly error: string | null;
}

/** Files by what was written into them. */
export interface WrittenCounts {
  readonly written: number;
  readonly due: number;
  readonly failed: number;
  /** Into which nothing can be written. */
  readonly unfit: number;
  /** Files beside files. */
  readonly sidecars: number;
}

export interface WrittenFault {
  readonly path: string;
  readonly asset: string;
  readonly error: string;
  readonly attempts: number;
}

const IS_DUE = `want IS NOT coalesce(have, '') AND coalesce(have, '') NOT GLOB '-*'`;

export class Written {
  readonly #want;
  readonly #unwant;
  readonly #leave;
  readonly #have;
  readonly #reset;
  readonly #ofFile;

  constructor(private readonly db: Database) {
    this.#want = db.query<null, [number, string, string]>(
      `INSERT INTO written (file, facet, want) VALUES (?1, ?2, ?3)
       ON CONFLICT (file, facet) DO UPDATE SET want = ?3, attempts = 0, failed_cycle = NULL, error = NULL
       WHERE want <> ?3`,
    );
    this.#unwant = db.query<null, [number, string]>(
      `UPDATE written SET want = '', attempts = 0, failed_cycle = NULL, error = NULL
       WHERE file = ? AND want <> '' AND facet NOT IN (SELECT value FROM json_each(?))`,
    );
    this.#leave = db.query<null, [number, string]>(
      `UPDATE written SET want = coalesce(have, '') WHERE file = ?
         AND facet IN (SELECT value FROM json_each(?)) AND want <> coalesce(have, '')`,
    );
    this.#reset = db.query<null, [number]>(`UPDATE written SET have = NULL WHERE file = ?`);
    this.#have = db.query<null, [number, string, string]>(
      `INSERT INTO written (file, facet, want, have) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (file, facet) DO UPDATE SET have = ?3, attempts = iif(want = ?3, 0, attempts),
         failed_cycle = iif(want = ?3, NULL, failed_cycle), error = iif(want = ?3, NULL, error)`,
    );
    this.#ofFile = db.query<WrittenRow, [number]>(
      `SELECT * FROM written WHERE file = ? ORDER BY facet`,
    );
  }

  /**
   * These are all the facets a file should carry; others that were asked for should go, but for those that nobody asks
   * for any more (`left`), which stay as they are.
   */
  wantOnly(file: number, facets: readonly Facet[], left: readonly string[]): void {
    for (const { facet, hash } of facets) this.#want.run(file, facet, hash);
    // Of most files nothing was ever asked.
    if (this.ofFile(file).length === facets.length) return;
    this.#leave.run(file, JSON.stringify(left));
    const kept = [...facets.map(({ facet }) => facet), ...left];
    this.#unwant.run(file, JSON.stringify(kept));
  }

  /** A file got new bytes, into which this was written. */
  note(file: number, facets: readonly Facet[]): void {
    this.#reset.run(file);
    for (const { facet, hash } of facets) this.#have.run(file, facet, hash);
  }

  /** Writing failed in this cycle; several failures in one cycle count once. */
  fail({ file, facet }: Pick<WrittenRow, "file" | "facet">, error: string, cycle: number): void {
    this.db.run(
      `UPDATE written SET attempts = attempts + (coalesce(failed_cycle, 0) <> ?2), error = ?1,
         failed_cycle = ?2 WHERE file = ?3 AND facet = ?4`,
      [error, cycle, file, facet],
    );
  }

  /** Gives everything that could not be written another chance; returns how many files there are. */
  forgiveAll(): number {
    const files = `SELECT count(DISTINCT file) AS n FROM written WHERE ${IS_DUE} AND error IS NOT NULL`;
    const { n } = this.db.query<{ n: number }, []>(files).get()!;
    if (n > 0) this.db.run(`UPDATE written SET attempts = 0, failed_cycle = NULL WHERE ${IS_DUE}`);
    return n;
  }

  /** Nothing is to be written into any file: what was, stays. */
  wantNothing(): void {
    this.db.run(`UPDATE written SET want = coalesce(have, '') WHERE want <> coalesce(have, '')`);
  }

  /** What is in a file. */
  inFile(file: number): Facet[] {
    return this.ofFile(file).flatMap(({ facet, have }) => (have ? [{ facet, hash: have }] : []));
  }

  ofFile(file: number): WrittenRow[] {
    return this.#ofFile.all(file);
  }

  /** What is to be written into files that are saved, by their numbers, those failed in this cycle left out. */
  due(afterFile: number, scope: WrittenScope, limit: number): WrittenRow[] {
    return this.db
      .query<WrittenRow, [number, string, number, number, number]>(
        `SELECT written.* FROM written JOIN files ON files.id = file
         WHERE ${IS_DUE} AND file > ?1 AND state = 'saved' AND derived = ''
           AND zone IN (SELECT value FROM json_each(?2)) AND coalesce(written.failed_cycle, 0) <> ?3
           AND written.attempts < ?4 ORDER BY file, facet LIMIT ?5`,
      )
      .all(afterFile, JSON.stringify(scope.zones), scope.cycle, scope.attemptsMax, limit);
  }

  /** Files whose metadata failed in a cycle. */
  countFailedIn(cycle: number): number {
    return this.db
      .query<{ n: number }, [number]>(
        `SELECT count(DISTINCT file) AS n FROM written WHERE failed_cycle = ? AND error IS NOT NULL`,
      )
      .get(cycle)!.n;
  }

  counts(): WrittenCounts {
    return this.db
      .query<WrittenCounts, []>(
        `SELECT coalesce(sum(w), 0) AS written, coalesce(sum(d AND NOT f), 0) AS due,
           coalesce(sum(f), 0) AS failed, coalesce(sum(u), 0) AS unfit,
           (SELECT count(*) FROM files WHERE derived <> '' AND state = 'saved') AS sidecars
         FROM (SELECT max(coalesce(have, '') <> '' AND have NOT GLOB '-*') AS w, max(${IS_DUE}) AS d,
             max(${IS_DUE} AND written.error IS NOT NULL) AS f, max(coalesce(have, '') GLOB '-unfit:*') AS u
           FROM written JOIN files ON files.id = file WHERE state = 'saved' AND derived = '' GROUP BY file)`,
      )
      .get()!;
  }

  /** Files whose metadata could not be written, once each. */
  faults(): WrittenFault[] {
    return this.db
      .query<WrittenFault, []>(
        `SELECT path, (SELECT name FROM assets WHERE assets.id = asset_id) AS asset,
           written.error AS error, max(written.attempts) AS attempts
         FROM written JOIN files ON files.id = file
         WHERE ${IS_DUE} AND written.error IS NOT NULL AND state = 'saved' GROUP BY file ORDER BY file`,
      )
      .all();
  }
}

/** Whose files may be written into. */
export interface WrittenScope {
  /** Numbers of the zones that are selected. */
  readonly zones: readonly number[];
  readonly cycle: number;
  /** What failed in so many runs is left alone. */
  readonly attemptsMax: number;
}
