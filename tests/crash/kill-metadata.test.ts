/**
 * kill -9 at seeded moments while metadata is written: into new files, and into files that were here before. No picture
 * is ever damaged under a final name, nothing is left lying about, and in the end everything says what it should.
 *
 * KEI_SEED replays a failure, KEI_KILLS sets how many kills there are of each sort (8).
 */
import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { extname, join } from "node:path";
import { payloadDifference } from "../../src/metadata/payload/compare.ts";
import { fitnessOf } from "../../src/metadata/payload/format.ts";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { Random } from "../support/random.ts";

const KILLS = Number(process.env["KEI_KILLS"] ?? 8);
const FLAGS = [
  "--set-exif-datetime",
  "--set-exif-gps",
  "--set-exif-rating",
  "--set-exif-description",
  "--embed-xmp",
  "--xmp-sidecar",
];
/** Until when a run is killed: while it starts, lists, and writes. */
const SPANS_MS = [400, 1200, 2500] as const;

for (const isBackfill of [false, true]) {
  const what = isBackfill ? "files that are here" : "new files";
  test(
    `writing metadata into ${what} survives ${KILLS} kills`,
    async () => {
      const random = Random.fromEnvironment();
      await using computer = await signedInComputer(["--assets", "0"]);
      await computer.simulator.library("add", { assets: library() });
      const originals = `${computer.place.photos}-originals`;
      await plainCopy(computer, originals);
      const { photos } = computer.place;
      if (isBackfill) expect((await computer.run("sync", "-d", photos)).code).toBe(0);
      for (let kill = 0; kill < KILLS; kill++) {
        const running = computer.start("sync", "-d", photos, ...FLAGS);
        await Bun.sleep(random.below(SPANS_MS[random.below(SPANS_MS.length)]!));
        running.kill("SIGKILL");
        await running.result;
        expect(await damaged(photos, originals)).toEqual([]);
      }
      const last = await computer.run("sync", "-d", photos, ...FLAGS);
      expect([last.code, last.stderr]).toEqual([0, expect.any(String)]);
      expect(await damaged(photos, originals)).toEqual([]);
      const wanted = filesBelow(originals).flatMap(({ path }) => [path, `${path}.xmp`]);
      expect(
        filesBelow(photos)
          .map(({ path }) => path)
          .toSorted(),
      ).toEqual(wanted.toSorted());
      const verified = await computer.run("verify", "--checksums");
      expect([verified.code, verified.stdout]).toEqual([0, expect.any(String)]);
      const { stdout } = await computer.run("status");
      const fit = wanted.filter((path) => /\.(HEIC|JPG|MOV|PNG)$/.test(path)).length;
      expect(stdout).toMatch(`  Metadata:   ${fit} written, ${wanted.length / 2} sidecars\n`);
    },
    KILLS * 20_000 + 60_000,
  );
}

function library() {
  const kinds = ["heic-live", "jpeg", "mov", "screenshot"];
  return Array.from({ length: 20 }, (_, number) => {
    const kind = kinds[number % kinds.length]!;
    const ending = { "heic-live": "HEIC", jpeg: "JPG", mov: "MOV", screenshot: "PNG" }[kind];
    return {
      name: `IMG_${number}.${ending}`,
      date: "2024-05-06T05:08:09Z",
      kind,
      caption: `Caption ${number}`,
      keywords: ["one", "two"],
      favorite: true,
      location: { latitude: 1, longitude: number },
    };
  });
}

/** What Apple has, beside the folder that is tried; nothing else of it is remembered. */
async function plainCopy(computer: Computer, folder: string): Promise<void> {
  expect((await computer.run("sync", "-d", folder)).code).toBe(0);
  for (const { path } of filesBelow(computer.place.data)) {
    if (/\.db(-wal|-shm)?$/.test(path)) rmSync(join(computer.place.data, path));
  }
}

/** Files under final names whose picture is not the original's. */
async function damaged(photos: string, originals: string): Promise<string[]> {
  const found: string[] = [];
  for (const { path } of filesBelow(originals)) {
    const [original, file] = [join(originals, path), join(photos, path)];
    const fitness = fitnessOf(original, extname(path));
    if (fitness.kind === "unfit" || !filesBelow(photos).some((one) => one.path === path)) continue;
    const signal = new AbortController().signal;
    const difference = await payloadDifference(original, file, fitness.format, signal);
    if (difference !== null) found.push(`${path}: ${difference}`);
  }
  return found;
}
