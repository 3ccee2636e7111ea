/** changes/zone: what changed in a zone after a token, in order of change, current state only. */
import type { LibraryRecord } from "../library/records.ts";
import { readZoneToken, zoneToken } from "../library/tokens.ts";
import type { Zone } from "../library/zone.ts";
import { recordJson, tombstone, zoneIdJson, type RecordView } from "../wire/record.ts";
import { Selection } from "../wire/selection.ts";
import { asList, findZone, viewOf, type Call, type JsonObject, type Operation } from "./call.ts";
import { recordsMax } from "./limits.ts";

/** Errors arrive inside the zone's object, with HTTP 200. */
export const changesInZone: Operation = (call) => {
  const zones = asList(call.body.zones).map((asked) => {
    const zone = findZone(call, asked.zoneID);
    if (!zone) {
      const named = JSON.stringify(asked.zoneID ?? null);
      return zoneFault(named, "ZONE_NOT_FOUND", "Zone does not exist");
    }
    return feedPage(call, zone, asked);
  });
  return { body: `{"zones":[${zones.join(",")}]}` };
};

function feedPage(call: Call, zone: Zone, asked: JsonObject): string {
  const { syncToken } = asked;
  // No token asks for the whole history, whose first page is empty.
  if (typeof syncToken !== "string") return page(call, zone, { records: "", seq: 0, isMore: true });
  // An empty token is NOT "no token": Apple takes the client for up to date.
  if (syncToken === "") return page(call, zone, { records: "", seq: zone.seq, isMore: false });
  const reading = readZoneToken(syncToken, zone);
  if ("fault" in reading) return zoneFault(zoneIdJson(zone), "BAD_REQUEST", reading.fault);

  // A page looks at so many sequence numbers; superseded ones make it short or empty.
  const window = recordsMax(asked.resultsLimit ?? call.body.resultsLimit);
  const { endlessChanges } = call.library.quirks;
  if (endlessChanges) zone.skip(window);
  const seq = Math.min(zone.seq, reading.seq + window);
  const view = viewOf(call, zone, asked.desiredKeys ? asked : call.body);
  const found = zone.changed(reading.seq, seq);
  const records = found.map((record) => feedRecord(view, record)).join(",");
  return page(call, zone, { records, seq, isMore: endlessChanges || seq < zone.seq });
}

interface Page {
  readonly records: string;
  readonly seq: number;
  readonly isMore: boolean;
}

function page({ library }: Call, zone: Zone, { records, seq, isMore }: Page): string {
  const more = !isMore && library.quirks.nullMoreComing ? null : isMore;
  const token = zoneToken(zone, seq);
  return `{"zoneID":${zoneIdJson(zone)},"syncToken":"${token}","moreComing":${more},"records":[${records}]}`;
}

/** No syncToken and no moreComing here. */
function zoneFault(zoneId: string, serverErrorCode: string, reason: string): string {
  return `{"zoneID":${zoneId},"serverErrorCode":"${serverErrorCode}","reason":"${reason}"}`;
}

const favoriteOnly = new Selection(["isFavorite"]);
const nothing = new Selection([]);

function feedRecord(view: RecordView, record: LibraryRecord): string {
  if (record.isGone) return tombstone(record);
  const { partialDeltas, bareRelations } = view.library.quirks;
  if (partialDeltas && record.type === "CPLAsset") {
    return recordJson({ ...view, selection: favoriteOnly }, record);
  }
  if (bareRelations && record.type === "CPLContainerRelation") {
    return recordJson({ ...view, selection: nothing }, record);
  }
  return recordJson(view, record);
}
