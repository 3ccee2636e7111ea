/**
 * What is done to a verified file before it gets its name: a chain of steps, each around the one before it, that work
 * on a copy. The part stays as Apple sent it until the finished file has its name, so that a crash costs no download.
 */
import type { Draft } from "../photos/landing.ts";
import { sha256Proof } from "../photos/proof.ts";
import type { Facet, FileRow, Final } from "../state/files/row.ts";
import type { Destination } from "./ports.ts";
import type { Verified } from "./receive.ts";

/** A file that is being finished. */
export interface Piece {
  readonly row: FileRow;
  readonly signal: AbortSignal;
  /** Absolute path of the verified file, which is only read. */
  readonly original: string;
  /** Absolute path of the copy, which may be changed; it is made when somebody first asks for it. */
  copy(): Promise<string>;
  /** The copy is not to be used after all. */
  drop(): Promise<void>;
}

export interface Finisher {
  /** Whether the final bytes of a row will be others than Apple's. Cheap, and true to what `finish` does. */
  changes(row: FileRow): boolean;
  /** Changes the copy, or leaves it alone; answers what was written. An error leaves the file due. */
  finish(piece: Piece): Promise<readonly Facet[]>;
}

/** Files stay as Apple sent them. */
export const AS_RECEIVED: Finisher = { changes: () => false, finish: async () => [] };

/** A file that is ready for its name: as its part, or as its draft. */
export interface Finished {
  readonly final: Final;
  readonly isDraft: boolean;
}

interface FinishDoor {
  readonly destination: Destination;
  readonly finisher: Finisher;
}

/** Finishes a part that was verified and sealed. Its draft, if there is one, is sealed on return. Throws LocalError. */
export async function finishFile(
  row: FileRow,
  verified: Verified,
  { destination, finisher }: FinishDoor,
  signal: AbortSignal,
): Promise<Finished> {
  const { path, checksum: content } = row;
  let draft: Draft | null = null;
  const copy = async () => {
    draft ??= await destination.drafts.make(path, content, null, signal);
    return draft.absolutePath;
  };
  const drop = async () => {
    draft = null;
    destination.drafts.drop(path, content);
  };
  const original = destination.drafts.source(path, content);
  const written = await finisher.finish({ row, signal, original, copy, drop });
  const plain = { ...verified, content, origin: "own", written } as const;
  if (draft === null) return { final: plain, isDraft: false };
  const { path: draftPath } = draft as Draft;
  await destination.drafts.seal(path, content, row.created_ms);
  const digests = await destination.digest(draftPath, ["sha256"], signal);
  const final = { ...plain, proof: sha256Proof(digests), sizeBytes: digests.bytes };
  return { final, isDraft: true };
}
