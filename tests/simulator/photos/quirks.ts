/** Odd but real behaviour of Apple's servers that a test can switch on. */

export interface Quirks {
  /** Added to every index count. */
  countDelta: number;
  /** Count answers come without records. */
  countsAreMissing: boolean;
  indexing: "FINISHED" | "RUNNING";
  /** serverErrorCode to send in place of a record, by record name; "*" is every record. */
  recordErrors: Record<string, string>;
  /** Records whose resources have no downloadURL, as during a pending upload. */
  missingDownloadUrl: string[];
  /** Assets of a page's end arrive on the next page, without their masters. */
  splitPairs: boolean;
  /** Assets before masters. */
  halvesReversed: boolean;
  /** A page that begins at this rank is empty, once. */
  emptyPageAtRank: number | null;
  /** A new photo appears at rank 0 after so many more list pages; 0 is never. */
  addAfterPages: number;
  /** The newest photo goes to the trash after so many more list pages; 0 is never. */
  trashAfterPages: number;
  /** Assets that share a master each bring it, so that a page holds it twice. */
  masterPerAsset: boolean;
  /** The library index holds every member of a burst, not the pick alone. */
  burstMembersInLibrary: boolean;
  /** A changed asset in a feed carries only these fields. */
  partialDeltas: boolean;
  /** isDeleted, isHidden and isFavorite are true or false, not 1 or 0. */
  booleanFlags: boolean;
  /** Relations in a feed have no fields. */
  bareRelations: boolean;
  /** moreComing is null on the last page of a feed. */
  nullMoreComing: boolean;
  /** So many answers of changes/database announce more and name no zone. */
  emptyDatabasePages: number;
  /** changes/database names zones without their tokens. */
  zonesWithoutToken: boolean;
  /** So many calls of records/lookup fail with INTERNAL_ERROR. */
  lookupFailures: number;
  lookupReversed: boolean;
  /** zones/list and changes/database of the shared side fail with INTERNAL_ERROR. */
  sharedDatabaseFails: boolean;
  /** Status for an address whose hour is over; reports name 410 and 403. */
  expiredStatus: number;
  /** Listings begin again after their end, under new names. */
  endlessPages: boolean;
  /** Every page of changes promises another. */
  endlessChanges: boolean;
  /** changes/database names new zones and promises more, for ever. */
  endlessZones: boolean;
  /** There is a folder in every folder. */
  endlessAlbums: boolean;
  /** Pages of albums are full for ever, their markers lead in a circle. */
  markerLoop: boolean;
  /** fileChecksums the content host does not know any more. */
  goneContent: string[];
}

export function quietQuirks(): Quirks {
  return {
    countDelta: 0,
    countsAreMissing: false,
    indexing: "FINISHED",
    recordErrors: {},
    missingDownloadUrl: [],
    splitPairs: false,
    halvesReversed: false,
    emptyPageAtRank: null,
    addAfterPages: 0,
    trashAfterPages: 0,
    masterPerAsset: false,
    burstMembersInLibrary: false,
    partialDeltas: false,
    booleanFlags: false,
    bareRelations: false,
    nullMoreComing: false,
    emptyDatabasePages: 0,
    zonesWithoutToken: false,
    lookupFailures: 0,
    lookupReversed: false,
    sharedDatabaseFails: false,
    expiredStatus: 410,
    endlessPages: false,
    endlessChanges: false,
    endlessZones: false,
    endlessAlbums: false,
    markerLoop: false,
    goneContent: [],
  };
}
