/** changes/database: which zones changed since a token; the token is new every time. */
import { randomUUID } from "node:crypto";
import { databaseToken, readDatabaseToken, zoneToken } from "../library/tokens.ts";
import type { Zone } from "../library/zone.ts";
import { zoneIdJson } from "../wire/record.ts";
import { failure, type Answer, type Call, type Operation } from "./call.ts";

let calls = 0;

export const changesInDatabase: Operation = (call) => {
  const { library, database, body } = call;
  const { quirks } = library;
  if (database === "shared" && quirks.sharedDatabaseFails) {
    return failure(call, 500, "INTERNAL_ERROR", "Internal error");
  }
  const since = typeof body.syncToken === "string" ? body.syncToken : "";
  const stamp = since === "" ? 0 : readDatabaseToken(since, library.epoch);
  if (stamp === null) {
    return failure(call, 400, "BAD_REQUEST", "Unknown sync continuation type");
  }
  if (quirks.emptyDatabasePages > 0) {
    quirks.emptyDatabasePages -= 1;
    return answer(call, stamp, [], true);
  }
  if (quirks.endlessZones) return answer(call, stamp, [], true, inventedZone());
  const zones = library.zones.filter(
    (zone) => zone.identity.database === database && zone.stamp > stamp,
  );
  return answer(call, library.stamp, zones, false);
};

function inventedZone(): string {
  return `{"zoneID":{"zoneName":"CMM-${randomUUID()}","ownerRecordName":"_stranger","zoneType":"REGULAR_CUSTOM_ZONE"}}`;
}

function answer(
  call: Call,
  stamp: number,
  zones: readonly Zone[],
  isMore: boolean,
  invented?: string,
): Answer {
  calls += 1;
  const token = databaseToken(stamp, calls, call.library.epoch);
  const entries = invented ?? zones.map((zone) => zoneEntry(call, zone)).join(",");
  return { body: `{"syncToken":"${token}","moreComing":${isMore},"zones":[${entries}]}` };
}

function zoneEntry({ library }: Call, zone: Zone): string {
  if (zone.isDeleted) return `{"zoneID":${zoneIdJson(zone)},"deleted":true}`;
  const token = library.quirks.zonesWithoutToken ? "" : `,"syncToken":"${zoneToken(zone)}"`;
  return `{"zoneID":${zoneIdJson(zone)}${token}}`;
}
