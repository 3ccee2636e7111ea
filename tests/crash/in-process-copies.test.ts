/** A power cut at every step where files are copied, linked, adopted or moved: nothing is lost, nobody's file is touched. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_RULES } from "../../src/plan/rules.ts";
import type { CycleDoor } from "../../src/sync/cycle-door.ts";
import { DEFAULT_SYNC } from "../../src/sync/options.ts";
import { isProofOf } from "../support/engine/content.ts";
import { cycleWithCut } from "../support/engine/cut.ts";
import { isMarked, withMark } from "../support/engine/marking.ts";
import { aPhoto } from "../support/engine/photo.ts";
import { World } from "../support/engine/world.ts";

const PHOTO = aPhoto({ id: "A" });
const CHANGED = aPhoto({
  id: "A",
  content: "new",
  sizeBytes: 1500,
  master: { id: PHOTO.master.id },
});
const [OLD, NEW] = [PHOTO.contents[0]!, CHANGED.contents[0]!];

const FINISHERS = [
  ["as it came", false],
  ["with something written into it", true],
] as const;

/** A layout with a folder for each of two albums, which both have every photo. */
function perAlbum(world: World, albumCopies: "copy" | "hardlink" | "symlink"): Partial<CycleDoor> {
  for (const id of ["Sea", "Trip"])
    world.source.putAlbum({ id, name: id, kind: "album", parentId: null, isDeleted: false });
  return {
    rules: { ...DEFAULT_RULES, folderStructure: "{album}" },
    options: { ...DEFAULT_SYNC, albumCopies },
  };
}

function put(world: World, path: string, bytes: Uint8Array): void {
  const absolute = join(world.root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, bytes);
}

/** Every row is proved by its own proof, and nothing else is on disk than `others`. */
function expectWhole(world: World, others: readonly string[] = []): void {
  const files = world.files();
  for (const { state, held, path } of world.rows()) {
    expect({ path, state }).toEqual({ path, state: "saved" });
    expect({ path, isProved: isProofOf(held, files.get(path)!) }).toEqual({ path, isProved: true });
  }
  const known = [...world.rows().map(({ path }) => path), ...others];
  expect([...files.keys()].toSorted()).toEqual(known.toSorted());
}

async function atEveryStep(
  act: (cutAt: number) => Promise<boolean>,
  stepsMin: number,
): Promise<void> {
  for (let cutAt = 1; ; cutAt++) {
    let isOver: boolean;
    try {
      isOver = await act(cutAt);
    } catch (error) {
      throw new Error(`after a power cut at step ${cutAt}`, { cause: error });
    }
    if (isOver) return expect(cutAt).toBeGreaterThan(stepsMin);
  }
}

for (const [name, marksFiles] of FINISHERS) {
  const finished = (bytes: Uint8Array) => (marksFiles ? withMark(bytes) : Buffer.from(bytes));

  describe.each(["copy", "hardlink", "symlink"] as const)(
    `runCycle(), each file ${name}, albums by %s,`,
    (how) => {
      test("makes the second album of the first one's final bytes", async () => {
        await atEveryStep(async (cutAt) => {
          using world = new World(marksFiles);
          world.source.add(PHOTO);
          const changes = perAlbum(world, how);
          const { isOver } = await cycleWithCut(world, cutAt, changes);
          await world.cycle(changes);
          expectWhole(world);
          for (const album of ["Sea", "Trip"])
            expect(world.files().get(`${album}/A.JPG`)!.equals(finished(OLD))).toBe(true);
          await world.cycle(changes);
          expect(world.source.opened).toEqual([]);
          return isOver;
        }, 40);
      }, 120_000);

      test("brings both to the new bytes when the photo changes", async () => {
        await atEveryStep(async (cutAt) => {
          using world = new World(marksFiles);
          world.source.add(PHOTO);
          const changes = perAlbum(world, how);
          await world.cycle(changes);
          world.closeMemory();
          world.source.replace(CHANGED);
          const { isOver } = await cycleWithCut(world, cutAt, changes);
          await world.cycle(changes);
          expectWhole(world);
          const files = [...world.files()].map(([path, bytes]) => [
            path,
            bytes.equals(finished(NEW)),
          ]);
          expect(files).toEqual([
            ["Sea/A.JPG", true],
            ["Trip/A.JPG", true],
          ]);
          return isOver;
        }, 40);
      }, 120_000);

      test("moves both by a new layout", async () => {
        await atEveryStep(async (cutAt) => {
          using world = new World(marksFiles);
          world.source.add(PHOTO);
          const changes = perAlbum(world, how);
          await world.cycle(changes);
          world.closeMemory();
          const later = {
            rules: { ...DEFAULT_RULES, folderStructure: "{album}/%Y" },
            options: { ...DEFAULT_SYNC, albumCopies: how, relayout: true },
          };
          const { isOver } = await cycleWithCut(world, cutAt, later);
          await world.cycle(later);
          expectWhole(world);
          expect([...world.files().keys()]).toEqual(["Sea/2018/A.JPG", "Trip/2018/A.JPG"]);
          expect(world.source.opened).toEqual([]);
          return isOver;
        }, 40);
      }, 120_000);
    },
  );

  test(`runCycle(), each file ${name}, adopts a person's file and leaves it when the photo changes`, async () => {
    await atEveryStep(async (cutAt) => {
      using world = new World(marksFiles);
      world.source.add(PHOTO);
      put(world, "2018/07/31/A.JPG", OLD);
      await cycleWithCut(world, Math.ceil(cutAt / 2));
      await world.cycle();
      expect(world.source.opened).toEqual([]);
      world.closeMemory();
      world.source.replace(CHANGED);
      const { isOver } = await cycleWithCut(world, cutAt);
      const isUntouched = () =>
        readFileSync(join(world.root, "2018/07/31/A.JPG")).equals(Buffer.from(OLD));
      expect(isUntouched()).toBe(true);
      await world.cycle();
      expect(isUntouched()).toBe(true);
      expect(world.rows()).toMatchObject([{ path: "2018/07/31/A-1500.JPG", origin: "own" }]);
      expectWhole(world, ["2018/07/31/A.JPG"]);
      const saved = world.files().get("2018/07/31/A-1500.JPG")!;
      expect([saved.length > 0, isMarked(saved)]).toEqual([true, marksFiles]);
      return isOver;
    }, 30);
  }, 120_000);
}
