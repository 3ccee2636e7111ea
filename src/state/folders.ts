/**
 * What the folders of the library looked like after our last write.
 *
 * A file that is deleted or renamed changes its folder's modification time; comparing those tells in a few
 * milliseconds where to look for missing files, however many files there are.
 */
import type { Database } from "bun:sqlite";

export interface FolderRow {
  readonly path: string;
  /** Nanoseconds as text; '0' when the folder has to be looked at. */
  readonly mtime_ns: string;
}

export class Folders {
  readonly #touch;
  readonly #note;
  readonly #forget;

  constructor(private readonly db: Database) {
    this.#touch = db.query<null, [string]>(
      `INSERT INTO folders (path, mtime_ns) VALUES (?, '0')
       ON CONFLICT (path) DO UPDATE SET mtime_ns = '0' WHERE mtime_ns <> '0'`,
    );
    this.#note = db.query<null, [string, string]>(`UPDATE folders SET mtime_ns = ? WHERE path = ?`);
    this.#forget = db.query<null, [string]>(`DELETE FROM folders WHERE path = ?`);
  }

  /** Something was written into the folder; its time is no longer known. */
  touch(path: string): void {
    this.#touch.run(path);
  }

  /** The folder was compared with its rows while it had this time. */
  note(path: string, mtimeNs: string): void {
    this.#note.run(mtimeNs, path);
  }

  /** The folder is not there any more, and no saved file is expected in it. */
  forget(path: string): void {
    this.#forget.run(path);
  }

  all(): FolderRow[] {
    return this.db.query<FolderRow, []>(`SELECT path, mtime_ns FROM folders`).all();
  }
}
