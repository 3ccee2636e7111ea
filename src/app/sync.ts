/** `kei sync`: one cycle of one account, or what it would do. */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { saveFirstConfig } from "../config/save.ts";
import { isThere } from "../download/place.ts";
import { DUE_STATES } from "../state/files/row.ts";
import { KeiError } from "../lib/errors.ts";
import type { CycleDoor } from "../sync/cycle.ts";
import type { Tally } from "../sync/events.ts";
import { Account, isTrial } from "./account.ts";
import type { Io } from "./io.ts";
import { Shared } from "./shared.ts";

const [FINE, PARTIAL] = [0, 2];
/** The configuration file that could not be written. */
const UNSAVED_KEY = "unsaved";

/** Runs the command; the exit code is 2 when something was left undone. */
export async function run(config: Config, io: Io): Promise<number> {
  using shared = new Shared(config.download, io.clock);
  using account = new Account(config, io, shared);
  if (isTrial(config)) {
    const tally = await account.tryOut(io.signal, (door) => tell(door, config, io));
    return isWhole(tally) ? FINE : PARTIAL;
  }
  const tally = await account.runOnce(io.signal);
  if (isClean(tally) && tally.interrupted === 0) await saveSettings(account, io);
  return isClean(tally) ? FINE : PARTIAL;
}

// The photos are safe by now: settings that cannot be saved are a pity, and said once for all runs.
async function saveSettings({ config, memory }: Account, io: Io): Promise<void> {
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

function isWhole(counts: Tally): boolean {
  return counts.recordsUnreadable === 0 && counts.listingFaults === 0;
}

// What a sync would fetch, from a memory that is thrown away.
async function tell(door: CycleDoor, config: Config, io: Io): Promise<void> {
  const { directory } = config.download;
  const backlog = { files: 0, bytes: 0 };
  for (const rows of door.memory.files.inStates(DUE_STATES)) {
    const paths: string[] = [];
    for (const row of rows) {
      if (await isThere(row, door.destination, door.signal)) continue;
      backlog.files += 1;
      backlog.bytes += row.size_bytes;
      const path = join(directory, row.path);
      if (config.sync.onlyPrintFilenames) paths.push(path);
      else io.log.info("[DRY RUN] would download", { path, bytes: row.size_bytes });
    }
    if (paths.length > 0) io.paths(paths);
  }
  if (config.sync.isDryRun) {
    io.log.info("Dry run: nothing was written", { ...backlog, directory });
  }
}
