import { CHANGES } from "../../../src/state/origin.ts";
import { describe, expect, test } from "bun:test";
import { ZONE, aPage, anAsset } from "../../support/engine/records.ts";
import { aFinal, saveRow } from "../../support/engine/final.ts";
import { World } from "../../support/engine/world.ts";

const CYCLE = 7;

interface FileCase {
  readonly state: "promised" | "staged" | "saved";
  readonly failedIn?: number;
  readonly savedIn?: number;
}

const saved = (savedIn: number): FileCase => ({ state: "saved", savedIn });
const wanted: FileCase = { state: "promised" };
const staged: FileCase = { state: "staged" };
const failed = (failedIn: number): FileCase => ({ state: "promised", failedIn });

const rows: { name: string; skip?: string; files: FileCase[]; outcome: string }[] = [
  { name: "all saved now", files: [saved(CYCLE), saved(CYCLE)], outcome: "saved" },
  { name: "one saved now, one before", files: [saved(CYCLE), saved(3)], outcome: "saved" },
  { name: "all saved before", files: [saved(3), saved(4)], outcome: "skip:current" },
  { name: "one failed now", files: [saved(CYCLE), failed(CYCLE)], outcome: "failed" },
  { name: "failed before, not tried now", files: [failed(3)], outcome: "interrupted" },
  { name: "one still wanted", files: [saved(CYCLE), wanted], outcome: "interrupted" },
  { name: "one staged", files: [staged], outcome: "interrupted" },
  { name: "failed now, another wanted", files: [failed(CYCLE), wanted], outcome: "failed" },
  { name: "skipped", skip: "hidden", files: [], outcome: "skip:hidden" },
  {
    name: "skipped, with an old file",
    skip: "deleted",
    files: [saved(3)],
    outcome: "skip:deleted",
  },
  { name: "no files and no reason", files: [], outcome: "unread" },
];

/** An asset with such files, settled in the cycle. */
function put(world: World, asset: string, files: readonly FileCase[], skip: string | null): void {
  const { memory } = world;
  const zone = memory.zones.see(ZONE).id;
  memory.library.apply(zone, aPage({ assets: [anAsset({ id: asset })] }), CHANGES, 0);
  const { id: assetId } = memory.library.halves(zone, asset)!;
  memory.library.settle(assetId, CYCLE, skip);
  for (const [n, { state, failedIn, savedIn }] of files.entries()) {
    const path = `${asset}/${n}`;
    const album = `${n}`;
    const content = { checksum: "c", sizeBytes: 1, createdMs: 0 };
    memory.wants.insert({
      zone,
      assetId,
      rendition: "original",
      album,
      path,
      pathKey: path,
      ...content,
    });
    const row = memory.files.atKey(path)!;
    const { id } = row;
    if (state === "staged") memory.haves.stage(id, aFinal(), null);
    if (savedIn !== undefined) saveRow(memory, row, {}, savedIn);
    if (failedIn !== undefined) memory.haves.fail(id, "x", failedIn);
  }
  memory.library.settle(assetId, CYCLE, skip);
}

describe("Runs.outcomes()", () => {
  for (const { name, skip, files, outcome } of rows) {
    test(`is ${outcome} for an asset with ${name}`, () => {
      using world = new World();
      put(world, "A", files, skip ?? null);
      expect(world.memory.runs.outcomes(CYCLE, 9)).toEqual([{ outcome, assets: 1 }]);
    });
  }

  test("counts every asset of the cycle once, and none of others", () => {
    using world = new World();
    put(world, "A", [saved(CYCLE), saved(CYCLE)], null);
    put(world, "B", [saved(CYCLE)], null);
    put(world, "C", [wanted], null);
    const counts = world.memory.runs
      .outcomes(CYCLE, 9)
      .map(({ outcome, assets }) => [outcome, assets]);
    expect(Object.fromEntries(counts)).toEqual({ saved: 2, interrupted: 1 });
    expect(world.memory.runs.outcomes(CYCLE - 1, 9)).toEqual([]);
  });

  test("sees an old asset whose file failed in this cycle", () => {
    using world = new World();
    put(world, "A", [wanted], null);
    const { id } = world.rows()[0]!;
    world.memory.haves.fail(id, "x", CYCLE + 1);
    expect(world.memory.runs.outcomes(CYCLE + 1, 9)).toEqual([{ outcome: "failed", assets: 1 }]);
  });
});

describe("Runs", () => {
  test("start() counts up, end() notes the tally, lastEnded() passes by what was cut off", () => {
    using world = new World();
    const { runs } = world.memory;
    const first = runs.start(10);
    runs.end(first, 20, "{}");
    const second = runs.start(30);
    expect(second).toBeGreaterThan(first);
    expect(runs.last()).toMatchObject({ id: second, started_at: 30, ended_at: null });
    expect(runs.lastEnded()).toMatchObject({ id: first, ended_at: 20, tally: "{}" });
  });

  test("last() is null before the first", () => {
    using world = new World();
    expect(world.memory.runs.last()).toBeNull();
  });
});
