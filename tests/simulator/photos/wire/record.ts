/** One record as a client sees it: envelope, fields, or in their place an error or a tombstone. */
import type { Library } from "../library/library.ts";
import type { LibraryRecord } from "../library/records.ts";
import type { Zone } from "../library/zone.ts";
import { FieldWriter } from "./field-writer.ts";
import { writeFields } from "./fields.ts";
import type { LinkMaker } from "./links.ts";
import { layOver } from "./patch.ts";
import type { Selection } from "./selection.ts";

export interface RecordView {
  readonly library: Library;
  readonly zone: Zone;
  readonly links: LinkMaker;
  readonly selection: Selection;
}

/** Apple forgets trashed records 40 days after the change. */
const expirationMs = 40 * 86_400_000;

export function recordJson(view: RecordView, record: LibraryRecord, withZone = true): string {
  const { recordErrors } = view.library.quirks;
  const code = recordErrors[record.name] ?? recordErrors["*"];
  if (code) return recordError(record.name, code, `${record.name} is not to be had`);
  if (record.isGone) return tombstone(record);
  const zoneId = zoneIdJson(view.zone);
  const writer = new FieldWriter(view.selection, view.links);
  writeFields(writer, record, zoneId);
  const owner = view.zone.identity.owner;
  const expiration = expirationOf(record);
  const text = `{"recordName":${JSON.stringify(record.name)},"recordType":"${record.type}","fields":${writer.json},"pluginFields":{},"recordChangeTag":"${record.seq.toString(36)}","created":{"timestamp":${record.createdMs},"userRecordName":"${owner}","deviceID":"${phoneId}"},"modified":{"timestamp":${record.modifiedMs},"userRecordName":"${owner}","deviceID":"${record.modifiedMs === record.createdMs ? phoneId : "2"}"},"deleted":false${withZone ? `,"zoneID":${zoneId}` : ""}${expiration}}`;
  return isOdd(view.library, record) ? layOver(view.library, record, text) : text;
}

/** Only in feeds and lookups: a name, and that it is gone. Relations come without a type at all. */
export function tombstone(record: LibraryRecord): string {
  const type = record.type === "CPLContainerRelation" ? "" : `"recordType":null,`;
  const tag = record.seq.toString(36);
  return `{"recordName":${JSON.stringify(record.name)},${type}"deleted":true,"recordChangeTag":"${tag}"}`;
}

export function recordError(recordName: string, serverErrorCode: string, reason: string): string {
  return JSON.stringify({ recordName, reason, serverErrorCode });
}

export function zoneIdJson({ identity: { name, owner } }: Zone): string {
  return `{"zoneName":${JSON.stringify(name)},"ownerRecordName":"${owner}","zoneType":"REGULAR_CUSTOM_ZONE"}`;
}

const phoneId = "6B1D".repeat(16);

/** SECONDS since 1970, and only on what is in the trash. */
function expirationOf(record: LibraryRecord): string {
  if (!("trash" in record) || !record.trash) return "";
  return `,"expirationTime":${Math.floor((record.modifiedMs + expirationMs) / 1000)}`;
}

function isOdd({ quirks }: Library, record: LibraryRecord): boolean {
  return (
    record.patch !== undefined ||
    quirks.booleanFlags ||
    quirks.missingDownloadUrl.includes(record.name)
  );
}
