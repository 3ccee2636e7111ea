/** What a person asks first: which zones there are and how much is in them. */
import { listAssets, type ListType } from "../library/indexes.ts";
import { kindNames } from "../library/kinds.ts";
import type { Library } from "../library/library.ts";
import { zoneToken } from "../library/tokens.ts";
import type { Zone } from "../library/zone.ts";

export function summary(library: Library) {
  return {
    zones: library.zones.map((zone) => zoneSummary(library, zone)),
    quirks: library.quirks,
    kinds: kindNames,
  };
}

function zoneSummary(library: Library, zone: Zone) {
  const count = (type: ListType): number => listAssets(library, zone, { type }).length;
  return {
    ...zone.identity,
    isDeleted: zone.isDeleted,
    seq: zone.seq,
    syncToken: zoneToken(zone),
    records: zone.records.size,
    listed: count("CPLAssetAndMasterByAssetDateWithoutHiddenOrDeleted"),
    hidden: count("CPLAssetAndMasterHiddenByAssetDate"),
    trashed: count("CPLAssetAndMasterDeletedByExpungedDate"),
    albums: albumsOf(zone),
  };
}

function albumsOf(zone: Zone) {
  const albums = [];
  for (const record of zone.records.values()) {
    if (record.type !== "CPLAlbum" || record.isGone || record.albumName === null) continue;
    const { name: recordName, albumName, albumType, parentId } = record;
    albums.push({ recordName, albumName, albumType, parentId });
  }
  return albums;
}
