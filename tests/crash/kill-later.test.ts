/**
 * kill -9 at seeded moments of what comes after the first sync: news of every kind, a listing made again after a lost
 * token, and a new plan after a change of settings. At no time anything wrong under a final name, no file lost, and
 * afterwards everything is as if nothing had happened.
 *
 * KEI_SEED replays a failure, KEI_KILLS sets how many kills there are (15).
 */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { filesWanted } from "../support/manifest.ts";
import { Random } from "../support/random.ts";

const KILLS = Number(process.env["KEI_KILLS"] ?? 15);
const KILLS_PER_CYCLE_MAX = 3;
const THREADS = 10;
const FILE_BYTES = 100_000;
const LIBRARY = ["--assets", "60", "--file-bytes", `${FILE_BYTES}`, "--live-bytes", "30000"];
const DRIP = 200_000;

/** Until when a run is killed: while it starts, while it asks, while it downloads. */
const SPANS_MS = [150, 400, 1200] as const;

const SLOWNESS = [
  { match: { service: "cloudkit" }, times: "always", action: { delayMs: 40 } },
  { match: { service: "content" }, times: "always", action: { drip: DRIP } },
];

/** What one kill may cost: see kill.test.ts. */
const KILL_BYTES = THREADS * Math.min(FILE_BYTES, (3 * DRIP) / 10);

interface Story {
  readonly computer: Computer;
  readonly random: Random;
  /** SHA-256 of everything that was ever in the library. */
  readonly hashes: Set<string>;
  /** Names of files that are news, counted. */
  added: number;
}

interface Phase {
  readonly name: string;
  readonly prepare: (story: Story) => Promise<unknown>;
  /** Flags of every sync of this phase, the last one included. */
  readonly flags: readonly string[];
  /** True when nothing may be fetched but what the news bring. */
  readonly isQuiet: boolean;
}

const PHASES: readonly Phase[] = [
  { name: "news", prepare: bringNews, flags: [], isQuiet: false },
  {
    name: "a listing made again, with news",
    prepare: async (story) => {
      await bringNews(story);
      await story.computer.simulator.library("new-epoch", {});
    },
    flags: [],
    isQuiet: false,
  },
  {
    name: "a listing made again, without news",
    prepare: ({ computer }) => computer.simulator.library("new-epoch", {}),
    flags: [],
    isQuiet: true,
  },
  {
    name: "a new plan for another template",
    prepare: () => Promise.resolve(),
    flags: ["--folder-structure", "%Y"],
    isQuiet: true,
  },
  {
    name: "files moved to their new names",
    prepare: () => Promise.resolve(),
    flags: ["--folder-structure", "%Y/%m", "--relayout"],
    isQuiet: true,
  },
  {
    name: "files moved back",
    prepare: () => Promise.resolve(),
    flags: ["--relayout"],
    isQuiet: true,
  },
];

test(
  `later syncs, new listings and new plans survive ${KILLS} kills`,
  async () => {
    const random = Random.fromEnvironment();
    await using computer = await signedInComputer(LIBRARY);
    const story: Story = { computer, random, hashes: new Set(), added: 0 };
    await learn(story);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    // Every phase gets its share, whatever the number of kills.
    for (let left = KILLS, turn = 0; left > 0; turn++) {
      const kills = Math.min(left, 1 + random.below(KILLS_PER_CYCLE_MAX));
      await playPhase(story, PHASES[turn % PHASES.length]!, kills);
      left -= kills;
    }
    expect((await computer.run("sync", "-d", "photos", "--relayout")).code).toBe(0);
    expect(await computer.findFaults()).toEqual([]);
  },
  KILLS * 10_000 + 60_000,
);

async function playPhase(story: Story, phase: Phase, kills: number): Promise<void> {
  const { computer, random } = story;
  const { simulator } = computer;
  const sizeBefore = story.hashes.size;
  await phase.prepare(story);
  const { newBytes, wanted } = await learn(story);
  const since = await simulator.mark();
  await simulator.fault(...SLOWNESS);
  // Content that was replaced in iCloud may go; nothing else may.
  const before = [...standing(computer)].filter((hash) => phase.isQuiet || wanted.has(hash));
  for (let kill = 0; kill < kills; kill++) {
    const afterMs = random.below(SPANS_MS[random.below(SPANS_MS.length)]!);
    await runAndKill(computer, phase.flags, afterMs);
    expect([phase.name, wrongFiles(story)]).toEqual([phase.name, []]);
    expect([phase.name, lost(before, computer)]).toEqual([phase.name, []]);
  }
  await simulator.clearFaults();
  const { code, stderr } = await computer.run("sync", "-d", "photos", ...phase.flags);
  expect([phase.name, code, code === 0 ? "" : stderr]).toEqual([phase.name, 0, ""]);
  expect([phase.name, wrongFiles(story)]).toEqual([phase.name, []]);
  const asked = (await simulator.asked(since)).filter(({ service }) => service === "content");
  const sentBytes = asked.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  if (phase.isQuiet)
    expect([phase.name, asked.length, sizeBefore]).toEqual([phase.name, 0, story.hashes.size]);
  else expect(sentBytes).toBeLessThanOrEqual(newBytes + kills * KILL_BYTES);
  const verified = await computer.run("verify", "--checksums");
  expect([phase.name, verified.code, verified.code === 0 ? "" : verified.stdout]).toEqual([
    phase.name,
    0,
    "",
  ]);
}

/** New photos, replaced bytes, and changes that fetch nothing. */
async function bringNews(story: Story): Promise<void> {
  const { computer, random } = story;
  const { simulator } = computer;
  for (let count = 3 + random.below(8); count > 0; count--) {
    story.added += 1;
    await computer.addPhoto(`NEW_${story.added}.JPG`, FILE_BYTES + story.added, dayOf(random));
  }
  const own = (await simulator.manifest()).filter(
    ({ fileName, deleted, hidden }) => fileName?.startsWith("NEW_") && !deleted && !hidden,
  );
  const pick = () => own[random.below(own.length)]!.recordName;
  const bytes = FILE_BYTES + 50_000 + random.below(1000);
  await simulator.library("replace-bytes", { recordName: pick(), bytes });
  await simulator.library("favorite", { recordName: pick() });
  await simulator.library("trash", { recordName: pick() });
}

function dayOf(random: Random): string {
  return `202${random.below(4)}-0${1 + random.below(9)}-1${random.below(9)}`;
}

/** Takes over what the library holds now, and says how many bytes of it are new. */
async function learn({ computer, hashes }: Story) {
  const files = (await computer.simulator.manifest()).flatMap(filesWanted);
  let newBytes = 0;
  for (const { sha256, size } of files) {
    if (!hashes.has(sha256)) newBytes += size;
    hashes.add(sha256);
  }
  return { newBytes, wanted: new Set(files.map(({ sha256 }) => sha256)) };
}

async function runAndKill(
  computer: Computer,
  flags: readonly string[],
  afterMs: number,
): Promise<void> {
  const running = computer.start(
    "sync",
    "-d",
    "photos",
    "--threads-num",
    String(THREADS),
    ...flags,
  );
  await Bun.sleep(afterMs);
  running.kill("SIGKILL");
  const { code, stderr } = await running.result;
  // A sync that was done before its time is as welcome as one that was killed.
  expect([null, 0, stderr]).toContain(code);
}

/** The contents under final names. */
function standing({ place }: Computer): Set<string> {
  return new Set(finalNames(place.photos).map((path) => hashOf(join(place.photos, path))));
}

function lost(before: readonly string[], computer: Computer): string[] {
  const now = standing(computer);
  return before.filter((hash) => !now.has(hash));
}

/** Files under a final name whose bytes were never in the library. */
function wrongFiles({ computer, hashes }: Story): string[] {
  const { photos } = computer.place;
  return finalNames(photos).filter((path) => !hashes.has(hashOf(join(photos, path))));
}

function finalNames(photos: string): string[] {
  return filesBelow(photos).flatMap(({ path }) =>
    path.endsWith(".kei-tmp") || path.startsWith(".kei_probe") ? [] : [path],
  );
}

function hashOf(path: string): string {
  return new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");
}
