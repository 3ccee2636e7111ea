/** Parts of files that nobody will finish: those of withdrawn promises and of older content. */
import type { Database } from "bun:sqlite";

export interface Part {
  /** Of the file the part was for. */
  readonly path: string;
  readonly checksum: string;
}

export class Litter {
  readonly #note;

  constructor(private readonly db: Database) {
    this.#note = db.query<null, [number]>(
      `INSERT OR IGNORE INTO litter (path, checksum)
       SELECT path, checksum FROM files WHERE id = ? AND state <> 'saved' AND state <> 'left-out'`,
    );
  }

  /** Whatever part there may be of a row's bytes is to be swept away. */
  note(fileId: number): void {
    this.#note.run(fileId);
  }

  all(): Part[] {
    return this.db.query<Part, []>(`SELECT path, checksum FROM litter`).all();
  }

  /** All of it is swept away. */
  clear(): void {
    this.db.run(`DELETE FROM litter`);
  }
}
