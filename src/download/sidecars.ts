/** Makes the sidecars of files: new ones, or what another program wrote with our properties laid over it. */
import { DataError } from "../lib/errors.ts";
import { dueFacets, haveAfter } from "../metadata/due.ts";
import type { Have } from "../metadata/due.ts";
import type { Values } from "../metadata/facets.ts";
import { losesValues, mergedSidecar, newSidecar } from "../metadata/sidecar/sidecar.ts";
import { Digester } from "../photos/checksum.ts";
import { provedBy } from "../photos/proof.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Derive } from "./bring.ts";
import type { FileEvent } from "./events.ts";
import { haveOf, writtenOf } from "./metadata-book.ts";
import type { MetadataBook } from "./metadata-book.ts";
import { knownTo } from "./place.ts";

export interface SidecarDoor {
  readonly book: MetadataBook;
  readonly memory: Memory;
  /** What stands at a path; null for nothing. */
  readonly read: (path: string) => Uint8Array | null;
  /** Gives a file beside it a copy of what cannot be understood, or will be said no more; answers its name. */
  readonly keepAside: (path: string) => string;
  readonly observe: (event: FileEvent) => void;
}

/** Says what the sidecar of a row is to hold. */
export function sidecarMaker({ book, memory, read, keepAside, observe }: SidecarDoor): Derive {
  const setAside = (path: string, message: string) =>
    observe({
      kind: "sidecar-set-aside",
      path,
      keptAs: keepAside(path),
      message,
    });
  return async (row) => {
    const values = book.valuesOfRow(row);
    const existing = read(row.path);
    // What was written into a sidecar that is gone says nothing of the new one.
    const have: Have = existing ? haveOf(memory.written.inFile(row.id)) : new Map();
    const due = dueFacets(values, book.beside, have);
    const written = writtenOf(haveAfter(values, due, [], have));
    const bytes = (text: string) => new TextEncoder().encode(text);
    if (existing === null) return { bytes: bytes(newSidecar(values)), written };
    try {
      const text = mergedSidecar(existing, values, [...due.set, ...due.remove], row.path);
      if (!isAsLeft(row, existing) && losesValues(existing, text, row.path)) {
        setAside(row.path, "what another program says in it gives way to what iCloud says");
      }
      return { bytes: bytes(text), written };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      setAside(row.path, error.message);
      return { bytes: bytes(newSidecar(values)), written: allOf(values, book) };
    }
  };
}

// Written by kei, and by nobody since.
function isAsLeft(row: FileRow, bytes: Uint8Array): boolean {
  const digester = new Digester(["sha256"]);
  digester.update(bytes);
  const proofs = knownTo(row).map(({ proof }) => proof);
  return provedBy(digester.finish(), proofs) !== null;
}

function allOf(values: Values, book: MetadataBook) {
  const due = dueFacets(values, book.beside, new Map());
  return writtenOf(haveAfter(values, due, [], new Map()));
}
