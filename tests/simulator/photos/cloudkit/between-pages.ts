/** Lets the library change in the middle of a client's listing, as a phone in use does. */
import { newAsset } from "../admin/new-asset.ts";
import { Input } from "../admin/input.ts";
import { change, trash } from "../library/changes.ts";
import { listAssets } from "../library/indexes.ts";
import type { Library } from "../library/library.ts";
import type { Zone } from "../library/zone.ts";

/** Ranks shift by one: the next page repeats an asset, or leaves one out. */
export function changeBetweenPages(library: Library, zone: Zone): void {
  const nowMs = library.clock.now();
  if (isDue(library, "addAfterPages")) {
    const asset = newAsset(library, new Input(library, {}));
    change(zone, nowMs, asset.master, asset);
  }
  if (isDue(library, "trashAfterPages")) {
    const type = "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted";
    const [newest] = listAssets(library, zone, { type });
    if (newest) trash(zone, nowMs, newest);
  }
}

function isDue({ quirks }: Library, quirk: "addAfterPages" | "trashAfterPages"): boolean {
  if (quirks[quirk] === 0) return false;
  quirks[quirk] -= 1;
  return quirks[quirk] === 0;
}
