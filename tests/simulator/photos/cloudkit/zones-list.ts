/** zones/list: the zones of one database, deleted ones marked. */
import { zoneToken } from "../library/tokens.ts";
import { zoneIdJson } from "../wire/record.ts";
import { failure, type Operation } from "./call.ts";

export const listZones: Operation = (call) => {
  const { library, database } = call;
  if (database === "shared" && library.quirks.sharedDatabaseFails) {
    return failure(call, 500, "INTERNAL_ERROR", "Internal error");
  }
  const zones = library.zones.filter(({ identity }) => identity.database === database);
  const entries = zones.map((zone) => {
    const deleted = zone.isDeleted ? `,"deleted":true` : "";
    return `{"zoneID":${zoneIdJson(zone)}${deleted}}`;
  });
  const [first] = zones;
  const token = first ? `,"syncToken":"${zoneToken(first)}"` : "";
  return { body: `{"moreComing":false${token},"zones":[${entries.join(",")}]}` };
};
