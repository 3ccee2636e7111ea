/** The server's sorted lists of assets, newest first, one for each list type, smart album and container. */
import type { Library } from "./library.ts";
import type { Asset, Relation } from "./records.ts";
import type { Zone } from "./zone.ts";

export const listTypes = [
  "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted",
  "CPLAssetAndMasterByAddedDate",
  "CPLAssetAndMasterInSmartAlbumByAssetDate",
  "CPLBurstStackAssetAndMasterByAssetDate",
  "CPLAssetAndMasterDeletedByExpungedDate",
  "CPLAssetAndMasterHiddenByAssetDate",
  "CPLContainerRelationLiveByAssetDate",
  "CPLContainerRelationLiveByPosition",
] as const;
export type ListType = (typeof listTypes)[number];

export interface Listing {
  readonly type: ListType;
  /** Upper case, as in the filter `smartAlbum`. */
  readonly smartAlbum?: string;
  /** Album of a container listing. */
  readonly albumId?: string;
}

export function isContainer({ type }: Listing): boolean {
  return type.startsWith("CPLContainerRelation");
}

/** The listing a count id stands for; null for an id the server does not know. */
export function listingOfCount(id: string): Listing | null {
  const [index = "", detail] = id.split(":");
  if (index === "CPLAssetInSmartAlbumByAssetDate" && detail) {
    const type = "CPLAssetAndMasterInSmartAlbumByAssetDate";
    return { type, smartAlbum: detail.toUpperCase() };
  }
  if (index === "CPLContainerRelationNotDeletedByAssetDate" && detail) {
    return { type: "CPLContainerRelationLiveByAssetDate", albumId: detail };
  }
  const type = countedTypes[index];
  return type ? { type } : null;
}

const countedTypes: Readonly<Record<string, ListType>> = {
  CPLAssetByAssetDateWithoutHiddenOrDeleted: "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted",
  CPLAssetByAddedDate: "CPLAssetAndMasterByAddedDate",
  CPLAssetBurstStackAssetByAssetDate: "CPLBurstStackAssetAndMasterByAssetDate",
  CPLAssetDeletedByExpungedDate: "CPLAssetAndMasterDeletedByExpungedDate",
  CPLAssetHiddenByAssetDate: "CPLAssetAndMasterHiddenByAssetDate",
};

interface Lists {
  readonly seq: number;
  readonly byKey: Map<string, readonly Asset[]>;
}

const known = new WeakMap<Zone, Lists>();

/** Kept until the zone changes; sorting a hundred thousand assets is not for every page. */
export function listAssets(library: Library, zone: Zone, listing: Listing): readonly Asset[] {
  let lists = known.get(zone);
  if (lists?.seq !== zone.seq) known.set(zone, (lists = { seq: zone.seq, byKey: new Map() }));
  const detail = listing.smartAlbum ?? listing.albumId ?? "";
  const key = `${listing.type} ${detail} ${library.quirks.burstMembersInLibrary}`;
  let list = lists.byKey.get(key);
  if (!list) lists.byKey.set(key, (list = makeList(library, zone, listing)));
  return list;
}

function makeList(library: Library, zone: Zone, listing: Listing): Asset[] {
  if (isContainer(listing)) return members(zone, listing);
  const isIn = membership(library, listing);
  const list: Asset[] = [];
  for (const record of zone.records.values()) {
    if (record.type === "CPLAsset" && !record.isGone && isIn(record)) list.push(record);
  }
  const moment = moments[listing.type] ?? takenMs;
  return list.sort((one, other) => moment(other) - moment(one) || other.seq - one.seq);
}

const takenMs = (asset: Asset): number => asset.assetMs;
const moments: Partial<Record<ListType, (asset: Asset) => number>> = {
  CPLAssetAndMasterByAddedDate: (asset) => asset.addedMs,
  CPLAssetAndMasterDeletedByExpungedDate: (asset) => asset.trash?.expungeMs ?? 0,
};

function members(zone: Zone, { type, albumId }: Listing): Asset[] {
  const found: Relation[] = [];
  for (const record of zone.records.values()) {
    if (record.type !== "CPLContainerRelation" || record.albumId !== albumId) continue;
    if (!record.isGone && isShown(record.asset)) found.push(record);
  }
  const order =
    type === "CPLContainerRelationLiveByPosition"
      ? (one: Relation, other: Relation) => one.position - other.position
      : (one: Relation, other: Relation) => other.asset.assetMs - one.asset.assetMs;
  return found.sort(order).map(({ asset }) => asset);
}

type Membership = (asset: Asset) => boolean;

function membership({ quirks }: Library, { type, smartAlbum }: Listing): Membership {
  switch (type) {
    case "CPLAssetAndMasterDeletedByExpungedDate":
      return (asset) => asset.trash !== null;
    case "CPLAssetAndMasterHiddenByAssetDate":
      return (asset) => asset.isHidden && !asset.trash;
    case "CPLBurstStackAssetAndMasterByAssetDate":
      return (asset) => isShown(asset) && asset.burst !== null;
    case "CPLAssetAndMasterInSmartAlbumByAssetDate": {
      const isIn = smartAlbums[smartAlbum ?? ""] ?? (() => false);
      return (asset) => isShown(asset) && isIn(asset);
    }
    default:
      return (asset) =>
        isShown(asset) && (asset.burst?.isPick !== false || quirks.burstMembersInLibrary);
  }
}

/** Hidden and deleted assets are in no index but their own. */
function isShown(asset: Asset): boolean {
  return !asset.isGone && !asset.isHidden && asset.trash === null;
}

const smartAlbums: Readonly<Record<string, Membership>> = {
  TIMELAPSE: ({ master }) => master.kind.assetSubtype === 101,
  SLOMO: ({ master }) => master.kind.assetSubtype === 100,
  PANORAMA: ({ master }) => master.kind.assetSubtype === 1,
  VIDEO: ({ master }) => master.kind.dataClassType === 2,
  FAVORITE: ({ isFavorite }) => isFavorite,
  SCREENSHOT: ({ master }) => master.kind.assetSubtypeV2 === 3,
  LIVE: ({ master }) => master.kind.assetSubtypeV2 === 2,
  DEPTH: (asset) => (renderTypeOf(asset) & 2) !== 0,
  EXPOSURE: (asset) => (renderTypeOf(asset) & 4) !== 0,
  ANIMATED: ({ master }) => master.kind.name === "gif",
};

export function renderTypeOf({ edit, master }: Asset): number {
  return edit?.renderType || master.kind.renderType;
}
