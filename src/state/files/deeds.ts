/** How all doors bring a row from one state to another: by the table, and by nothing else. */
import type { Database } from "bun:sqlite";
import { posix } from "node:path";
import { proofWord } from "../../photos/proof.ts";
import { Litter } from "../litter.ts";
import type { FileRow, FileState, Held, Origin, Verdict } from "./row.ts";
import { after } from "./transitions.ts";
import type { Deed, Next } from "./transitions.ts";

// Not a join: SQLite prepares those again for every new parameter, at five times the price of the look-up.
export const ROWS = `SELECT *, (SELECT name FROM assets WHERE assets.id = asset_id) AS asset FROM files`;

type HeldValues = [string, number | null, string | null, Verdict | null, Origin];

/** What is under the name of a row after a deed, and what is about to be. */
interface Holding {
  readonly held: Held | null;
  /** What is staged, as it is kept. */
  readonly staged?: string;
  /** The deed is done only while this is what the row wants. */
  readonly content?: string;
}

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
    this.#letGo = db.query<null, [FileState, string | null, number]>(
      `UPDATE files SET state = ?, held = NULL, held_bytes = NULL, held_content = NULL, verdict = NULL,
         origin = iif(origin = 'link', 'link', NULL), staged = ? WHERE id = ?`,
    );
    this.#hold = db.query<null, [FileState, ...HeldValues, string | null, number]>(
      `UPDATE files SET state = ?, held = ?, held_bytes = ?, held_content = ?, verdict = ?, origin = ?,
         staged = ? WHERE id = ?`,
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
    const { row, next } = this.#ask(id, deed);
    if (next === "forgotten") this.#forgetRow(id);
    else if (next !== null) this.#setState.run(next, id);
    return next === null ? null : row;
  }

  /** The same for a deed that changes what is under the name of a row; nothing is staged then unless it says so. */
  doHolding(id: number, deed: Deed, { held, staged, content }: Holding): FileRow | null {
    const { row, next } = this.#ask(id, deed);
    if (next === null || (content !== undefined && row?.checksum !== content)) return null;
    if (next === "forgotten") this.#forgetRow(id);
    else this.#note(id, next, held, staged ?? null);
    return row;
  }

  /** Notes what is under the name of a row; nothing is staged then. */
  hold(id: number, held: Held | null): void {
    const row = this.row(id);
    if (row) this.#note(id, row.state, held, null);
  }

  #note(id: number, state: FileState, held: Held | null, staged: string | null): void {
    if (held === null) this.#letGo.run(state, staged, id);
    else this.#hold.run(state, ...valuesOf(held), staged, id);
  }

  #ask(id: number, deed: Deed): { row: FileRow | null; next: Next | null } {
    const row = this.row(id);
    return { row, next: row ? after(row.state, deed) : null };
  }

  #forgetRow(id: number): void {
    this.litter(id);
    this.#forget.run(id);
  }

  /** Gives a row another name. A part of it lies beside its old one: in another folder nobody would find it again. */
  rename({ id, path: before }: FileRow, path: string, pathKey: string): void {
    if (posix.dirname(path) !== posix.dirname(before)) this.litter(id);
    this.db.run(`UPDATE files SET path = ?, path_key = ? WHERE id = ?`, [path, pathKey, id]);
  }
}

function valuesOf({ proof, sizeBytes, verdict, origin, content }: Held): HeldValues {
  const told = proof.kind === "apple" ? null : content;
  return [proofWord(proof), sizeBytes, told, verdict, origin];
}
