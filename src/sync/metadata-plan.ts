/** The part of planning that is about metadata: which sidecars there are to be, and what files should say. */
import type { MetadataBook } from "../download/metadata-book.ts";
import type { Values } from "../metadata/facets.ts";
import type { AssetHalf } from "../photos/page.ts";
import { isSameKey } from "../plan/claims.ts";
import type { PlannedFile, TakenNames } from "../plan/rules.ts";
import { planSidecars, SIDECAR } from "../plan/sidecars.ts";
import { foldPath } from "../plan/fold.ts";
import { isOnDisk } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import { keyOf } from "./taken.ts";

export class MetadataPlan {
  constructor(
    private readonly memory: Memory,
    /** Null when nothing is to be written. */
    private readonly book: MetadataBook | null,
  ) {
    if (book === null) memory.written.wantNothing();
  }

  values(zone: number, asset: AssetHalf): Values {
    return this.book?.values(zone, asset) ?? {};
  }

  /** The sidecars of planned files; `rows` are those whose names stay. */
  sidecars(
    files: readonly PlannedFile[],
    rows: readonly FileRow[],
    values: Values,
    taken: TakenNames,
  ): PlannedFile[] {
    const { book } = this;
    if (!book || book.beside.size === 0) return [];
    return planSidecars({
      files,
      contentOf: ({ asset, rendition, album }) =>
        book.sidecarContent(values, [asset, rendition, album].join("/")),
      knownPath: (key) =>
        rows.find((row) => isSameKey(key, keyOf(row)) && isOnDisk(row))?.path ?? null,
      taken,
    });
  }

  /** Notes what the files of an asset should say of it. */
  want(assetId: number, values: Values): void {
    const { book, memory } = this;
    if (!book) return;
    const facets = book.wanted(values);
    for (const row of memory.files.ofAsset(assetId)) {
      if (row.derived === "") memory.written.wantOnly(row.id, facets, book.off);
    }
  }

  /** A file took another name before its sidecar was made: that follows. */
  follow({ asset_id, rendition, album }: FileRow, path: string): void {
    const { files, wants } = this.memory;
    const sidecar = files
      .ofAsset(asset_id)
      .find((row) => row.derived === SIDECAR && row.rendition === rendition && row.album === album);
    const name = `${path}.xmp`;
    if (!sidecar || isOnDisk(sidecar) || files.atKey(foldPath(name))) return;
    wants.rename(sidecar, name, foldPath(name));
  }
}
