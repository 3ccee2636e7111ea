/**
 * Writes metadata into files before they get their names.
 *
 * Whatever goes wrong with it, the photo comes first: it is installed as Apple sent it, the fault is noted beside it,
 * and a later run tries again.
 */
import { posix } from "node:path";
import { LocalError, unreachable } from "../lib/errors.ts";
import { dueFacets, isDue, unfitMark } from "../metadata/due.ts";
import type { Due, Have } from "../metadata/due.ts";
import { embed } from "../metadata/embed.ts";
import type { Embedded, TagWriter } from "../metadata/embed.ts";
import type { Values } from "../metadata/facets.ts";
import type { Facet, FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { FileEvent } from "./events.ts";
import type { Finisher, Piece } from "./finish.ts";
import { writtenOf } from "./metadata-book.ts";
import type { MetadataBook } from "./metadata-book.ts";

export interface EmbedderDoor {
  readonly book: MetadataBook;
  readonly memory: Memory;
  readonly writer: TagWriter;
  readonly observe: (event: FileEvent) => void;
}

/** What became of a file: what is in it now, or null when that could not be changed. */
export interface Outcome {
  readonly isChanged: boolean;
  readonly written: readonly Facet[] | null;
}

export class Embedder implements Finisher {
  constructor(
    private readonly door: EmbedderDoor,
    private readonly cycle: number,
  ) {}

  changes(row: FileRow): boolean {
    return isDue(this.#due(row, this.door.book.valuesOfRow(row), NOTHING));
  }

  async finish(piece: Piece): Promise<readonly Facet[]> {
    const { written } = await this.write(piece, NOTHING);
    return written ?? [];
  }

  /** Brings a copy of a file to what it should say; `have` is what was written into the file before. */
  async write(piece: Piece, have: Have): Promise<Outcome> {
    const { row, signal } = piece;
    const values = this.door.book.valuesOfRow(row);
    const due = this.#due(row, values, have);
    if (!isDue(due)) return { isChanged: false, written: writtenOf(have) };
    try {
      const request = {
        original: piece.original,
        makeCopy: () => piece.copy(),
        dropCopy: () => piece.drop(),
        extension: posix.extname(row.path),
        values,
        due,
        have,
      };
      return this.#outcome(row, due, have, await embed(request, this.door.writer, signal));
    } catch (error) {
      // A disk that is too full for a copy may have room for the photo; it is no fault of this file.
      if (!(error instanceof LocalError)) throw error;
      this.door.observe({ kind: "metadata-put-off", path: row.path, message: error.message });
      return { isChanged: false, written: null };
    }
  }

  #due({ derived }: FileRow, values: Values, have: Have): Due {
    if (derived !== "") return { set: [], remove: [] };
    return dueFacets(values, this.door.book.embedded, have);
  }

  #outcome(row: FileRow, due: Due, have: Have, done: Embedded): Outcome {
    switch (done.kind) {
      case "written":
        this.door.observe({ kind: "metadata-written", path: row.path });
        return { isChanged: true, written: writtenOf(done.have) };
      case "nothing":
        return { isChanged: false, written: writtenOf(done.have) };
      case "unfit": {
        this.door.observe({ kind: "metadata-unfit", path: row.path, reason: done.reason });
        const marks = due.set.map((facet) => ({ facet, hash: unfitMark(done.reason) }));
        return { isChanged: false, written: [...writtenOf(have), ...marks] };
      }
      case "failed":
        this.#noteFailure(row, due, done.error);
        return { isChanged: false, written: null };
      default:
        return unreachable(done);
    }
  }

  #noteFailure(row: FileRow, due: Due, error: string): void {
    const { memory, observe } = this.door;
    memory.transaction(() => {
      for (const facet of [...due.set, ...due.remove]) {
        memory.written.fail({ file: row.id, facet }, error, this.cycle);
      }
    });
    observe({ kind: "metadata-failed", path: row.path, message: error });
  }
}

const NOTHING: Have = new Map();
