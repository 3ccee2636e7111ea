/** `kei status`: what is remembered, without Apple and without changing anything. */
import type { Config } from "../config/config.ts";
import { DUE_STATES, ON_DISK_STATES } from "../state/files/row.ts";
import type { FileRow, FileState } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Tally } from "../sync/events.ts";
import type { Io } from "./io.ts";
import { databasePath, openMemoryReadOnly } from "./open.ts";

/** Prints the counts and the listings asked for. */
export async function run(config: Config, io: Io): Promise<number> {
  const memory = openMemoryReadOnly(config);
  if (!memory) {
    io.stdout(`No state database found at ${databasePath(config)}`);
    io.stderr("hint: run `kei sync` first");
    return 0;
  }
  try {
    return memory.reading(() => {
      printCounts(memory, config, io);
      printListings(memory, config, io);
      if (config.listing.showGone) printGone(memory, config, io);
      return 0;
    });
  } finally {
    memory.close();
  }
}

function printCounts(memory: Memory, config: Config, io: Io): void {
  const { saved, pending, failed, unverified, unproven } = memory.files.counts();
  io.stdout(`State Database: ${databasePath(config)}`);
  io.stdout("");
  io.stdout("Files:");
  io.stdout(`  Total:      ${saved + pending + failed}`);
  io.stdout(`  Downloaded: ${saved}`);
  io.stdout(`  Pending:    ${pending}`);
  io.stdout(`  Failed:     ${failed}`);
  if (unverified > 0) io.stdout(`  Unverified: ${unverified} (Apple's checksum does not fit)`);
  if (unproven > 0) io.stdout(`  Unproven:   ${unproven} (were there before, known by size alone)`);
  printMetadata(memory, io);
  const last = memory.runs.last();
  if (!last) return;
  io.stdout("");
  io.stdout(`Last sync started:   ${utc(last.started_at)}`);
  if (last.ended_at === null || last.tally === null) return;
  const tally = JSON.parse(last.tally) as Tally;
  if (tally.interrupted === 0) io.stdout(`Last sync completed: ${utc(last.ended_at)}`);
}

function printMetadata({ written }: Memory, io: Io): void {
  const counts = written.counts();
  const parts: [number, string][] = [
    [counts.written, `${counts.written} written`],
    [counts.sidecars, `${counts.sidecars} sidecars`],
    [counts.due, `${counts.due} due`],
    [counts.failed, `${counts.failed} failed`],
    [counts.unfit, `${counts.unfit} cannot carry it`],
  ];
  const told = parts.filter(([count]) => count > 0).map(([, words]) => words);
  if (told.length > 0) io.stdout(`  Metadata:   ${told.join(", ")}`);
}

function printListings(memory: Memory, config: Config, io: Io): void {
  const { showFailed, showPending, showDownloaded, lineMax } = config.listing;
  const print = (
    title: string,
    states: readonly FileState[],
    isFailed: boolean | null,
    show: Show,
  ) => printListing(memory, io, { title, states, isFailed, show, lineMax });
  if (showFailed) {
    print("Failed", DUE_STATES, true, (row) => {
      const seen = `attempts: ${row.attempts}`;
      return `  ${row.path} (${row.asset}) - ${row.error ?? "unknown error"} (${seen})`;
    });
  }
  if (showFailed) printMetadataFaults(memory, io, lineMax);
  if (showPending) {
    print("Pending", DUE_STATES, false, (row) => `  ${row.path} (${row.asset})`);
  }
  if (showDownloaded) {
    print("Downloaded", ON_DISK_STATES, null, (row) => `  ${row.path} (${row.asset})`);
  }
}

type Show = (row: FileRow) => string;

interface ListingPlan {
  readonly title: string;
  readonly states: readonly FileState[];
  /** Null when it does not matter. */
  readonly isFailed: boolean | null;
  readonly show: Show;
  readonly lineMax: number;
}

function printListing(memory: Memory, io: Io, plan: ListingPlan): void {
  let count = 0;
  for (const rows of memory.files.inStates(plan.states)) {
    for (const row of rows) {
      if (plan.isFailed !== null && (row.error !== null) !== plan.isFailed) continue;
      if (count === 0) printTitle(`${plan.title} files:`, io);
      count += 1;
      if (count <= plan.lineMax) io.stdout(plan.show(row));
    }
  }
  if (count === 0) printTitle(`${plan.title} files: none`, io);
  const rest = count - plan.lineMax;
  if (rest > 0) io.stdout(`  ... and ${rest} more (listing capped at ${plan.lineMax})`);
}

function printMetadataFaults({ written }: Memory, io: Io, lineMax: number): void {
  const faults = written.faults();
  if (faults.length > 0) printTitle("Files without their metadata:", io);
  for (const { path, asset, error, attempts } of faults.slice(
    0,
    Math.min(lineMax, faults.length),
  )) {
    io.stdout(`  ${path} (${asset}) - ${error} (attempts: ${attempts})`);
  }
  const rest = faults.length - lineMax;
  if (rest > 0) io.stdout(`  ... and ${rest} more (listing capped at ${lineMax})`);
}

function printTitle(title: string, io: Io): void {
  io.stdout("");
  io.stdout(title);
}

// What iCloud no longer has; its files stay on disk.
function printGone(memory: Memory, config: Config, io: Io): void {
  const { lineMax } = config.listing;
  const gone = memory.zones.all().flatMap((zone) => memory.library.gone(zone.id));
  if (gone.length === 0) return printTitle("Gone from iCloud: none", io);
  printTitle(`Gone from iCloud (${gone.length}), still on disk where saved:`, io);
  for (const { id, name, gone_at } of gone.slice(0, Math.min(lineMax, gone.length))) {
    const paths = memory.files.ofAsset(id).map((row) => row.path);
    io.stdout(`  ${paths.join(", ") || "(no file)"} (${name}) - since ${utc(gone_at)}`);
  }
  const rest = gone.length - lineMax;
  if (rest > 0) io.stdout(`  ... and ${rest} more (listing capped at ${lineMax})`);
}

function utc(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
