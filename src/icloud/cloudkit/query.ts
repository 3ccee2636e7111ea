/** The requests of the Photos database: bodies out, raw answers in. */
import type { Zone } from "../../photos/page.ts";

/** At most this many records come back whatever is asked; each asset of the library costs two. */
export const PAGE_RECORDS = 200;
export const PAGE_ASSETS = PAGE_RECORDS / 2;

/** The index of everything that is neither hidden nor in Recently Deleted, by date taken. */
export const LIBRARY_INDEX = {
  list: "CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted",
  count: "CPLAssetByAssetDateWithoutHiddenOrDeleted",
};

const RESOURCES = [
  "JPEGFull",
  "JPEGMed",
  "JPEGThumb",
  "VidFull",
  "VidMed",
  "VidSmall",
  "Original",
  "OriginalAlt",
  "OriginalVidCompl",
];

/** The fields kei reads; a shorter list than the web page's makes a page a good deal smaller. */
export const DESIRED_KEYS = [
  ...RESOURCES.flatMap((name) => [`res${name}Res`, `res${name}FileType`]),
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
  "captionEnc",
  "extendedDescEnc",
  "keywordsEnc",
  "locationEnc",
  "adjustmentType",
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
export function listingBody(zone: Zone, listType: string, startRank: number): object {
  return {
    query: {
      recordType: listType,
      filterBy: [
        {
          fieldName: "startRank",
          fieldValue: { type: "INT64", value: startRank },
          comparator: "EQUALS",
        },
        {
          fieldName: "direction",
          fieldValue: { type: "STRING", value: "ASCENDING" },
          comparator: "EQUALS",
        },
      ],
    },
    resultsLimit: PAGE_RECORDS,
    desiredKeys: DESIRED_KEYS,
    zoneID: zoneId(zone),
  };
}

/** How many assets an index holds. */
export function countBody(zone: Zone, countId: string): object {
  return {
    batch: [
      {
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
      },
    ],
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
