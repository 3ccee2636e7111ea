/** The requests of the Photos database: bodies out, raw answers in. */
import { RESOURCE_FIELDS } from "../../photos/page.ts";
import type { Collection, SmartFolder } from "../../photos/collection.ts";
import type { Zone } from "../../photos/page.ts";

/** At most this many records come back whatever is asked; each asset of the library costs two. */
export const PAGE_RECORDS = 200;

/** Where Apple keeps a collection: the index to list, the index to count, a filter for those that share an index. */
export interface Index {
  readonly list: string;
  readonly count: string;
  readonly filter?: { readonly fieldName: string; readonly value: string };
}

const SMART_LIST = "CPLAssetAndMasterInSmartAlbumByAssetDate";

function smart(filter: string, count: string): Index {
  return {
    list: SMART_LIST,
    count: `CPLAssetInSmartAlbumByAssetDate:${count}`,
    filter: { fieldName: "smartAlbum", value: filter },
  };
}

const SMART_INDEXES: Record<SmartFolder, Index> = {
  "Time-lapse": smart("TIMELAPSE", "Timelapse"),
  Videos: smart("VIDEO", "Video"),
  "Slo-mo": smart("SLOMO", "Slomo"),
  Favorites: smart("FAVORITE", "Favorite"),
  Panoramas: smart("PANORAMA", "Panorama"),
  Screenshots: smart("SCREENSHOT", "Screenshot"),
  Live: smart("LIVE", "Live"),
  Portrait: smart("DEPTH", "Depth"),
  "Long Exposure": smart("EXPOSURE", "Exposure"),
  Animated: smart("ANIMATED", "Animated"),
  Bursts: {
    list: "CPLBurstStackAssetAndMasterByAssetDate",
    count: "CPLAssetBurstStackAssetByAssetDate",
  },
  "Recently Deleted": {
    list: "CPLAssetAndMasterDeletedByExpungedDate",
    count: "CPLAssetDeletedByExpungedDate",
  },
  Hidden: { list: "CPLAssetAndMasterHiddenByAssetDate", count: "CPLAssetHiddenByAssetDate" },
};

/** The index of a collection. The library's holds everything that is neither hidden nor in Recently Deleted. */
export function indexOf(collection: Collection): Index {
  switch (collection.kind) {
    case "library":
      return {
        list: "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted",
        count: "CPLAssetByAssetDateWithoutHiddenOrDeleted",
      };
    case "smart":
      return SMART_INDEXES[collection.name];
    case "album":
      return {
        list: "CPLContainerRelationLiveByAssetDate",
        count: `CPLContainerRelationNotDeletedByAssetDate:${collection.id}`,
        filter: { fieldName: "parentId", value: collection.id },
      };
  }
}

/** The fields kei reads; a shorter list than the web page's makes a page a good deal smaller. */
export const DESIRED_KEYS = [
  ...RESOURCE_FIELDS.flatMap((name) => [`res${name}Res`, `res${name}FileType`]),
  "filenameEnc",
  "itemType",
  "dataClassType",
  "masterRef",
  "assetDate",
  "addedDate",
  "timeZoneOffset",
  "isFavorite",
  "isHidden",
  "isDeleted",
  "isExpunged",
  "burstId",
  "assetSubtype",
  "assetSubtypeV2",
  "adjustmentRenderType",
  "captionEnc",
  "extendedDescEnc",
  "keywordsEnc",
  "locationEnc",
  "albumNameEnc",
  "albumType",
  "parentId",
  "containerId",
  "itemId",
];

/** A zone as requests want it: with owner and type whenever they are known. */
export function zoneId(zone: Zone): Record<string, string> {
  return zone.owner === null
    ? { zoneName: zone.name }
    : { zoneName: zone.name, ownerRecordName: zone.owner, zoneType: "REGULAR_CUSTOM_ZONE" };
}

/** A page of an index from a rank on. ASCENDING walks ranks upwards, and rank 0 is the newest. */
export function listingBody(zone: Zone, index: Index, startRank: number): object {
  const filterBy = [
    equals("startRank", "INT64", startRank),
    equals("direction", "STRING", "ASCENDING"),
  ];
  if (index.filter) filterBy.push(equals(index.filter.fieldName, "STRING", index.filter.value));
  return {
    query: { recordType: index.list, filterBy },
    resultsLimit: PAGE_RECORDS,
    desiredKeys: DESIRED_KEYS,
    zoneID: zoneId(zone),
  };
}

/** Albums and folders right under a folder, or at the root without one; at most 200 and then a marker. */
export function albumsBody(zone: Zone, parentId: string | null, marker: string | null): object {
  const query = { recordType: "CPLAlbumByPositionLive" };
  const filterBy = parentId === null ? [] : [equals("parentId", "STRING", parentId)];
  return {
    query: parentId === null ? query : { ...query, filterBy },
    resultsLimit: PAGE_RECORDS,
    zoneID: zoneId(zone),
    ...(marker === null ? {} : { continuationMarker: marker }),
  };
}

function equals(fieldName: string, type: string, value: string | number): object {
  return { fieldName, fieldValue: { type, value }, comparator: "EQUALS" };
}

/** How many assets each of some indexes holds; the answers come in the same order. */
export function countBody(zone: Zone, countIds: readonly string[]): object {
  return {
    batch: countIds.map((countId) => ({
      resultsLimit: 1,
      query: {
        recordType: "HyperionIndexCountLookup",
        filterBy: {
          fieldName: "indexCountID",
          fieldValue: { type: "STRING_LIST", value: [countId] },
          comparator: "IN",
        },
      },
      zoneWide: true,
      zoneID: zoneId(zone),
    })),
  };
}

/** Whether Apple has finished building the zone's indexes. */
export function indexingBody(zone: Zone): object {
  return { query: { recordType: "CheckIndexingState" }, zoneID: zoneId(zone) };
}

/** Records by name, with fresh addresses. */
export function lookupBody(zone: Zone, names: readonly string[]): object {
  return {
    records: names.map((recordName) => ({ recordName })),
    zoneID: zoneId(zone),
    desiredKeys: DESIRED_KEYS,
  };
}

/** What changed in a zone since a token. An empty token would mean "nothing": it must never be sent. */
export function changesBody(zone: Zone, token: string): object {
  return {
    zones: [
      {
        zoneID: zoneId(zone),
        syncToken: token,
        resultsLimit: PAGE_RECORDS,
        desiredKeys: DESIRED_KEYS,
      },
    ],
  };
}
