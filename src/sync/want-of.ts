/** What the memory is asked for when a planned file has no row yet. */
import type { Asset } from "../photos/asset.ts";
import { foldPath } from "../plan/fold.ts";
import type { PlannedFile } from "../plan/rules.ts";
import type { Want } from "../state/files/wants.ts";

export function wantOf(
  zone: number,
  assetId: number,
  file: PlannedFile,
  { createdMs }: Asset,
): Want {
  const { key, path, checksum, sizeBytes } = file;
  const { rendition, album, derived } = key;
  const pathKey = foldPath(path);
  return {
    zone,
    assetId,
    rendition,
    album,
    derived,
    path,
    pathKey,
    checksum,
    sizeBytes,
    createdMs,
  };
}
