/** What a change of an asset says of where it comes from and where it goes. Pure. */
import type { Halves } from "../state/halves.ts";
import type { Collection } from "../photos/collection.ts";
import type { AssetHalf, Page } from "../photos/page.ts";

/**
 * Whether a photo comes out of the trash, or is no longer hidden, as far as we know. One that is new brings its content
 * record along; one that no listing has named lately may have been away in the meantime.
 */
export function isReturn(asset: AssetHalf, before: Halves | null, isKnown: boolean): boolean {
  if (asset.isDeleted || asset.isHidden) return false;
  if (before === null) return !isKnown;
  return before.isStale || Boolean(before.asset.isDeleted) || Boolean(before.asset.isHidden);
}

/**
 * Whether a page of changes says that something left a collection. What left an album or one of Apple's own folders
 * cannot be told from the asset: any change may be that, except of one that is new and brings its content record.
 */
export function hasLoss({ assets, masters }: Page, collection: Collection): boolean {
  const brought = new Set<string | null>(masters.map((master) => master.id));
  return assets.some((asset) => {
    if (asset.isDeleted || asset.isHidden) return true;
    return collection.kind !== "library" && !brought.has(asset.masterId);
  });
}
