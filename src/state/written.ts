/**
 * What is to be written into files, and what is: a memory of its own, so that a photo whose favourite was toggled wants
 * nothing but that.
 *
 * A facet is one thing that is written, `want` the hash of what the settings and iCloud say of it, `have` that of what
 * is in the file. Bytes that come anew have what their finishing wrote and nothing else.
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

export class Written {
  readonly #want;
  readonly #have;
  readonly #reset;

  constructor(private readonly db: Database) {
    this.#want = db.query<null, [number, string, string]>(
      `INSERT INTO written (file, facet, want) VALUES (?1, ?2, ?3)
       ON CONFLICT (file, facet) DO UPDATE SET want = ?3, attempts = 0, failed_cycle = NULL, error = NULL
       WHERE want <> ?3`,
    );
    this.#reset = db.query<null, [number]>(`UPDATE written SET have = NULL WHERE file = ?`);
    this.#have = db.query<null, [number, string, string]>(
      `INSERT INTO written (file, facet, want, have) VALUES (?1, ?2, ?3, ?3)
       ON CONFLICT (file, facet) DO UPDATE SET have = ?3, attempts = iif(want = ?3, 0, attempts),
         failed_cycle = iif(want = ?3, NULL, failed_cycle), error = iif(want = ?3, NULL, error)`,
    );
  }

  /** Something is to be written into a file; nothing happens when it is wanted already. */
  want({ file, facet, hash }: Facet & { readonly file: number }): void {
    this.#want.run(file, facet, hash);
  }

  /** Nothing of this kind is to be written any more; what is in the file stays there. */
  withdraw(file: number, facet: string): void {
    this.db.run(`DELETE FROM written WHERE file = ? AND facet = ?`, [file, facet]);
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

  /** What is in a file. */
  inFile(file: number): Facet[] {
    return this.ofFile(file).flatMap(({ facet, have }) => (have ? [{ facet, hash: have }] : []));
  }

  ofFile(file: number): WrittenRow[] {
    return this.db
      .query<WrittenRow, [number]>(`SELECT * FROM written WHERE file = ? ORDER BY facet`)
      .all(file);
  }

  /** What is to be written into files that are saved, by their numbers, those failed in this cycle left out. */
  due(afterFile: number, scope: WrittenScope, limit: number): WrittenRow[] {
    return this.db
      .query<WrittenRow, [number, string, number, number, number]>(
        `SELECT written.* FROM written JOIN files ON files.id = file
         WHERE want IS NOT have AND file > ?1 AND state = 'saved'
           AND zone IN (SELECT value FROM json_each(?2)) AND coalesce(written.failed_cycle, 0) <> ?3
           AND written.attempts < ?4 ORDER BY file, facet LIMIT ?5`,
      )
      .all(afterFile, JSON.stringify(scope.zones), scope.cycle, scope.attemptsMax, limit);
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
