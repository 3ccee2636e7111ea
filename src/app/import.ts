/** `kei import-existing`: takes over a tree of photos that another program, another kei or a person filled. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { isWholePicture, walkFiles } from "../disk/walk.ts";
import { LocalError, invariant } from "../lib/errors.ts";
import type { AdoptionCounts } from "../sync/adoption.ts";
import type { Tally } from "../sync/events.ts";
import { isTrial } from "../sync/options.ts";
import { Account } from "./account.ts";
import { exitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";
import { Shared } from "./shared.ts";

/** Endings of what icloudpd and others have not finished. */
const UNFINISHED = [".part", ".crdownload", ".tmp"];

/** Runs the command. */
export async function run(config: Config, io: Io): Promise<number> {
  const { directory, tempSuffix } = config.download;
  if (!existsSync(directory)) {
    throw new LocalError("missing", "There is no such folder to take photos from", directory, {
      hint: "give the folder that another program filled: --directory",
    });
  }
  using shared = new Shared(config.download, io.clock);
  using account = new Account(config, io, shared);
  let counts: AdoptionCounts | null = null;
  const tally = await account.adopt(io.signal, {
    walk: {
      files: (onFault, signal) =>
        walkFiles(directory, [...UNFINISHED, tempSuffix], onFault, signal),
      isWhole: (path) => isWholePicture(join(directory, path)),
    },
    trustNames: config.trustNames,
    onEnd: (found) => (counts = found),
  });
  invariant(counts, "an import that ended has counted");
  print(counts, tally, config, io);
  return exitCode({ kind: "tally", tally, isTrial: true });
}

function print(counts: AdoptionCounts, tally: Tally, config: Config, io: Io): void {
  const { known, byPath, byContent, byName, unmatched, unreadable, strangers } = counts;
  const matched = byPath + byContent + byName;
  const filtered = Object.values(tally.skipped).reduce((sum, count) => sum + count, 0);
  const line = (label: string, count: number) => io.stdout(`${`  ${label}:`.padEnd(26)}${count}`);
  io.stdout(isTrial(config.sync) ? "Import, dry run: nothing was written" : "Import complete:");
  line("Total assets scanned", tally.seen);
  line("Filtered", filtered);
  line("Files wanted", known + matched + unmatched + unreadable);
  line("  Known before", known);
  line("  Files matched", matched);
  line("    by path", byPath);
  line("    by content", byContent);
  if (config.trustNames) line("    by name and date", byName);
  line("  Unmatched versions", unmatched);
  line("  Unreadable", unreadable);
  line("Other files on disk", strangers);
  if (unmatched > 0) io.stderr("hint: kei sync downloads what is unmatched");
  if (byContent > 0 && !config.sync.relayout) {
    io.stderr("hint: files found elsewhere stay where they are; --relayout moves them");
  }
}
