/** Records the server makes up for an answer: counts and the indexing state. */
import type { Library } from "../library/library.ts";
import type { Zone } from "../library/zone.ts";
import { zoneIdJson } from "../wire/record.ts";

export function serverRecord(
  library: Library,
  zone: Zone,
  name: string,
  type: string,
  fieldsJson: string,
): string {
  const moment = `{"timestamp":${library.clock.now()},"userRecordName":"_10","deviceID":"1"}`;
  return `{"recordName":"${name}","recordType":"${type}","fields":${fieldsJson},"pluginFields":{},"recordChangeTag":"0","created":${moment},"modified":${moment},"deleted":false,"zoneID":${zoneIdJson(zone)}}`;
}
