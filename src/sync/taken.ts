/** The names that are taken, by our own rows or on disk, as planning asks for them. */
import { posix } from "node:path";
import { foldPath } from "../plan/fold.ts";
import { withoutMeridiemSpace } from "../plan/meridiem.ts";
import type { FileKey, Occupant, PlannedFile, TakenNames } from "../plan/rules.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";

/** A look at the target folder, as cheap as planning needs it. */
export interface DiskLook {
  /** Size of what stands at a path, null for nothing. */
  sizeAt(path: string): number | null;
  /** The path with its letters composed as on disk. */
  spelled(path: string): string;
  namesIn(folder: string): Iterable<string>;
  isEmpty(folder: string): boolean;
}

/** Names that are not to be given. */
export interface Limits {
  /** Something else was found there. */
  readonly refuted?: ReadonlySet<string>;
  /** Planned for the same asset already. */
  readonly besides?: readonly PlannedFile[];
}

const NOTHING: ReadonlySet<string> = new Set();

export class Taken {
  constructor(
    private readonly memory: Memory,
    private readonly disk: DiskLook,
  ) {}

  /** The names as they are taken now. */
  names({ refuted, besides }: Limits): TakenNames {
    // Albums of different titles may have one folder, as "a/b" and "a_b".
    const given = new Map(besides?.map((file) => [foldPath(file.path), file]));
    return {
      at: (path) => this.#occupant(path, refuted ?? NOTHING, given),
      spelled: (path) => this.disk.spelled(path),
      isEmpty: (folder) => this.disk.isEmpty(folder),
      spaceVariants: (folder, name) => this.#spaceVariants(folder, name),
    };
  }

  #occupant(
    path: string,
    refuted: ReadonlySet<string>,
    given: ReadonlyMap<string, PlannedFile>,
  ): Occupant | null {
    if (refuted.has(path)) return { sizeBytes: -1, owner: null };
    const key = foldPath(path);
    const file = given.get(key);
    if (file) return { sizeBytes: file.sizeBytes, owner: file.key };
    const row = this.memory.files.atKey(key);
    if (row) return { sizeBytes: row.size_bytes, owner: keyOf(row) };
    const sizeBytes = this.disk.sizeAt(path);
    return sizeBytes === null ? null : { sizeBytes, owner: null };
  }

  #spaceVariants(folder: string, name: string): { name: string; sizeBytes: number }[] {
    const wanted = withoutMeridiemSpace(name);
    const variants: { name: string; sizeBytes: number }[] = [];
    for (const other of this.disk.namesIn(folder)) {
      if (other === name || withoutMeridiemSpace(other) !== wanted) continue;
      const sizeBytes = this.disk.sizeAt(posix.join(folder, other));
      if (sizeBytes !== null) variants.push({ name: other, sizeBytes });
    }
    return variants;
  }
}

/** Which file of its zone a row is. */
export function keyOf({ asset, rendition, album, derived }: FileRow): FileKey {
  return derived === "" ? { asset, rendition, album } : { asset, rendition, album, derived };
}
