/**
 * What Apple says about a Photos library: zones, counts, listings, changes and single records, as decoded pages.
 *
 * Promises: nothing undecoded leaves this room; an empty token is never sent; a zone's own error inside a good answer
 * is thrown like any other. It keeps no state.
 */
import { isObject } from "../../lib/is-object.ts";
import { DataError, RemoteError } from "../../lib/errors.ts";
import { Series } from "../../lib/series.ts";
import type { Collection } from "../../photos/collection.ts";
import type { ChangesPage, Database, ListingPage, Page, Zone } from "../../photos/page.ts";
import type { CloudKitClient } from "../cloudkit/client.ts";
import { askedIn, codeFault, isPassing, reasonOf } from "../cloudkit/faults.ts";
import {
  PAGE_RECORDS,
  albumsBody,
  changesBody,
  countBody,
  indexOf,
  indexingBody,
  listingBody,
  lookupBody,
} from "../cloudkit/query.ts";
import { readAlbums } from "./albums.ts";
import type { AlbumList } from "./albums.ts";
import { numberField, textField } from "./fields.ts";
import { decodePage } from "./records.ts";
import type { UrlRule } from "./records.ts";

export interface ChangedZones {
  readonly token: string;
  readonly zones: readonly Zone[];
  /** Zones that were deleted, or that we are no longer let into. */
  readonly gone: readonly Zone[];
}

/** Zones in a database: an account has one or two libraries, and one zone for each link to photos it shared. */
const ZONES_MAX = 10_000;
const ZONES_LIMITS = { stuckMax: 3, barrenMax: 100, answersMax: 1000 };

export class PhotosService {
  constructor(
    private readonly client: CloudKitClient,
    private readonly mayFetch: UrlRule,
  ) {}

  /** Zones of a database that changed since its token; all of them without one. */
  async changedZones(database: Database, token: string | null): Promise<ChangedZones> {
    const zones: Zone[] = [];
    const gone: Zone[] = [];
    const series = new Series("Apple's lists of zones", ZONES_LIMITS);
    let current = token;
    for (;;) {
      const body = current === null || current === "" ? {} : { syncToken: current };
      const answer = await this.client.call(database, "changes/database", body);
      zones.push(...decodeZones(answer.zones, database, false));
      gone.push(...decodeZones(answer.zones, database, true));
      const next = answer.syncToken;
      if (typeof next !== "string" || next === "") {
        throw new DataError("Apple sent no token for the database", "changes/database");
      }
      if (zones.length + gone.length > ZONES_MAX) {
        throw new RemoteError("endless", `Apple names more than ${ZONES_MAX} zones`);
      }
      if (answer.moreComing !== true || next === current) return { token: next, zones, gone };
      series.promisesMore(next, namesIn(answer.zones));
      current = next;
    }
  }

  /** True when Apple has finished indexing the zone. Anything unclear counts as not finished. */
  async isIndexed(zone: Zone): Promise<boolean> {
    const answer = await this.client.call(zone.database, "records/query", indexingBody(zone));
    const [record] = asArray(answer.records);
    return (
      isObject(record) &&
      isObject(record.fields) &&
      textField(record.fields, "state") === "FINISHED"
    );
  }

  /** Apple's count of a collection, or null when it gives none. */
  async count(zone: Zone, collection: Collection): Promise<number | null> {
    const [count] = await this.counts(zone, [collection]);
    return count ?? null;
  }

  /** Apple's counts of several collections in one call, in order. */
  async counts(zone: Zone, collections: readonly Collection[]): Promise<(number | null)[]> {
    const operation = "internal/records/query/batch";
    const body = countBody(
      zone,
      collections.map((collection) => indexOf(collection).count),
    );
    const answer = await this.client.call(zone.database, operation, body, passingFaultOfCounts);
    const batch = asArray(answer.batch);
    return collections.map((_, index) => countIn(batch[index]));
  }

  /** One page of a collection from a rank on, newest first. */
  async listing(zone: Zone, collection: Collection, startRank: number): Promise<ListingPage> {
    const body = listingBody(zone, indexOf(collection), startRank);
    const answer = await this.client.call(zone.database, "records/query", body);
    const records = asArray(answer.records);
    const page = decodePage(records, answer.syncToken, this.mayFetch);
    const hasMarker = typeof answer.continuationMarker === "string";
    return { ...page, isFull: hasMarker || records.length >= PAGE_RECORDS };
  }

  /** All albums and folders of a zone, nested ones included, and the zone's token from before they were read. */
  albums(zone: Zone): Promise<AlbumList> {
    return readAlbums(async (parentId, marker) => {
      const body = albumsBody(zone, parentId, marker);
      const answer = await this.client.call(zone.database, "records/query", body);
      const page = decodePage(asArray(answer.records), answer.syncToken, this.mayFetch);
      const next = answer.continuationMarker;
      return { ...page, marker: typeof next === "string" ? next : null };
    });
  }

  /** One page of what changed in the zone since the token. Throws RemoteError("bad-token") when Apple forgot it. */
  async changes(zone: Zone, token: string): Promise<ChangesPage> {
    if (token === "") throw new RemoteError("bad-token", `No token for ${zone.name}`);
    const entryIn = (answer: Record<string, unknown>) =>
      asArray(answer.zones).find((one) => isObject(one) && isOf(one, zone));
    const answer = await this.client.call(
      zone.database,
      "changes/zone",
      changesBody(zone, token),
      (one) => zoneFault(entryIn(one)),
    );
    const entry = entryIn(answer);
    if (!isObject(entry)) throw new DataError("Apple's answer lacks the zone", zone.name);
    const page = decodePage(asArray(entry.records), entry.syncToken, this.mayFetch);
    return { ...page, moreComing: entry.moreComing === true };
  }

  /** Records by name with fresh addresses, in batches Apple accepts. Unknown names come back as tombstones. */
  async lookup(zone: Zone, names: readonly string[]): Promise<Page> {
    const body = lookupBody(zone, names);
    const answer = await this.client.call(zone.database, "records/lookup", body);
    return decodePage(asArray(answer.records), answer.syncToken, this.mayFetch);
  }
}

function decodeZones(wire: unknown, database: Database, areDeleted: boolean): Zone[] {
  const zones: Zone[] = [];
  for (const entry of asArray(wire)) {
    if (!isObject(entry) || !isObject(entry.zoneID)) continue;
    if ((entry.deleted === true) !== areDeleted) continue;
    const { zoneName, ownerRecordName } = entry.zoneID;
    if (typeof zoneName !== "string") continue;
    const owner = typeof ownerRecordName === "string" ? ownerRecordName : null;
    zones.push({ name: zoneName, owner, database });
  }
  return zones;
}

function namesIn(wire: unknown): string[] {
  return asArray(wire).map((entry) => JSON.stringify(isObject(entry) ? entry.zoneID : entry));
}

function countIn(entry: unknown): number | null {
  const [record] = isObject(entry) ? asArray(entry.records) : [];
  const fields = isObject(record) && isObject(record.fields) ? record.fields : {};
  return numberField(fields, "itemCount") ?? null;
}

// A count that Apple could not give just now is asked for again; one that it refuses is none.
function passingFaultOfCounts(answer: Record<string, unknown>): Error | null {
  const entries = asArray(answer.batch).filter(isObject);
  const records = entries.flatMap((entry) => asArray(entry.records).filter(isObject));
  for (const one of [...entries, ...records]) {
    const { serverErrorCode: code } = one;
    if (typeof code !== "string" || !isPassing(code)) continue;
    const answered = { operation: "counts", status: 200, retryAfterMs: askedIn(one) };
    return codeFault(answered, code, reasonOf(one));
  }
  return null;
}

// Errors of a zone arrive inside an answer that is good as a whole.
function zoneFault(entry: unknown): Error | null {
  if (!isObject(entry) || typeof entry.serverErrorCode !== "string") return null;
  const retryAfterMs = askedIn(entry);
  const answered = { operation: "changes/zone", status: 200, retryAfterMs };
  return codeFault(answered, entry.serverErrorCode, reasonOf(entry));
}

// Whether an entry speaks of a zone; it need not name the owner.
function isOf({ zoneID }: Record<string, unknown>, zone: Zone): boolean {
  if (!isObject(zoneID) || zoneID.zoneName !== zone.name) return false;
  const { ownerRecordName: owner } = zoneID;
  return zone.owner === null || typeof owner !== "string" || owner === zone.owner;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
