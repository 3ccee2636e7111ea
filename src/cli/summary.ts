/** The lines that close a cycle. */
import type { SkipReason, Tally } from "../sync/events.ts";
import { metadataLine } from "./metadata-line.ts";
import { formatBytes, formatDuration } from "./format.ts";

/** In the order in which they are told. */
const LABELS: Record<SkipReason, string> = {
  current: "already downloaded",
  "media-type": "filtered by media type",
  "date-range": "filtered by date range",
  "live-photo": "filtered (live photo)",
  filename: "filtered by filename",
  "excluded-album": "excluded by album",
  "not-selected": "not selected",
  hidden: "hidden",
  deleted: "recently deleted",
  gone: "gone from iCloud",
  "no-version": "nothing to download",
};

export interface CycleKind {
  /** Every zone was asked for its changes only. */
  readonly isIncremental: boolean;
  /** Ended before its time, because we were asked to stop. */
  readonly isInterrupted: boolean;
}

/** What a cycle came to, line by line. */
export function summaryLines(tally: Tally, kind: CycleKind): string[] {
  if (isIdle(tally)) return tally.isCutShort ? [] : [idleLine(tally, kind)];
  const end = kind.isInterrupted ? "Interrupted after" : "Completed in";
  return [
    `--- ${title(kind)} ---`,
    assetLine(tally),
    ...fileLines(tally),
    ...(tally.filesMoved > 0 ? [`Moved: ${tally.filesMoved} files`] : []),
    ...leftLine(tally),
    ...unverifiedLine(tally),
    ...metadataLine(tally.metadata),
    ...skippedLine(tally),
    ...faultLines(tally),
    ...(tally.bytesDownloaded > 0 ? [`Transferred ${formatBytes(tally.bytesDownloaded)}`] : []),
    `${end} ${formatDuration(tally.elapsedMs)}`,
  ];
}

function isIdle(tally: Tally): boolean {
  const { recordsUnreadable, listingFaults, filesExhausted } = tally;
  const troubles =
    tally.failed + tally.interrupted + recordsUnreadable + listingFaults + filesExhausted;
  const files = tally.filesDownloaded + tally.filesAdopted + tally.filesFailed + tally.filesMoved;
  return tally.saved + files + troubles + metadataLine(tally.metadata).length === 0;
}

function idleLine(tally: Tally, { isIncremental, isInterrupted }: CycleKind): string {
  const idle = isIncremental ? "No new photos since the last sync" : "No new photos to download";
  const what = isInterrupted ? "Interrupted before anything was downloaded" : idle;
  return `${what} (${formatDuration(tally.elapsedMs)})`;
}

function title({ isIncremental, isInterrupted }: CycleKind): string {
  const name = isIncremental ? "Incremental Sync Summary" : "Summary";
  return isInterrupted ? `${name} (interrupted)` : name;
}

function assetLine(tally: Tally): string {
  const skipped = skippedCount(tally);
  const parts = [
    `${tally.saved} downloaded`,
    skipped > 0 ? `${skipped} skipped` : null,
    `${tally.failed} failed`,
    tally.interrupted > 0 ? `${tally.interrupted} interrupted` : null,
  ];
  return `${parts.filter((part) => part !== null).join(", ")} (${tally.seen} total)`;
}

/** Only told when files and assets are different things to count. */
function fileLines(tally: Tally): string[] {
  const files = tally.filesDownloaded + tally.filesAdopted + tally.filesFailed;
  if (tally.filesAdopted === 0 && files === tally.saved + tally.failed) return [];
  return [
    `Files: ${tally.filesDownloaded} downloaded, ${tally.filesAdopted} on disk, ${tally.filesFailed} failed`,
  ];
}

function leftLine({ filesLeft }: Tally): string[] {
  if (filesLeft === 0) return [];
  return [
    `Left as they were, not written by kei: ${filesLeft} older version${filesLeft === 1 ? "" : "s"}`,
  ];
}

function unverifiedLine({ filesUnverified }: Tally): string[] {
  if (filesUnverified === 0) return [];
  const files = `${filesUnverified} file${filesUnverified === 1 ? "" : "s"}`;
  return [`Unverified, Apple's checksum does not fit: ${files} (kei verify names them)`];
}

function skippedLine({ skipped }: Tally): string[] {
  const parts = Object.entries(LABELS).flatMap(([reason, label]) => {
    const count = skipped[reason as SkipReason] ?? 0;
    return count > 0 ? [`${count} ${label}`] : [];
  });
  return parts.length > 0 ? [`Skipped: ${parts.join(", ")}`] : [];
}

function skippedCount({ skipped }: Tally): number {
  return Object.values(skipped).reduce((sum, count) => sum + count, 0);
}

function faultLines(tally: Tally): string[] {
  const lines: string[] = [];
  if (tally.recordsUnreadable > 0) lines.push(`Unreadable records: ${tally.recordsUnreadable}`);
  if (tally.filesExhausted > 0) lines.push(`Retries exhausted: ${tally.filesExhausted} files`);
  if (tally.listingFaults > 0) lines.push(`Listing errors: ${tally.listingFaults}`);
  return lines;
}
