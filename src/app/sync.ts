/** `kei sync`: one cycle of one account, or what it would do. */
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { saveFirstConfig } from "../config/save.ts";
import { isThere } from "../download/place.ts";
import { DUE_STATES } from "../state/files/row.ts";
import type { FileRow } from "../state/files/row.ts";
import { KeiError } from "../lib/errors.ts";
import type { TagWriterPool } from "../metadata/tool/pool.ts";
import type { CycleDoor } from "../sync/cycle-door.ts";
import { isTrial } from "../sync/options.ts";
import { Account } from "./account.ts";
import { exitCode, isAllDone } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { openTagWriter } from "./metadata.ts";
import { Shared } from "./shared.ts";

/** The configuration file that could not be written. */
const UNSAVED_KEY = "unsaved";

/** Runs the command. */
export async function run(config: Config, io: Io): Promise<number> {
  // Said before signing in, so that no code is wasted on a run that cannot succeed.
  const writer = isTrial(config.sync) ? null : await openTagWriter(config, io.clock.now());
  try {
    return await cycle(config, io, writer);
  } finally {
    await writer?.close();
  }
}

async function cycle(config: Config, io: Io, writer: TagWriterPool | null): Promise<number> {
  using shared = new Shared(config.download, io.clock, Math.random, writer);
  using account = new Account(config, io, shared);
  if (isTrial(config.sync)) {
    const tally = await account.tryOut(io.signal, (door) => tell(door, config, io));
    return exitCode({ kind: "tally", tally, isTrial: true });
  }
  const tally = await account.runOnce(io.signal);
  if (isAllDone(tally, false)) await saveSettings(account, io);
  return exitCode({ kind: "tally", tally, isTrial: false });
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

// What a sync would fetch, from a memory that is thrown away.
async function tell(door: CycleDoor, config: Config, io: Io): Promise<void> {
  const { directory } = config.download;
  const backlog = { files: 0, bytes: 0 };
  const { destination, memory } = door;
  const places = { destination, twins: (row: FileRow) => memory.files.twinsOf(row) };
  for (const rows of memory.files.inStates(DUE_STATES)) {
    const paths: string[] = [];
    for (const row of rows) {
      if (await isThere(row, places, door.signal)) continue;
      backlog.files += 1;
      backlog.bytes += row.size_bytes;
      const path = join(directory, row.path);
      if (config.sync.onlyPrintFilenames) paths.push(path);
      else if (row.derived !== "") io.log.info("[DRY RUN] would write", { path });
      else io.log.info("[DRY RUN] would download", { path, bytes: row.size_bytes });
    }
    if (paths.length > 0) io.paths(paths);
  }
  const { due, failed } = door.memory.written.counts();
  if (config.sync.isDryRun && door.metadata && due + failed > 0) {
    io.log.info("[DRY RUN] would write metadata into saved files", { files: due + failed });
  }
  if (config.sync.isDryRun) {
    io.log.info("Dry run: nothing was written", { ...backlog, directory });
  }
}
