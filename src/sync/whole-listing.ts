/** Lists one collection, again when something slipped through. */
import { RemoteError } from "../lib/errors.ts";
import type { Collection } from "../photos/collection.ts";
import { Listing } from "./listing.ts";
import type { ListingDoor } from "./listing.ts";
import { hasLoss } from "./whereabouts.ts";
import type { ZoneChoice } from "./zone-choice.ts";

/** How often a collection is listed when photos keep leaving it meanwhile. */
const LISTINGS_MAX = 3;
/** More changes than on so many pages during one listing count as a loss without looking further. */
const LOSS_PAGES_MAX = 50;

export interface WholeListingDoor extends ListingDoor {
  readonly choice: ZoneChoice;
}

export interface WholeListing {
  readonly isComplete: boolean;
  /** The zone's token from before the first listing. */
  readonly token: string | null;
}

/**
 * A photo that leaves a collection while it is listed moves all later ones up by a rank, and one of them slips through
 * between two pages without the count showing it. Then the collection is listed again.
 */
export async function listWhole(
  door: WholeListingDoor,
  collection: Collection,
): Promise<WholeListing> {
  let first: string | null = null;
  for (let times = 0; times < LISTINGS_MAX; times++) {
    const newest = door.choice.beginListing(collection);
    const result = await new Listing(door, collection, newest).run();
    const { token, isOnePage, boundMs } = result;
    first ??= token;
    if (!result.isComplete) return { isComplete: false, token: first };
    if (token !== null && !isOnePage && (await hasLost(door, token, collection))) continue;
    door.choice.noteListed(collection, boundMs);
    return { isComplete: true, token: first };
  }
  door.counts.listingFaults += 1;
  const { name } = door.pages.zone;
  const message = `Photos were deleted or hidden again and again while ${name} was listed`;
  door.observe({ kind: "warning", message, hint: "the next sync lists it again" });
  return { isComplete: false, token: first };
}

// Whether anything left the collection since a token, or nobody can tell.
async function hasLost(
  { source, pages: { zone } }: WholeListingDoor,
  token: string,
  collection: Collection,
): Promise<boolean> {
  try {
    for (let current = token, pages = 0; pages < LOSS_PAGES_MAX; pages++) {
      const page = await source.changes(zone, current);
      if (page.tombstones.length > 0 || hasLoss(page, collection)) return true;
      if (!page.moreComing || page.token === null) return false;
      current = page.token;
    }
  } catch (error) {
    if (!(error instanceof RemoteError) || error.fault !== "bad-token") throw error;
  }
  return true;
}
