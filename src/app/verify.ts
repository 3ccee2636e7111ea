/** `kei verify`: are the saved files there, and with `--checksums`, are they still what was saved? */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { LibraryFolder } from "../disk/folder.ts";
import { entryAt } from "../disk/entries.ts";
import { isEmptyRoot } from "../disk/root.ts";
import { KeiError, LocalError } from "../lib/errors.ts";
import { nextTurn } from "../lib/turn.ts";
import type { FileRow } from "../state/files.ts";
import type { Memory } from "../state/memory.ts";
import type { Io } from "./io.ts";
import { databasePath, openMemoryReadOnly } from "./open.ts";

interface Results {
  verified: number;
  missing: number;
  corrupted: number;
  lines: number;
}

type Finding = { readonly kind: "verified" | "missing" | "corrupted"; readonly line?: string };

/** Prints one line per problem and the totals; exit code 1 when there is any problem. */
export async function run(config: Config, io: Io): Promise<number> {
  const memory = openMemoryReadOnly(config);
  if (!memory) {
    io.stdout(`No state database found at ${databasePath(config)}`);
    io.stderr("hint: run `kei sync` first");
    return 0;
  }
  try {
    const results = await verifyAll(
      memory,
      config.download.directory || memory.root || "",
      config,
      io,
    );
    printResults(results, config, io);
    return results.missing + results.corrupted > 0 ? 1 : 0;
  } finally {
    memory.close();
  }
}

async function verifyAll(memory: Memory, root: string, config: Config, io: Io): Promise<Results> {
  const results: Results = { verified: 0, missing: 0, corrupted: 0, lines: 0 };
  const { saved } = memory.files.counts();
  if (saved > 0 && isEmptyRoot(root)) {
    throw new LocalError("missing", `None of the ${saved} saved files can be there`, root, {
      hint: "the folder is empty or missing; is its disk mounted?",
    });
  }
  if (saved === 0) {
    io.stdout("Nothing was downloaded yet");
    return results;
  }
  io.stdout(`Verifying ${saved} downloaded files in ${root}`);
  const folder = new LibraryFolder(root, config.download.tempSuffix);
  for (const rows of memory.files.withStatus(["saved"])) {
    await nextTurn();
    for (const row of rows) {
      io.signal.throwIfAborted();
      const { compareChecksums } = config.listing;
      const finding = await check(row, { memory, root, folder }, compareChecksums, io.signal);
      note(finding, results, config, io);
    }
  }
  return results;
}

async function check(
  row: FileRow,
  { memory, root, folder }: { memory: Memory; root: string; folder: LibraryFolder },
  compareChecksums: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  const path = join(root, row.path);
  const standing = await folder.look(row.path);
  if (!standing?.isFile) {
    const saved = row.saved_at === null ? "unknown" : new Date(row.saved_at).toISOString();
    return { kind: "missing", line: `MISSING: ${path} (${row.asset}) - downloaded ${saved}` };
  }
  if (!compareChecksums) return { kind: "verified" };
  try {
    const { sha256 } = await folder.digest(row.path, signal);
    if (sha256 === row.sha256) return { kind: "verified" };
    if (isLinkToPhoto(row, path, sha256, memory)) return { kind: "verified" };
    return { kind: "corrupted", line: `CORRUPTED: ${path} (${row.asset})` };
  } catch (error) {
    if (!(error instanceof KeiError)) throw error;
    return { kind: "corrupted", line: `ERROR: ${path} - ${error.message}` };
  }
}

// A symbolic link that nothing selects any more shows the bytes its photo got since.
function isLinkToPhoto(row: FileRow, path: string, sha256: string, { files }: Memory): boolean {
  if (!row.is_left_out || !entryAt(path)?.isSymbolicLink()) return false;
  return files.ofAsset(row.asset_id).some((other) => other.sha256 === sha256);
}

function note(finding: Finding, results: Results, config: Config, io: Io): void {
  results[finding.kind] += 1;
  if (finding.line === undefined) return;
  results.lines += 1;
  if (results.lines <= config.listing.lineMax) io.stdout(finding.line);
}

function printResults(results: Results, config: Config, io: Io): void {
  const { lineMax, compareChecksums } = config.listing;
  const rest = results.lines - lineMax;
  if (rest > 0) io.stdout(`... and ${rest} more (listing capped at ${lineMax})`);
  io.stdout("Results:");
  io.stdout(`  Verified:  ${results.verified}`);
  io.stdout(`  Missing:   ${results.missing}`);
  if (compareChecksums) io.stdout(`  Corrupted: ${results.corrupted}`);
}
