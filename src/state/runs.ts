/** Cycles and how the assets seen in them ended. */
import type { Database } from "bun:sqlite";

export interface RunRow {
  readonly id: number;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly tally: string | null;
}

/** Assets of a cycle by how they ended; `skip:` words carry the reason. */
export type OutcomeCount = { readonly outcome: string; readonly assets: number };

export class Runs {
  constructor(private readonly db: Database) {}

  /** Opens a cycle and returns its number, which is larger than all before. */
  start(nowMs: number): number {
    return this.db
      .query<{ id: number }, [number]>(`INSERT INTO runs (started_at) VALUES (?) RETURNING id`)
      .get(nowMs)!.id;
  }

  end(cycle: number, nowMs: number, tally: string): void {
    this.db.run(`UPDATE runs SET ended_at = ?, tally = ? WHERE id = ?`, [nowMs, tally, cycle]);
    this.db.run(`DELETE FROM runs WHERE id <= ?`, [cycle - 1000]);
  }

  last(): RunRow | null {
    return this.db.query<RunRow, []>(`SELECT * FROM runs ORDER BY id DESC LIMIT 1`).get();
  }

  lastEnded(): RunRow | null {
    return this.db
      .query<RunRow, []>(`SELECT * FROM runs WHERE ended_at IS NOT NULL ORDER BY id DESC LIMIT 1`)
      .get();
  }

  /**
   * How each asset seen in the cycle ended: `failed` when one of its files failed or is given up, `interrupted` when one
   * is still wanted, `saved` when one was saved in this cycle, `skip:current` when all were there before.
   */
  outcomes(cycle: number, attemptsMax: number): OutcomeCount[] {
    return this.db
      .query<OutcomeCount, [number, number]>(
        `SELECT outcome, count(*) AS assets FROM (
           SELECT CASE
             WHEN assets.skip IS NOT NULL THEN 'skip:' || assets.skip
             ELSE (SELECT CASE
                 WHEN max((files.failed_cycle = ?1 OR files.attempts >= ?2)
                   AND files.state NOT IN ('saved', 'left-out')) THEN 'failed'
                 WHEN max(files.state NOT IN ('saved', 'left-out')) THEN 'interrupted'
                 WHEN max(files.saved_cycle = ?1) THEN 'saved'
                 WHEN count(*) = 0 THEN 'unread'
                 ELSE 'skip:current' END
               FROM files WHERE asset_id = assets.id)
             END AS outcome
           FROM assets WHERE assets.cycle = ?1
         ) GROUP BY outcome`,
      )
      .all(cycle, attemptsMax);
  }
}
