/** The line of the summary that tells of metadata. */
import type { MetadataTally } from "../sync/events.ts";

/** None when nothing happened to metadata. */
export function metadataLine(tally: MetadataTally | undefined): string[] {
  if (!tally) return [];
  const { written, sidecars, failed, putOff, foreign, unfit } = tally;
  const kinds = Object.entries(unfit).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const unfitFiles = kinds.reduce((sum, [, count]) => sum + count, 0);
  const words = kinds.map(([kind, count]) => `${count} ${kind}`).join(", ");
  const parts: [count: number, words: string][] = [
    [written, `${written} written`],
    [sidecars, `${sidecars} sidecars`],
    [failed, `${failed} failed`],
    [putOff, `${putOff} put off`],
    [foreign, `${foreign} left, changed by somebody else`],
    [unfitFiles, `${unfitFiles} cannot carry it (${words})`],
  ];
  const told = parts.filter(([count]) => count > 0).map(([, text]) => text);
  return told.length > 0 ? [`Metadata: ${told.join(", ")}`] : [];
}
