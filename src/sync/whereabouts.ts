/** What a change of an asset says of where it comes from and where it goes. Pure. */
import type { Collection } from "../photos/collection.ts";
import type { AssetHalf } from "../photos/page.ts";

/** Out of the trash or no longer hidden, as far as we know; a photo that is new brings its content record along. */
export function isReturn(asset: AssetHalf, before: AssetHalf | null, isKnown: boolean): boolean {
  if (asset.isDeleted || asset.isHidden) return false;
  return before === null ? !isKnown : Boolean(before.isDeleted) || Boolean(before.isHidden);
}

/** What left an album or one of Apple's own folders cannot be told from the asset: any change may be that. */
export function isLoss(asset: AssetHalf, collection: Collection): boolean {
  return collection.kind !== "library" || Boolean(asset.isDeleted) || Boolean(asset.isHidden);
}
