/** `kei sync`: one cycle, from the checks before sign-in to the exit code. */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { saveFirstConfig } from "../config/save.ts";
import { prepareRoot, requireFreeSpace } from "../disk/root.ts";
import { isThere } from "../download/place.ts";
import { DUE_STATES } from "../state/files/row.ts";
import type { Memory } from "../state/memory.ts";
import { KeiError } from "../lib/errors.ts";
import { decideOnly, runCycle } from "../sync/cycle.ts";
import type { Tally } from "../sync/events.ts";
import type { RefreshCounts } from "../sync/refresh.ts";
import type { Session } from "../auth/session.ts";
import type { Io } from "./io.ts";
import { openAccount, openCycle, openMemory, openScratchMemory } from "./open.ts";

const [FINE, PARTIAL] = [0, 2];
/** The configuration file that could not be written. */
const UNSAVED_KEY = "unsaved";

/** Runs the command; the exit code is 2 when something was left undone. */
export async function run(config: Config, io: Io): Promise<number> {
  const { directory, minFreeBytes } = config.download;
  // Said before signing in, so that no code is wasted on a run that cannot succeed.
  const isTrial = config.sync.isDryRun || config.sync.onlyPrintFilenames;
  prepareRoot(directory, isTrial);
  requireFreeSpace(directory, minFreeBytes);
  const session = await openAccount(config, io, false);
  try {
    const memory = isTrial ? openScratchMemory(config) : openMemory(config);
    try {
      await session.ensureSignedIn();
      return isTrial
        ? await tryOut(config, io, session, memory)
        : await syncOnce(config, io, session, memory);
    } finally {
      memory.close();
    }
  } finally {
    session.close();
  }
}

async function syncOnce(config: Config, io: Io, session: Session, memory: Memory): Promise<number> {
  const tally = await runCycle(openCycle(config, io, session, memory));
  if (isClean(tally) && tally.interrupted === 0) await saveSettings(config, io, memory);
  return isClean(tally) ? FINE : PARTIAL;
}

// The photos are safe by now: settings that cannot be saved are a pity, and said once for all runs.
async function saveSettings(config: Config, io: Io, memory: Memory): Promise<void> {
  const { configPath: path } = config;
  try {
    if (await saveFirstConfig(config)) {
      io.log.info("Settings saved: next time `kei sync` is enough", { path });
    }
  } catch (error) {
    if (!(error instanceof KeiError)) throw error;
    if (memory.setting(UNSAVED_KEY) === path) return;
    memory.setSetting(UNSAVED_KEY, path);
    io.log.warn(`The settings could not be saved: ${error.message}`, {
      hint: "the next sync needs the same flags or variables again",
    });
  }
}

function isClean(tally: Tally): boolean {
  return tally.failed === 0 && tally.filesExhausted === 0 && isWhole(tally);
}

function isWhole(counts: RefreshCounts): boolean {
  return counts.recordsUnreadable === 0 && counts.listingFaults === 0;
}

// Refreshes a copy of the memory and tells what a sync would fetch.
async function tryOut(config: Config, io: Io, session: Session, memory: Memory): Promise<number> {
  const door = openCycle(config, io, session, memory);
  const counts = await decideOnly(door);
  const backlog = { files: 0, bytes: 0 };
  for (const rows of memory.files.inStates(DUE_STATES)) {
    const paths: string[] = [];
    for (const row of rows) {
      if (await isThere(row, door.destination, io.signal)) continue;
      backlog.files += 1;
      backlog.bytes += row.size_bytes;
      const path = join(config.download.directory, row.path);
      if (config.sync.onlyPrintFilenames) paths.push(path);
      else io.log.info("[DRY RUN] would download", { path, bytes: row.size_bytes });
    }
    if (paths.length > 0) io.paths(paths);
  }
  if (config.sync.isDryRun) {
    io.log.info("Dry run: nothing was written", {
      files: backlog.files,
      bytes: backlog.bytes,
      directory: config.download.directory,
    });
  }
  return isWhole(counts) ? FINE : PARTIAL;
}
