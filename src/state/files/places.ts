/** What the mover may do to the rows of files: it looks at the disk, and gives saved files other names there. */
import type { Database } from "bun:sqlite";
import { Deeds } from "./deeds.ts";
import { isOnDisk } from "./row.ts";
import type { FileRow } from "./row.ts";

export class Places {
  readonly #deeds: Deeds;
  readonly #isGone;

  constructor(private readonly db: Database) {
    this.#deeds = new Deeds(db);
    this.#isGone = db.query<{ isGone: number }, [number]>(
      `SELECT gone_at IS NOT NULL AS isGone FROM assets WHERE id = ?`,
    );
  }

  /** Saved files are not on disk any more: they are promises again, except those nobody would fetch today. */
  lose(ids: readonly number[]): void {
    for (const id of ids) {
      const row = this.#deeds.row(id);
      if (!row) continue;
      const isGone = this.#isGone.get(row.asset_id)?.isGone === 1;
      const deed = isGone ? "lose-for-good" : "lose";
      if (!this.#deeds.doHolding(id, deed, { held: null })) continue;
      this.db.run(`UPDATE files SET saved_at = NULL WHERE id = ?`, [id]);
      this.#deeds.litter(id);
    }
  }

  /** Saved files are not what they were: what is wanted is fetched again, over what is left of them or beside it. */
  damage(ids: readonly number[]): void {
    for (const id of ids) this.#deeds.do(id, "damage");
  }

  /** A saved file has another name on disk by now. */
  moved(row: FileRow, path: string, pathKey: string): void {
    if (isOnDisk(row)) this.#deeds.rename(row, path, pathKey);
  }

  /** On disk the letters of a name are composed in another way by now; it is the same name for us. */
  respelled(id: number, path: string): void {
    this.db.run(`UPDATE files SET path = ? WHERE id = ?`, [path, id]);
  }
}
