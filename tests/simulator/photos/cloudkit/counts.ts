/** HyperionIndexCountLookup: how many assets an index holds, alone or in a batch. */
import { listAssets, listingOfCount } from "../library/indexes.ts";
import type { Library } from "../library/library.ts";
import type { Zone } from "../library/zone.ts";
import { asList, asObject, failure, findZone, tokenPart, zoneNotFound } from "./call.ts";
import type { Operation } from "./call.ts";
import { readFilters, type Filters } from "./filters.ts";
import { serverRecord } from "./server-record.ts";

/** Answers stand in the order of the questions. */
export const countBatch: Operation = (call) => {
  const answers: string[] = [];
  for (const entry of asList(call.body.batch)) {
    const zone = findZone(call, entry.zoneID);
    if (!zone) return zoneNotFound(call);
    const asked = asObject(entry.query);
    if (asked.recordType !== "HyperionIndexCountLookup") {
      return failure(call, 400, "BAD_REQUEST", "Only index counts can be asked for in a batch");
    }
    const records = countRecords(call.library, zone, readFilters(asked.filterBy));
    answers.push(`{"records":[${records}]${tokenPart(call, zone)}}`);
  }
  return { body: `{"batch":[${answers.join(",")}]}` };
};

/** One IndexCountResult for each id asked for. */
export function countRecords(library: Library, zone: Zone, filters: Filters): string {
  if (library.quirks.countsAreMissing) return "";
  const ids = filters.texts("indexCountID");
  return ids.map((id) => countRecord(library, zone, id)).join(",");
}

function countRecord(library: Library, zone: Zone, id: string): string {
  const listing = listingOfCount(id);
  const exact = listing ? listAssets(library, zone, listing).length : 0;
  const count = Math.max(0, exact + library.quirks.countDelta);
  const fields = `{"itemCount":{"value":${count},"type":"INT64"}}`;
  return serverRecord(library, zone, id, "IndexCountResult", fields);
}
