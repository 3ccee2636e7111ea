/** Two readers of events that tell how far we are: a live line on a terminal, now and then a log line elsewhere. */
import { basename } from "node:path";
import type { Log } from "../app/io.ts";
import type { Clock } from "../lib/clock.ts";
import type { Observe } from "../sync/events.ts";
import { ProgressState, type Progress } from "../sync/progress.ts";
import { barText } from "./bar.ts";
import { formatBytes, formatCount, formatDuration, formatRate } from "./format.ts";
import type { Screen } from "./screen.ts";

const REDRAW_MS = 100;
const LINE_MS = 10_000;
const LINE_FILES = 1000;

/** Keeps one line at the bottom of the terminal up to date, and removes it when the cycle ends. */
export function liveProgress(screen: Screen, clock: Clock): Observe {
  let state = new ProgressState();
  let drawnMs = -Infinity;
  return (event) => {
    const now = clock.steadyMs();
    if (event.kind === "cycle-started") state = new ProgressState();
    if (event.kind === "cycle-ended") return screen.status(null);
    state.add(event, now);
    if (now - drawnMs < REDRAW_MS) return;
    drawnMs = now;
    screen.status(statusLine(state.read(now), screen.columns()));
  };
}

/** Writes a log line every ten seconds or every thousand files, whichever comes first. */
export function plainProgress(log: Log, clock: Clock): Observe {
  let state = new ProgressState();
  let toldMs = clock.steadyMs();
  let toldFiles = 0;
  return (event) => {
    const now = clock.steadyMs();
    if (event.kind === "cycle-started") [state, toldMs, toldFiles] = [new ProgressState(), now, 0];
    state.add(event, now);
    if (event.kind === "cycle-ended") return;
    if (now - toldMs < LINE_MS && state.filesDone - toldFiles < LINE_FILES) return;
    [toldMs, toldFiles] = [now, state.filesDone];
    log.info(`progress: ${describe(state.read(now))}`);
  };
}

/** The whole of the live line: the bar gives way to figures and ETA, and the screen cuts what is still too long. */
export function statusLine(progress: Progress, columns: number): string {
  if (progress.filesTotal === 0) return listing(progress);
  const share =
    progress.bytesTotal > 0
      ? progress.bytesDone / progress.bytesTotal
      : progress.filesDone / progress.filesTotal;
  const current = progress.current === null ? "" : `  ${basename(progress.current)}`;
  const figures = describe(progress);
  // One column for the space, one for the mark of a cut where the name has no room.
  return `${barText(share, columns - figures.length - 2)} ${figures}${current}`;
}

function describe(progress: Progress): string {
  if (progress.filesTotal === 0) return listing(progress);
  const parts = [
    `${formatCount(progress.filesDone)}/${formatCount(progress.filesTotal)} files`,
    `${formatBytes(progress.bytesDone)}/${formatBytes(progress.bytesTotal)}`,
  ];
  if (progress.bytesPerSecond > 0) parts.push(formatRate(progress.bytesPerSecond));
  if (progress.remainingMs !== null) parts.push(`ETA ${formatDuration(progress.remainingMs)}`);
  if (progress.isListing) parts.push(listing(progress));
  return parts.join("  ");
}

function listing({ assetsSeen, assetsExpected, isListing }: Progress): string {
  if (!isListing && assetsSeen === 0) return "starting";
  const seen = formatCount(assetsSeen);
  if (assetsExpected === null) return `listing: ${seen} assets seen`;
  return `listing: ${seen} of ${formatCount(assetsExpected)} assets seen`;
}
