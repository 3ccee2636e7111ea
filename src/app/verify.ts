/** `kei verify`: are the saved files there, and with `--checksums`, are they still what was saved? */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { LibraryFolder } from "../disk/folder.ts";
import { isEmptyRoot } from "../disk/root.ts";
import { KeiError, LocalError } from "../lib/errors.ts";
import { nextTurn } from "../lib/turn.ts";
import type { Standing } from "../photos/landing.ts";
import { proofOf } from "../download/prove.ts";
import { heldBy, isUnselected, ON_DISK_STATES } from "../state/files/row.ts";
import type { FileRow, Held } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import type { Io } from "./io.ts";
import { databasePath, openMemoryReadOnly } from "./open.ts";
import { sidecarFault } from "./verify-sidecar.ts";

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
    return await memory.explaining(async () => {
      const root = config.download.directory || memory.root || "";
      const results = await verifyAll(memory, root, config, io);
      printResults(results, config, io);
      return results.missing + results.corrupted > 0 ? 1 : 0;
    });
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
  for (const rows of memory.files.inStates(ON_DISK_STATES)) {
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

interface Library {
  readonly memory: Memory;
  readonly root: string;
  readonly folder: LibraryFolder;
}

async function check(
  row: FileRow,
  library: Library,
  compareChecksums: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  try {
    return await examine(row, library, compareChecksums, signal);
  } catch (error) {
    // One that cannot be seen or read says nothing about the others.
    if (!(error instanceof KeiError)) throw error;
    return { kind: "corrupted", line: `ERROR: ${join(library.root, row.path)} - ${error.message}` };
  }
}

async function examine(
  row: FileRow,
  { memory, root, folder }: Library,
  compareChecksums: boolean,
  signal: AbortSignal,
): Promise<Finding> {
  const path = join(root, row.path);
  const standing = await folder.look(row.path);
  if (!standing?.isFile) {
    const saved = row.saved_at === null ? "unknown" : new Date(row.saved_at).toISOString();
    return { kind: "missing", line: `MISSING: ${path} (${row.asset}) - downloaded ${saved}` };
  }
  const held = heldBy(row)!;
  if (row.derived !== "") return examineSidecar(row, held, standing, { root, folder }, signal);
  const isWhole = held.sizeBytes === null || standing.sizeBytes === held.sizeBytes;
  if (!isWhole && !isLinkToPhoto(row, standing, memory)) {
    const sizes = `${standing.sizeBytes} bytes instead of ${held.sizeBytes}`;
    return { kind: "corrupted", line: `CORRUPTED: ${path} (${row.asset}) - ${sizes}` };
  }
  if (!compareChecksums) return { kind: "verified" };
  const proofs = [held, ...photoOf(row, standing, memory)].map(({ proof }) => proof);
  if (await proofOf(row.path, proofs, folder, signal)) return { kind: "verified" };
  return { kind: "corrupted", line: `CORRUPTED: ${path} (${row.asset})` };
}

// Other programs write into sidecars, and are welcome to; what nobody can read is no sidecar.
async function examineSidecar(
  row: FileRow,
  held: Held,
  { sizeBytes }: Standing,
  { root, folder }: Pick<Library, "root" | "folder">,
  signal: AbortSignal,
): Promise<Finding> {
  const isAsLeft =
    sizeBytes === held.sizeBytes && (await proofOf(row.path, [held.proof], folder, signal));
  if (isAsLeft) return { kind: "verified" };
  const fault = sidecarFault(folder.read(row.path), row.path);
  const name = `${join(root, row.path)} (${row.asset})`;
  if (fault !== null) return { kind: "corrupted", line: `CORRUPTED: ${name} - ${fault}` };
  return { kind: "verified", line: `CHANGED: ${name} - another program wrote into it` };
}

function isLinkToPhoto(row: FileRow, standing: Standing, memory: Memory): boolean {
  return photoOf(row, standing, memory).some((held) => held.sizeBytes === standing.sizeBytes);
}

// A symbolic link that nothing selects any more shows the bytes its photo got since.
function photoOf(row: FileRow, { isLink }: Standing, { files }: Memory): Held[] {
  if (!isUnselected(row) || !isLink) return [];
  return files
    .ofAsset(row.asset_id)
    .map(heldBy)
    .filter((held) => held !== null);
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
  if (compareChecksums || results.corrupted > 0) io.stdout(`  Corrupted: ${results.corrupted}`);
}
