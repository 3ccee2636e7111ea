/** records/lookup: records by name, with fresh download addresses; at most 200 names. */
import { recordError, recordJson, type RecordView } from "../wire/record.ts";
import { asList, failure, findZone, tokenPart, viewOf, zoneNotFound } from "./call.ts";
import type { Operation } from "./call.ts";
import { pageRecordsMax } from "./limits.ts";

export const lookup: Operation = (call) => {
  const { quirks } = call.library;
  if (quirks.lookupFailures > 0) {
    quirks.lookupFailures -= 1;
    return failure(call, 500, "INTERNAL_ERROR", "Internal error");
  }
  const names = asList(call.body.records).map(({ recordName }) => String(recordName));
  if (names.length > pageRecordsMax) {
    const reason = "array 'records' length is greater than max size";
    return failure(call, 400, "BAD_REQUEST", reason);
  }
  const zone = findZone(call, call.body.zoneID);
  if (!zone) return zoneNotFound(call);
  const view = viewOf(call, zone);
  const records = names.map((name) => lookUp(view, name));
  if (quirks.lookupReversed) records.reverse();
  return { body: `{"records":[${records.join(",")}]${tokenPart(call, zone)}}` };
};

function lookUp(view: RecordView, name: string): string {
  const record = view.zone.records.get(name);
  return record ? recordJson(view, record) : recordError(name, "NOT_FOUND", "Record not found");
}
