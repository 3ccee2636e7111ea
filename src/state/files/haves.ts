/** What the downloader may do to the rows of files: note what is staged and saved, and what failed. */
import type { Database } from "bun:sqlite";
import { proofWord } from "../../photos/proof.ts";
import { Written } from "../written.ts";
import { Deeds } from "./deeds.ts";
import { stateOf } from "./row.ts";
import type { FileRow, Final, Held } from "./row.ts";

/** A file that has its name. */
export interface SavedNote {
  readonly id: number;
  readonly final: Final;
}

export class Haves {
  readonly #deeds: Deeds;
  readonly #written: Written;
  readonly #save;
  readonly #seen;

  constructor(private readonly db: Database) {
    this.#deeds = new Deeds(db);
    this.#written = new Written(db);
    this.#save = db.query<null, [number, number, number]>(
      `UPDATE files SET saved_at = ?, saved_cycle = ?, attempts = 0, failed_cycle = NULL, error = NULL
       WHERE id = ?`,
    );
    this.#seen = db.query<null, [number, number]>(
      `UPDATE assets SET cycle = ?1 WHERE cycle <> ?1
         AND id = (SELECT asset_id FROM files WHERE id = ?2)`,
    );
  }

  /**
   * Notes the final bytes before they get their name; `older` is what they are about to replace. False when the row
   * wants other content by now.
   */
  stage(id: number, final: Final, older: Held | null): boolean {
    const staged = JSON.stringify({ ...final, proof: proofWord(final.proof) });
    const { content } = final;
    return this.#deeds.doHolding(id, "stage", { held: older, staged, content }) !== null;
  }

  /** The bytes are named and synced: done. Rows that want other content by now are left alone. */
  save(notes: readonly SavedNote[], cycle: number, nowMs: number): void {
    for (const { id, final } of notes) {
      if (!this.#hold(id, final)) continue;
      this.#save.run(nowMs, cycle, id);
      this.#written.note(id, final.written);
      this.#seen.run(cycle, id);
    }
  }

  /** Something else was written into files that were saved: no news of their photos. */
  rewrite(notes: readonly SavedNote[]): void {
    for (const { id, final } of notes) {
      if (this.#hold(id, final)) this.#written.note(id, final.written);
    }
  }

  /** What is under the name of a row is not ours to replace: it stays there, and the row gets another name. */
  moveOn(row: FileRow, path: string, pathKey: string): void {
    const before = this.#deeds.do(row.id, "move-on");
    if (!before) return;
    if (before.state !== "dropped") this.#deeds.hold(row.id, null);
    this.db.run(`UPDATE files SET origin = NULL WHERE id = ? AND held IS NULL`, [row.id]);
    this.#deeds.rename(row, path, pathKey);
  }

  /** A file in doubt is not there; the row stays when it was selected again meanwhile. */
  withdraw(id: number): void {
    this.#deeds.do(id, "withdraw");
  }

  /**
   * The bytes that were about to get their name are lost, and nobody can give them any more: the promise ends, or the
   * row speaks of the older file again.
   */
  giveUp(id: number): void {
    const row = this.#deeds.row(id);
    const state = row && stateOf(row);
    if (state?.kind !== "dropped") return;
    this.#deeds.litter(id);
    if (state.older === null) return void this.#deeds.do(id, "give-up");
    this.#deeds.doHolding(id, "fall-back", { held: state.older });
    this.db.run(`UPDATE files SET checksum = ?, error = NULL, failed_cycle = NULL WHERE id = ?`, [
      state.older.content,
      id,
    ]);
  }

  /** The file failed in this cycle; whether that counts against it is known when the cycle is over. */
  fail(id: number, error: string, cycle: number): void {
    const sql = `UPDATE files SET error = ?, failed_cycle = ? WHERE id = ?`;
    this.db.run(sql, [error, cycle, id]);
    this.#seen.run(cycle, id);
  }

  /** The failures of a cycle that count against their files, each once. */
  blame(ids: readonly number[]): void {
    const sql = `UPDATE files SET attempts = attempts + 1
      WHERE id = ? AND state <> 'saved' AND state <> 'left-out'`;
    for (const id of ids) this.db.run(sql, [id]);
  }

  /** Gives all failed files another chance; returns how many there are. */
  forgiveAll(): number {
    return this.db.run(
      `UPDATE files SET attempts = 0, failed_cycle = NULL
       WHERE state <> 'saved' AND state <> 'left-out' AND error IS NOT NULL`,
    ).changes;
  }

  // A row that was taken over by other content since may not be told that its bytes are here.
  #hold(id: number, final: Final): boolean {
    const { content } = final;
    return this.#deeds.doHolding(id, "save", { held: final, content }) !== null;
  }
}
