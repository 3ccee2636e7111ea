/** What must hold when nothing is in kei's way. */
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import type { Tally } from "../../../src/sync/events.ts";
import { NO_TROUBLE } from "./faults.ts";
import { PART_SUFFIX } from "./ledger.ts";
import { PRIMARY } from "./library.ts";
import { wantedFiles } from "./model.ts";
import type { Row } from "./ledger.ts";
import type { World } from "./world.ts";

const CYCLES_MAX = 3;

/** Runs cycles in calm weather until nothing is due. `run` answers null for a cycle that does not count. */
export async function settle(world: World, run: () => Promise<Tally | null>): Promise<void> {
  await world.library.clearFaults();
  await world.library.change("quirks", NO_TROUBLE);
  for (let cycles = 0; cycles < CYCLES_MAX;) {
    const tally = await run();
    if (tally === null) continue;
    cycles += 1;
    if (dueRows(world).length === 0 && tally.failed === 0 && tally.listingFaults === 0) return;
  }
}

function dueRows(world: World): Row[] {
  // A library without albums has nothing of an album that was asked for.
  const { isEveryLibrary, albums } = world.settings;
  const isSelected = ({ zone }: Row) => zone === PRIMARY || (isEveryLibrary && albums.length === 0);
  return world.ledger.rows().filter((row) => !row.isSaved && isSelected(row));
}

/** Everything that is not as it should be after that, one line each. */
export async function findUnquiet(world: World): Promise<string[]> {
  const disk = world.ledger.disk();
  const due = dueRows(world).map(
    ({ path, error }) => `${path}: still due after ${CYCLES_MAX} cycles (${error})`,
  );
  const found = [
    ...due,
    ...missing(world, disk),
    ...unexpected(world, disk),
    ...unfinished(world),
    ...outside(world),
  ];
  return found.length > 0 ? found : nextCycle(world);
}

function missing(world: World, disk: ReadonlyMap<string, string>): string[] {
  const { library, settings, ledger } = world;
  const there = counted(
    [...disk].filter(([path]) => !ledger.strangers.has(path)).map(([, sha]) => sha),
  );
  const wanted = wantedFiles(library.photos, library.albums, settings, world.bounds);
  const needed = new Map<string, number>();
  for (const { sha256, times } of wanted) needed.set(sha256, (needed.get(sha256) ?? 0) + times);
  return wanted.flatMap(({ photo, sha256 }) => {
    const [needs, has] = [needed.get(sha256) ?? 0, there.get(sha256) ?? 0];
    if (has >= needs) return [];
    return [
      `${photo.fileName} (${photo.recordName}, ${photo.kind}): ${has} files of ${needs} on disk`,
    ];
  });
}

function counted(items: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return counts;
}

function unexpected({ ledger }: World, disk: ReadonlyMap<string, string>): string[] {
  const rows = ledger.rows();
  const saved = new Map(rows.map((row) => [row.path, row]));
  const waiting = new Set(rows.filter(({ isSaved }) => !isSaved).map(({ path }) => dirname(path)));
  return [...disk].flatMap(([path, sha256]) => {
    if (ledger.strangers.has(path) || ledger.left.has(path)) return [];
    if (path.endsWith(PART_SUFFIX)) {
      // A library that is not selected just now is gone on with when it is selected again.
      return waiting.has(dirname(path)) ? [] : [`${path}: a part was left behind`];
    }
    const row = saved.get(path);
    const isKnown =
      row?.sha256 === sha256 || ledger.isFollowing(path, row?.asset ?? "", rows, disk);
    return isKnown ? [] : [`${path}: nobody knows this file`];
  });
}

/** What kei wrote went through all that is done to a file. */
function unfinished({ ledger, marksFiles }: World): string[] {
  const own = ledger.rows().filter(({ isSaved, origin }) => isSaved && origin === "own");
  const wrong = own.filter(({ path }) => ledger.marked.has(path) !== marksFiles);
  return wrong.map(({ path }) => `${path}: ${marksFiles ? "not finished" : "something in it"}`);
}

function outside({ folder }: World): string[] {
  const names = readdirSync(folder).filter((name) => name !== "data" && name !== "photos");
  return names.map((name) => `${name}: outside of the library`);
}

/** One more cycle asks whether anything is new, and nothing else. */
async function nextCycle(world: World): Promise<string[]> {
  const tally = await world.cycle();
  const { cloudkit, content } = world.asked;
  const questions = world.settings.isEveryLibrary ? 2 : 1;
  const found: string[] = [];
  if (cloudkit !== questions) found.push(`the next cycle asked CloudKit ${cloudkit} times`);
  if (content > 0) found.push(`the next cycle fetched ${content} files`);
  if (tally.failed + tally.listingFaults > 0) found.push("the next cycle had failures");
  return found;
}
