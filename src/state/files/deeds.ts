/** How all doors bring a row from one state to another: by the table, and by nothing else. */
import type { Database } from "bun:sqlite";
import { posix } from "node:path";
import { proofWord } from "../../photos/proof.ts";
import { Litter } from "../litter.ts";
import type { FileRow, FileState, Held, Origin, Verdict } from "./row.ts";
import { after } from "./transitions.ts";
import type { Deed } from "./transitions.ts";

// Not a join: SQLite prepares those again for every new parameter, at five times the price of the look-up.
export const ROWS = `SELECT *, (SELECT name FROM assets WHERE assets.id = asset_id) AS asset FROM files`;

type HeldValues = [string, number | null, string | null, Verdict | null, Origin, number];

export class Deeds {
  readonly #row;
  readonly #setState;
  readonly #forget;
  readonly #hold;
  readonly #letGo;
  readonly #litter: Litter;

  constructor(readonly db: Database) {
    this.#litter = new Litter(db);
    this.#row = db.query<FileRow, [number]>(`${ROWS} WHERE id = ?`);
    this.#setState = db.query<null, [FileState, number]>(`UPDATE files SET state = ? WHERE id = ?`);
    this.#forget = db.query<null, [number]>(`DELETE FROM files WHERE id = ?`);
    // A link of ours stays known as one: in its place nothing but a dead link of ours can be.
    this.#letGo = db.query<null, [number]>(
      `UPDATE files SET held = NULL, held_bytes = NULL, held_content = NULL, verdict = NULL,
         staged = NULL, origin = iif(origin = 'link', 'link', NULL) WHERE id = ?`,
    );
    this.#hold = db.query<null, HeldValues>(
      `UPDATE files SET held = ?, held_bytes = ?, held_content = ?, verdict = ?, origin = ?,
         staged = NULL WHERE id = ?`,
    );
  }

  /** Whatever part there may be of a row's bytes is to be swept away, unless it is wanted again by then. */
  litter(id: number): void {
    this.#litter.note(id);
  }

  row(id: number): FileRow | null {
    return this.#row.get(id);
  }

  /**
   * Does a deed to a row. Answers the row as it was before; null when there is none, or when the deed may not be done
   * to it, and then nothing was changed.
   */
  do(id: number, deed: Deed): FileRow | null {
    const row = this.row(id);
    const next = row ? after(row.state, deed) : null;
    if (!row || next === null) return null;
    if (next === "forgotten") {
      this.litter(id);
      this.#forget.run(id);
    } else this.#setState.run(next, id);
    return row;
  }

  /** Notes what is under the name of a row; nothing is staged then. */
  hold(id: number, held: Held | null): void {
    if (held === null) return void this.#letGo.run(id);
    const { proof, sizeBytes, verdict, origin } = held;
    const content = proof.kind === "apple" ? null : held.content;
    this.#hold.run(proofWord(proof), sizeBytes, content, verdict, origin, id);
  }

  /** Gives a row another name. A part of it lies beside its old one: in another folder nobody would find it again. */
  rename({ id, path: before }: FileRow, path: string, pathKey: string): void {
    if (posix.dirname(path) !== posix.dirname(before)) this.litter(id);
    this.db.run(`UPDATE files SET path = ?, path_key = ? WHERE id = ?`, [path, pathKey, id]);
  }
}
