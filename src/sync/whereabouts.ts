/** What a change of an asset says of where it comes from and where it goes. Pure. */
import type { Collection } from "../photos/collection.ts";
import type { AssetHalf, Page } from "../photos/page.ts";

/** Out of the trash or no longer hidden, as far as we know; a photo that is new brings its content record along. */
export function isReturn(asset: AssetHalf, before: AssetHalf | null, isKnown: boolean): boolean {
  if (asset.isDeleted || asset.isHidden) return false;
  return before === null ? !isKnown : Boolean(before.isDeleted) || Boolean(before.isHidden);
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
