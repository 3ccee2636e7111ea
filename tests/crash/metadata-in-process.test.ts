/** A power cut at every step of writing metadata: the next cycle finishes it, and knows what is in which file. */
import { describe, expect, test } from "bun:test";
import { cycleWithCut } from "../support/engine/cut.ts";
import { MetadataWorld, NONE, photoOf, RATING } from "../support/engine/metadata-world.ts";

const WRITTEN = { "IFD0:Rating": 5, "XMP-xmp:Rating": 5 };
const BOTH = { ...RATING, writeSidecar: true };
const STEPS_MAX = 400;

describe.each([
  ["files that are here", true],
  ["new files", false],
] as const)("into %s:", (_name, isBackfill) => {
  test("whatever was cut off is finished, and taken out again when iCloud takes it back", async () => {
    let isOver = false;
    let downloads = 0;
    for (let cutAt = 1; !isOver && cutAt < STEPS_MAX; cutAt += 1) {
      using world = new MetadataWorld();
      world.source.add(photoOf("A"), photoOf("B"));
      if (isBackfill) await world.cycle({ threads: 2 });
      ({ isOver } = await cycleWithCut(world, cutAt, { ...world.by(BOTH), threads: 2 }));
      await world.cycle(world.by(BOTH));
      downloads = Math.max(downloads, world.source.opened.length);
      expect([cutAt, world.tags("A"), world.tags("B")]).toEqual([cutAt, WRITTEN, WRITTEN]);
      const names = [...world.files().keys()].map((path) => path.slice("2018/07/31/".length));
      expect([cutAt, names]).toEqual([cutAt, ["A.JPG", "A.JPG.xmp", "B.JPG", "B.JPG.xmp"]]);
      world.source.putAsset({ ...photoOf("A").asset, isFavorite: false });
      const tally = await world.cycle(world.by(BOTH));
      expect(tally).toMatchObject({ filesDownloaded: 0, metadata: { failed: 0, foreign: 0 } });
      expect([cutAt, world.tags("A"), world.tags("B")]).toEqual([cutAt, {}, WRITTEN]);
      expect(world.files().get("2018/07/31/A.JPG.xmp")!.toString()).not.toContain("Rating");
      const idle = await world.cycle(world.by({ ...NONE }));
      expect(idle).toMatchObject({ filesDownloaded: 0, failed: 0 });
    }
    expect(isOver).toBeTrue();
    if (isBackfill) expect(downloads).toBe(0);
  }, 240_000);
});

test("what was in a file before the cut is remembered, and goes when iCloud takes it back meanwhile", async () => {
  const options = { ...RATING, embedXmp: true };
  const metadata = { captionEnc: Buffer.from("Hi").toString("base64") };
  let isOver = false;
  for (let cutAt = 1; !isOver && cutAt < STEPS_MAX; cutAt += 1) {
    using world = new MetadataWorld();
    world.source.add(photoOf("A"));
    await world.cycle(world.by(options));
    world.source.putAsset(photoOf("A", { metadata }).asset);
    ({ isOver } = await cycleWithCut(world, cutAt, world.by(options)));
    world.source.putAsset(photoOf("A", { metadata, isFavorite: false }).asset);
    await world.cycle(world.by(options));
    expect([cutAt, world.tags("A")]).toEqual([cutAt, { "XMP-dc:Title": "Hi" }]);
    expect([...world.files().keys()]).toEqual(["2018/07/31/A.JPG"]);
  }
  expect(isOver).toBeTrue();
}, 240_000);
