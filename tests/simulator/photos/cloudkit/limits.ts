/** Apple's hard limit of records in one answer. */

export const pageRecordsMax = 200;

/** What a page may hold, whatever was asked for. */
export function recordsMax(asked: unknown): number {
  const wanted = typeof asked === "number" && asked > 0 ? Math.floor(asked) : pageRecordsMax;
  return Math.min(wanted, pageRecordsMax);
}
