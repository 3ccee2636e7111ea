/** records/modify: what other clients use to put assets into the trash; the change tag is not enforced. */
import { change, purge, restore, trash } from "../library/changes.ts";
import type { Asset } from "../library/records.ts";
import type { Zone } from "../library/zone.ts";
import { recordError, recordJson, type RecordView } from "../wire/record.ts";
import { asList, asObject, findZone, tokenPart, viewOf, zoneNotFound } from "./call.ts";
import type { Call, JsonObject, Operation } from "./call.ts";

export const modify: Operation = (call) => {
  const zone = findZone(call, call.body.zoneID);
  if (!zone) return zoneNotFound(call);
  const view = viewOf(call, zone);
  const operations = asList(call.body.operations);
  const records = operations.map((operation) => applyOperation(call, view, operation));
  return { body: `{"records":[${records.join(",")}]${tokenPart(call, zone)}}` };
};

function applyOperation(call: Call, view: RecordView, operation: JsonObject): string {
  const wish = asObject(operation.record);
  const name = String(wish.recordName);
  const record = view.zone.records.get(name);
  if (!record || record.isGone) return recordError(name, "NOT_FOUND", "Record not found");
  if (record.type !== "CPLAsset") {
    return recordError(name, "ACCESS_DENIED", `The simulator does not change ${record.type}`);
  }
  if (String(operation.operationType).endsWith("elete")) purge(view.zone, call.nowMs, record);
  else updateAsset(call, view.zone, record, asObject(wish.fields));
  return recordJson(view, record, false);
}

function updateAsset({ nowMs }: Call, zone: Zone, asset: Asset, fields: JsonObject): void {
  const flag = (name: string): boolean | undefined =>
    name in fields ? Number(asObject(fields[name]).value) === 1 : undefined;
  asset.isFavorite = flag("isFavorite") ?? asset.isFavorite;
  asset.isHidden = flag("isHidden") ?? asset.isHidden;
  const isDeleted = flag("isDeleted");
  if (isDeleted === true && !asset.trash) trash(zone, nowMs, asset);
  else if (isDeleted === false && asset.trash) restore(zone, nowMs, asset);
  else change(zone, nowMs, asset);
}
