/**
 * The checker: what must be true after every sync, read from the database and the disk without kei's own code.
 *
 * - every saved row has its file with the recorded size and proof, inside the folder
 * - no part is left, and nothing stands in the folder that is neither ours nor was there before
 * - the outcomes of the last run add up
 * - every asset in iCloud that is neither hidden nor deleted is on disk with the right bytes
 * - one more sync ends well, asks CloudKit once and fetches nothing
 */
import { Database } from "bun:sqlite";
import { existsSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { filesBelow, sha256Of } from "./disk.ts";
import { isProofOf } from "./engine/content.ts";
import { environmentOf, kei, type Environment, type Place } from "./kei.ts";
import { filesOf, filesWanted, type ManifestAsset } from "./manifest.ts";
import type { RunningSimulator } from "./simulator.ts";

export interface Checked {
  readonly place: Place;
  readonly simulator: RunningSimulator;
  /** Files in the folder of photos that are not kei's. */
  readonly strangers?: readonly string[];
  /** Other entries beside the folders of the place. */
  readonly beside?: readonly string[];
  readonly env?: Environment;
}

/** Everything that is wrong, one line each; empty when all is well. */
export async function findFaults(checked: Checked): Promise<string[]> {
  const { place, simulator } = checked;
  const path = databaseIn(place);
  if (path === null) return ["there is no database"];
  const known = readDatabase(path);
  return [
    ...wrongRows(known.saved, place),
    ...wrongTally(known.tally),
    ...wrongEntries(known.saved, checked),
    ...wrongBytes(await simulator.manifest(), known.saved, place),
    ...(await wrongNextSync(checked)),
  ];
}

interface SavedRow {
  readonly path: string;
  readonly held: string;
  readonly held_bytes: number | null;
}

/** What a run noted of itself. */
export interface Tally {
  readonly seen: number;
  readonly saved: number;
  readonly failed: number;
  readonly interrupted: number;
  readonly skipped: Readonly<Record<string, number>>;
}

function databaseIn({ data }: Place): string | null {
  const name = filesBelow(data).find(({ path }) => path.endsWith(".db"))?.path;
  return name === undefined ? null : join(data, name);
}

function readDatabase(path: string): { saved: SavedRow[]; tally: Tally | null } {
  using db = new Database(path, { readonly: true });
  const saved = db
    .query<SavedRow, []>(
      "SELECT path, held, held_bytes FROM files WHERE state IN ('saved', 'left-out')",
    )
    .all();
  const last = db
    .query<{ tally: string | null }, []>("SELECT tally FROM runs ORDER BY id DESC LIMIT 1")
    .get();
  return { saved, tally: last?.tally ? (JSON.parse(last.tally) as Tally) : null };
}

function wrongRows(rows: readonly SavedRow[], { photos }: Place): string[] {
  return rows.flatMap((row) => {
    const path = join(photos, row.path);
    if (normalize(row.path).startsWith("..")) return [`${row.path}: outside of the folder`];
    if (!existsSync(path)) return [`${row.path}: saved, but not on disk`];
    const file = Bun.file(path);
    if (file.size !== row.held_bytes) return [`${row.path}: ${file.size}, not ${row.held_bytes}`];
    const isProved = isProofOf(row.held, readFileSync(path));
    return isProved ? [] : [`${row.path}: other bytes than recorded`];
  });
}

function wrongTally(tally: Tally | null): string[] {
  if (tally === null) return ["the last run has no tally"];
  const skipped = Object.values(tally.skipped).reduce((sum, count) => sum + count, 0);
  const sum = tally.saved + tally.failed + tally.interrupted + skipped;
  return sum === tally.seen ? [] : [`outcomes do not add up: ${JSON.stringify(tally)}`];
}

function wrongEntries(rows: readonly SavedRow[], { place, strangers, beside }: Checked): string[] {
  const known = new Set([...rows.map(({ path }) => path), ...(strangers ?? [])]);
  const inside = filesBelow(place.photos).flatMap(({ path }) =>
    known.has(path) ? [] : [`photos/${path}: neither saved nor somebody else's`],
  );
  const allowed = [...(beside ?? []), "data/", "photos/"];
  const outside = filesBelow(place.cwd).flatMap(({ path }) =>
    allowed.some((start) => path.startsWith(start)) ? [] : [`${path}: outside of the folder`],
  );
  return [...inside, ...outside];
}

/** How often each content is on disk, against how often it must and may be. */
function wrongBytes(
  assets: readonly ManifestAsset[],
  rows: readonly SavedRow[],
  { photos }: Place,
): string[] {
  const paths = rows.map(({ path }) => join(photos, path)).filter((path) => existsSync(path));
  const hashes = paths.map((path) => sha256Of(path));
  const found = countsOf(hashes);
  const must = countsOf(assets.flatMap(filesWanted).map(({ sha256 }) => sha256));
  const may = countsOf(assets.flatMap(filesOf).map(({ sha256 }) => sha256));
  return [...new Set([...must.keys(), ...hashes])].flatMap((hash) => {
    const [count, least, most] = [found, must, may].map((counts) => counts.get(hash) ?? 0);
    if (count! < least!) return [`${least! - count!} files missing with ${hash}`];
    return count! > most! ? [`${count! - most!} too many with ${hash}`] : [];
  });
}

function countsOf(hashes: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const hash of hashes) counts.set(hash, (counts.get(hash) ?? 0) + 1);
  return counts;
}

async function wrongNextSync({ place, simulator, env }: Checked): Promise<string[]> {
  const since = await simulator.mark();
  const result = await kei(["sync", "-d", place.photos], {
    cwd: place.cwd,
    env: env ?? environmentOf(place, simulator),
  });
  const asked = await simulator.asked(since);
  const faults = asked.flatMap(({ error }) => (error ? [`the simulator failed: ${error}`] : []));
  if (result.code !== 0) faults.push(`the next sync ended with ${result.code}: ${result.stderr}`);
  const count = (service: string) => asked.filter((one) => one.service === service).length;
  if (count("content") > 0) faults.push(`the next sync fetched ${count("content")} files`);
  if (count("cloudkit") !== 1)
    faults.push(`the next sync asked CloudKit ${count("cloudkit")} times`);
  return faults;
}
