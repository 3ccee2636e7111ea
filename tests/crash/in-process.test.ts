/** A power cut at every step of a cycle: the next one finishes the work, and nothing is fetched twice. */
import { describe, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Tally } from "../../src/sync/events.ts";
import { ZONE } from "../support/engine/records.ts";
import { isProofOf, sha256 } from "../support/engine/content.ts";
import { aPhoto } from "../support/engine/photo.ts";
import type { Photo } from "../support/engine/photo.ts";
import { cycleWithCut } from "../support/engine/cut.ts";
import { MARK, withMark } from "../support/engine/marking.ts";
import { World } from "../support/engine/world.ts";

const THREADS = 2;
const TWO = { threads: THREADS };
const LONG_AGO_MS = Date.UTC(1951, 6, 8);

/** Names that collide, a live photo, two assets of one content, a date before 1970, an empty and a longer file. */
function library(): Photo[] {
  return [
    aPhoto({ id: "A", name: "X.JPG", sizeBytes: 900 }),
    aPhoto({ id: "B", name: "X.JPG", sizeBytes: 900 }),
    aPhoto({ id: "C", name: "L.JPG", sizeBytes: 500, movieBytes: 700 }),
    aPhoto({ id: "D", name: "OLD.JPG", sizeBytes: 300, createdMs: LONG_AGO_MS }),
    aPhoto({ id: "E", content: "D", name: "OLD.JPG", sizeBytes: 300, createdMs: LONG_AGO_MS }),
  ];
}

const TREE: Readonly<Record<string, Uint8Array>> = {
  "1951/07/08/OLD.JPG": library()[3]!.contents[0]!,
  "1951/07/08/OLD-300.JPG": library()[4]!.contents[0]!,
  "2018/07/31/L.JPG": library()[2]!.contents[0]!,
  "2018/07/31/L.MOV": library()[2]!.contents[1]!,
  "2018/07/31/X.JPG": library()[0]!.contents[0]!,
  "2018/07/31/X-900.JPG": library()[1]!.contents[0]!,
};

describe.each([
  ["as it came", false],
  ["with something written into it", true],
] as const)("each file %s:", (_name, marksFiles) => {
  const extraBytes = marksFiles ? MARK.length : 0;

  function newWorld(photos: readonly Photo[] = library()): World {
    const world = new World(marksFiles);
    world.source.add(...photos);
    return world;
  }

  function expectTotals({ seen, saved, failed, interrupted, skipped }: Tally): void {
    const left = Object.values(skipped).reduce((sum, count) => sum + count, 0);
    expect(seen).toBe(saved + failed + interrupted + left);
  }

  /** What becomes of bytes before they get their name. */
  function finished(bytes: Uint8Array): Uint8Array {
    return marksFiles ? withMark(bytes) : bytes;
  }

  /** What must hold at the end, whatever happened before. */
  function expectWhole(world: World, tree: Readonly<Record<string, Uint8Array>>): void {
    const files = world.files();
    expect([...files.keys()].sort()).toEqual(Object.keys(tree).sort());
    for (const row of world.rows()) {
      expect(row.state).toBe("saved");
      expect(isProofOf(row.held, files.get(row.path)!)).toBe(true);
    }
    expect(world.rows()).toHaveLength(files.size);
    const wanted = Object.values(tree).map((bytes) => sha256(finished(bytes)));
    expect([...files.values()].map(sha256).sort()).toEqual(wanted.sort());
  }

  test("runCycle() converges after a power cut at any step", async () => {
    for (let cutAt = 1; ; cutAt++) {
      using world = newWorld();
      const { isOver } = await cycleWithCut(world, cutAt, TWO);
      // Bytes of a file are asked for once, and once more for each that was on its way.
      const first = world.source.opened.length;
      const second = await world.cycle(TWO);
      const again = world.source.opened.length;
      try {
        expectTotals(second);
        expect(second).toMatchObject({ failed: 0, interrupted: 0 });
        expectWhole(world, TREE);
        expect(first + again).toBeLessThanOrEqual(6 + THREADS);
        const third = await world.cycle();
        expect(world.source.opened).toEqual([]);
        expect(third).toMatchObject({ filesDownloaded: 0, filesAdopted: 0, failed: 0 });
      } catch (error) {
        throw new Error(`after a power cut at step ${cutAt}`, { cause: error });
      }
      if (isOver) return expect(cutAt).toBeGreaterThan(60);
    }
  }, 120_000);

  test("runCycle() continues parts where they ended, and never fetches a whole one again", async () => {
    const photo = aPhoto({ id: "A", sizeBytes: 4000 });
    const { steps } = await withWorld([photo], (world) => cycleWithCut(world, Infinity, TWO));
    for (let cutAt = 1; cutAt <= steps; cutAt++) {
      using world = newWorld([photo]);
      await cycleWithCut(world, cutAt, TWO);
      const parts = [...world.files()].filter(([path]) => path.endsWith(".kei-tmp"));
      // A draft is longer than what came, or not yet whole beside a part that is.
      const lengths = parts.map(([, bytes]) => bytes.length).filter((length) => length <= 4000);
      const hasName = world.files().has("2018/07/31/A.JPG");
      await world.cycle();
      const asked = world.source.opened.map(({ fromByte }) => fromByte);
      const length = Math.max(0, ...lengths);
      expect(asked).toEqual(hasName || length === 4000 ? [] : [length]);
    }
  }, 60_000);

  async function withWorld<Result>(
    photos: readonly Photo[],
    act: (world: World) => Promise<Result>,
  ): Promise<Result> {
    using world = newWorld(photos);
    return await act(world);
  }

  test("runCycle() moves a token only together with what it proves, wherever the power goes", async () => {
    for (let cutAt = 1; ; cutAt++) {
      using world = newWorld([aPhoto({ id: "A" })]);
      await world.cycle();
      world.closeMemory();
      world.source.add(aPhoto({ id: "B" }));
      const { isOver } = await cycleWithCut(world, cutAt, TWO);
      const { library } = world.memory;
      const isMoved = world.memory.zones.find(ZONE)!.token === world.source.token;
      const isKnown = library.halves(1, "B") !== null && world.rows().length === 2;
      expect({ cutAt, isKnown }).toEqual({ cutAt, isKnown: isMoved });
      if (world.memory.setting("token:private") === world.source.token) expect(isMoved).toBe(true);
      await world.cycle();
      expectWhole(world, {
        "2018/07/31/A.JPG": aPhoto({ id: "A" }).contents[0]!,
        "2018/07/31/B.JPG": aPhoto({ id: "B" }).contents[0]!,
      });
      if (isOver) return expect(cutAt).toBeGreaterThan(20);
    }
  }, 60_000);

  test("runCycle() replaces its own older version, wherever the power goes", async () => {
    const old = aPhoto({ id: "A" });
    const changed = aPhoto({
      id: "A",
      content: "new",
      sizeBytes: 1500,
      master: { id: old.master.id },
    });
    for (let cutAt = 1; ; cutAt++) {
      using world = newWorld([old]);
      await world.cycle();
      world.closeMemory();
      world.source.replace(changed);
      const { isOver } = await cycleWithCut(world, cutAt, TWO);
      await world.cycle();
      const tree = [...world.files()].map(([path, bytes]) => [path, bytes.length]);
      expect({ cutAt, tree }).toEqual({ cutAt, tree: [["2018/07/31/A.JPG", 1500 + extraBytes]] });
      if (isOver) return expect(cutAt).toBeGreaterThan(20);
    }
  }, 60_000);

  test("runCycle() survives one power cut after the other", async () => {
    using world = newWorld();
    for (let cutAt = 5; cutAt < 60; cutAt += 7) await cycleWithCut(world, cutAt, TWO);
    await world.cycle();
    expectWhole(world, TREE);
  }, 60_000);

  test("runCycle() leaves no part of content that was replaced at Apple after a power cut", async () => {
    const old = aPhoto({ id: "A", sizeBytes: 4000 });
    const changed = aPhoto({
      id: "A",
      content: "new",
      sizeBytes: 1500,
      master: { id: old.master.id },
    });
    const { steps } = await withWorld([old], (world) => cycleWithCut(world, Infinity, TWO));
    for (let cutAt = 1; cutAt <= steps; cutAt++) {
      using world = newWorld([old]);
      await cycleWithCut(world, cutAt, TWO);
      world.source.replace(changed);
      await world.cycle();
      const left = [...world.files().keys()];
      expect({ cutAt, left }).toEqual({ cutAt, left: ["2018/07/31/A.JPG"] });
      expect(world.files().get("2018/07/31/A.JPG")).toHaveLength(1500 + extraBytes);
    }
  }, 60_000);

  test("runCycle() gives files the time they were taken, before 1970 too", async () => {
    using world = newWorld();
    await world.cycle();
    const path = join(world.root, "1951/07/08/OLD.JPG");
    expect(statSync(path).mtimeMs).toBe(LONG_AGO_MS);
  });
});
