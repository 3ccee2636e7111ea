/** records/query: indexing state, counts, albums and lists of assets, each a "record type" of its own. */
import type { Zone } from "../library/zone.ts";
import { listTypes, type ListType } from "../library/indexes.ts";
import { listAlbums } from "./albums.ts";
import { asObject, failure, findZone, tokenPart, zoneNotFound, type Answer } from "./call.ts";
import type { Call, Operation } from "./call.ts";
import { countRecords } from "./counts.ts";
import { readFilters, type Filters } from "./filters.ts";
import { serverRecord } from "./server-record.ts";
import { listPage } from "./listing.ts";

export const query: Operation = (call) => {
  const zone = findZone(call, call.body.zoneID);
  if (!zone) return zoneNotFound(call);
  const asked = asObject(call.body.query);
  const filters = readFilters(asked.filterBy);
  const type = typeof asked.recordType === "string" ? asked.recordType : "";
  switch (type) {
    case "CheckIndexingState":
      return indexingState(call, zone);
    case "HyperionIndexCountLookup": {
      const records = countRecords(call.library, zone, filters);
      return { body: `{"records":[${records}]${tokenPart(call, zone)}}` };
    }
    case "CPLAlbumByPositionLive":
      return hasAlbums(zone) ? listAlbums(call, zone, filters) : invalidIndex(call);
    default:
      return queryList(call, zone, type, filters);
  }
};

function queryList(call: Call, zone: Zone, type: string, filters: Filters): Answer {
  const listType = listTypes.find((each): each is ListType => each === type);
  if (!listType) {
    return failure(call, 400, "BAD_REQUEST", `Type is not marked indexable: ${type}`);
  }
  const needsAlbums = listType.startsWith("CPLContainerRelation");
  if (!hasIndexes(zone) || (needsAlbums && !hasAlbums(zone))) return invalidIndex(call);
  return listPage(call, zone, listType, filters);
}

function indexingState(call: Call, zone: Zone): Answer {
  const state = call.library.quirks.indexing;
  const progress = state === "FINISHED" ? 100 : 63;
  const fields = `{"progress":{"value":${progress},"type":"INT64"},"state":{"value":"${state}","type":"STRING"}}`;
  const record = serverRecord(call.library, zone, "_f00d", "CheckIndexingState", fields);
  return { body: `{"records":[${record}]${tokenPart(call, zone)}}` };
}

/** Share links, shared albums and other apps' libraries have no photo indexes. */
function hasIndexes({ name }: Zone): boolean {
  return name === "PrimarySync" || name.startsWith("SharedSync-");
}

/** A shared library has no albums. */
function hasAlbums({ name }: Zone): boolean {
  return name === "PrimarySync";
}

function invalidIndex(call: Call): Answer {
  return failure(call, 400, "BAD_REQUEST", "Index has invalid data");
}
