/**
 * kill -9 at seeded moments of a first sync, then a normal run: nothing wrong under a final name at any time, and
 * afterwards everything is as if nothing had happened.
 *
 * KEI_SEED replays a failure, KEI_KILLS sets how many kills there are (30).
 */
import { expect, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { filesWanted } from "../support/manifest.ts";
import { Random } from "../support/random.ts";

const KILLS = Number(process.env["KEI_KILLS"] ?? 30);
const KILLS_PER_SYNC_MAX = 4;
const FILE_BYTES = 400_000;
const LIBRARY = ["--assets", "150", "--file-bytes", `${FILE_BYTES}`, "--live-bytes", "60000"];
const THREADS = 10;

/** Bytes per second of each download: at one rate kills meet transfers, at the other installations and the end. */
const RATES = [400_000, 4_000_000] as const;

/** Until when a run is killed: while it starts, while it lists, while it downloads. */
const SPANS_MS = [150, 500, 3000] as const;

/** Slow enough for kills to meet every step of a sync. */
function slowness(bytesPerSecond: number) {
  return [
    { match: { service: "cloudkit" }, times: "always", action: { delayMs: 60 } },
    { match: { service: "content" }, times: "always", action: { drip: bytesPerSecond } },
  ];
}

/**
 * What one kill may cost: of each download in flight, the bytes that were sent and not yet written to its part, at
 * most the file. The simulator sends a tenth of a second's worth at a time and kei writes them as they come; three
 * such steps leave room for a busy machine. Without continuation it would be half of each file on the average, which
 * at the lower rate is more.
 */
function costOfKillBytes(bytesPerSecond: number): number {
  return THREADS * Math.min(FILE_BYTES, (3 * bytesPerSecond) / 10);
}

test(
  `a first sync survives ${KILLS} kills`,
  async () => {
    const random = Random.fromEnvironment();
    await using computer = await signedInComputer(LIBRARY);
    const library = await contentOf(computer);
    const fresh = `${computer.place.data}-fresh`;
    cpSync(computer.place.data, fresh, { recursive: true });
    for (let left = KILLS; left > 0;) {
      startOver(computer, fresh);
      const kills = Math.min(left, 1 + random.below(KILLS_PER_SYNC_MAX));
      await syncWithKills(computer, { kills, random, library });
      left -= kills;
    }
    rmSync(fresh, { recursive: true });
  },
  KILLS * 10_000,
);

interface LibraryContent {
  readonly hashes: ReadonlySet<string>;
  readonly sizes: ReadonlySet<number>;
  readonly sizeBytes: number;
}

async function contentOf(computer: Computer): Promise<LibraryContent> {
  const files = (await computer.simulator.manifest()).flatMap(filesWanted);
  return {
    hashes: new Set(files.map(({ sha256 }) => sha256)),
    sizes: new Set(files.map(({ size }) => size)),
    sizeBytes: files.reduce((sum, { size }) => sum + size, 0),
  };
}

function startOver({ place }: Computer, fresh: string): void {
  for (const folder of [place.data, place.photos]) {
    rmSync(folder, { recursive: true, force: true });
  }
  cpSync(fresh, place.data, { recursive: true });
  mkdirSync(place.photos);
}

interface Plan {
  readonly kills: number;
  readonly random: Random;
  readonly library: LibraryContent;
}

async function syncWithKills(computer: Computer, { kills, random, library }: Plan): Promise<void> {
  const { simulator, place } = computer;
  const since = await simulator.mark();
  const rate = RATES[random.below(RATES.length)]!;
  await simulator.fault(...slowness(rate));
  for (let kill = 0; kill < kills; kill++) {
    const afterMs = random.below(SPANS_MS[random.below(SPANS_MS.length)]!);
    await runAndKill(computer, afterMs);
    expect(wrongFiles(place.photos, library.hashes)).toEqual([]);
  }
  await simulator.clearFaults();
  const parts = partSizes(place.photos, library);
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const asked = (await simulator.asked(since)).filter(({ service }) => service === "content");
  const ranges = asked.map(({ headers }) => headers["range"]);
  expect(ranges).toEqual(expect.arrayContaining(parts.map((bytes) => `bytes=${bytes}-`)));
  const sentBytes = asked.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  expect(sentBytes).toBeLessThanOrEqual(library.sizeBytes + kills * costOfKillBytes(rate));
  expect(await findFaultsBut(computer)).toEqual([]);
}

/** Parts that hold something, but not the whole file: what the next run must continue. */
function partSizes(photos: string, { sizes }: LibraryContent): number[] {
  return filesBelow(photos)
    .filter(({ path, sizeBytes }) => path.endsWith(".kei-tmp") && sizeBytes > 0)
    .flatMap(({ sizeBytes }) => (sizes.has(sizeBytes) ? [] : [sizeBytes]));
}

async function runAndKill(computer: Computer, afterMs: number): Promise<void> {
  const running = computer.start("sync", "-d", "photos", "--threads-num", String(THREADS));
  await Bun.sleep(afterMs);
  running.kill("SIGKILL");
  const { code, stderr } = await running.result;
  // A sync that was done before its time is as welcome as one that was killed.
  expect([null, 0, stderr]).toContain(code);
}

/** Files under a final name whose bytes are not those of any file of the library. */
function wrongFiles(photos: string, hashes: ReadonlySet<string>): string[] {
  return filesBelow(photos).flatMap(({ path }) => {
    if (path.endsWith(".kei-tmp") || path.startsWith(".kei_probe")) return [];
    const bytes = readFileSync(join(photos, path));
    const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
    return hashes.has(hash) ? [] : [`${path}: ${bytes.length} wrong bytes`];
  });
}

async function findFaultsBut(computer: Computer): Promise<string[]> {
  const faults = await computer.findFaults();
  return faults.filter((fault) => !fault.startsWith("data-fresh/"));
}
