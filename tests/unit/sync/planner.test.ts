import { CHANGES } from "../../../src/state/origin.ts";
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "../../../src/photos/page.ts";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { NO_FILTERS } from "../../../src/plan/selection.ts";
import type { PlanRules } from "../../../src/plan/rules.ts";
import { nothingDue } from "../../../src/sync/due.ts";
import { Planner } from "../../../src/sync/planner.ts";
import { bytesOf } from "../../support/engine/content.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { ZONE, aPage } from "../../support/engine/records.ts";
import { saveRow } from "../../support/engine/final.ts";
import { World } from "../../support/engine/world.ts";

const EVERYTHING = {
  wanted: null,
  excluded: new Set<string>(),
  isPerAlbum: false,
  keepsUnfiled: true,
  userAlbums: new Set<string>(),
  unknown: [],
  unknownExcluded: [],
  ambiguous: new Map<string, readonly string[]>(),
};

/** A world whose library knows a page; `plan` plans one of its assets in a cycle. */
function setUp(page: Page, rules: PlanRules = DEFAULT_RULES) {
  const world = new World();
  const zone = world.memory.zones.see(ZONE);
  world.memory.library.apply(zone.id, page, CHANGES, 0);
  const { disk } = world.door();
  const plannerFor = (cycle: number, by: PlanRules, isRearranged = false) => {
    const planner = new Planner(world.memory, disk, by, NO_FILTERS, cycle, isRearranged);
    planner.use(zone.id, EVERYTHING, () => null);
    return planner;
  };
  const plan = (asset: string, cycle = 1) => {
    const due = nothingDue();
    plannerFor(cycle, rules).plan(zone, asset, due);
    const { files, bytes } = due;
    return { files, bytes };
  };
  const save = (asset: string) => {
    const row = world.rows().find((one) => one.asset === asset)!;
    saveRow(world.memory, row, { sizeBytes: 1000 });
  };
  return { world, zone, plan, plannerFor, save };
}

function pageOf(...photos: ReturnType<typeof aPhoto>[]): Page {
  return aPage({
    masters: photos.map(({ master }) => master),
    assets: photos.map(({ asset }) => asset),
  });
}

describe("Planner", () => {
  test("plan() makes the files of an asset due, once", () => {
    const { world, plan } = setUp(pageOf(aPhoto({ id: "A", movieBytes: 500 })));
    using _ = world;
    expect(plan("A")).toEqual({ files: 2, bytes: 1500 });
    expect(plan("A")).toEqual({ files: 0, bytes: 0 });
    expect(world.memory.runs.outcomes(1, 9)).toEqual([{ outcome: "interrupted", assets: 1 }]);
  });

  test("plan() wants a file again when its content changed, under its name, with the old hash", () => {
    const { world, zone, plan } = setUp(pageOf(aPhoto({ id: "A" })));
    using _ = world;
    plan("A");
    const [row] = world.rows();
    saveRow(world.memory, row!, { proof: { kind: "sha256", hash: "old" }, sizeBytes: 1000 });
    const other = aPhoto({ id: "A", content: "new", sizeBytes: 7, master: { id: "MASTER-A" } });
    world.memory.library.apply(zone.id, pageOf(other), CHANGES, 0);
    expect(plan("A", 2)).toEqual({ files: 1, bytes: 7 });
    expect(world.rows()).toMatchObject([
      { path: row!.path, state: "outdated", held: "sha256:old", size_bytes: 7 },
    ]);
  });

  test("plan() withdraws what nobody needs, and never a saved file", () => {
    const { world, zone, plan, save } = setUp(pageOf(aPhoto({ id: "A" }), aPhoto({ id: "B" })));
    using _ = world;
    plan("A");
    plan("B");
    save("B");
    const hidden = ["A", "B"].map((name) => aPhoto({ id: name, asset: { isHidden: true } }));
    world.memory.library.apply(zone.id, pageOf(...hidden), CHANGES, 0);
    plan("A", 2);
    plan("B", 2);
    expect(world.rows().map(({ asset }) => asset)).toEqual(["B"]);
    expect(world.memory.runs.outcomes(2, 9)).toEqual([{ outcome: "skip:hidden", assets: 2 }]);
    expect(world.memory.files.countLeftOut([zone.id])).toBe(1);
    world.memory.library.apply(zone.id, pageOf(aPhoto({ id: "B" })), CHANGES, 0);
    plan("B", 3);
    expect(world.memory.files.countLeftOut([zone.id])).toBe(0);
  });

  test("planAnew() names what was never fetched by today's rules, and leaves what is saved", () => {
    const photos = [aPhoto({ id: "A", name: "a.JPG" }), aPhoto({ id: "B", name: "b.JPG" })];
    const { world, zone, plan, plannerFor, save } = setUp(pageOf(...photos));
    using _ = world;
    plan("A");
    plan("B");
    save("B");
    const planner = plannerFor(2, { ...DEFAULT_RULES, folderStructure: "%Y" });
    for (const asset of ["A", "B"]) planner.planAnew(zone, asset, nothingDue());
    expect(world.rows().map(({ path }) => path)).toEqual(["2018/a.JPG", "2018/07/31/b.JPG"]);
  });

  test("planAnew() leaves the name of a file that is there, though its row does not know it", () => {
    const { world, zone, plan, plannerFor } = setUp(pageOf(aPhoto({ id: "A", name: "a.JPG" })));
    using _ = world;
    putStrangers(world, ["a.JPG"], 1000);
    plan("A");
    plannerFor(2, { ...DEFAULT_RULES, folderStructure: "%Y" }).planAnew(zone, "A", nothingDue());
    expect(world.rows().map(({ path }) => path)).toEqual(["2018/07/31/a.JPG"]);
  });

  test("plan() lets files of another arrangement take the places of the new one", () => {
    const rules = { ...DEFAULT_RULES, folderStructure: "{album}" };
    const { world, zone, plan, plannerFor, save } = setUp(
      pageOf(aPhoto({ id: "A", name: "a.JPG" })),
    );
    using _ = world;
    plan("A");
    save("A");
    const { id } = world.rows()[0]!;
    const planner = plannerFor(2, rules, true);
    const wanted = new Map([["album:X", "Sea"]]);
    planner.use(zone.id, { ...EVERYTHING, wanted, isPerAlbum: true }, () => null);
    const membership = { albumId: "X", assetId: "A" };
    world.memory.library.apply(zone.id, aPage({ memberships: [membership] }), CHANGES, 0);
    planner.plan(zone, "A", nothingDue());
    expect(world.rows()).toMatchObject([{ id, album: "Sea", path: "2018/07/31/a.JPG" }]);
    expect(planner.moves(zone, "A", true)).toMatchObject([{ row: { id }, path: "Sea/a.JPG" }]);
  });

  test("plan() waits for the other half, and the asset is not forgotten", () => {
    const photo = aPhoto({ id: "A" });
    const { world, zone, plan } = setUp(aPage({ assets: [photo.asset] }));
    using _ = world;
    plan("A");
    expect(world.rows()).toEqual([]);
    world.memory.library.apply(zone.id, aPage({ masters: [photo.master] }), CHANGES, 0);
    expect(plan("A").files).toBe(1);
  });

  test("plan() says no-version when there is nothing to download", () => {
    const { world, plan } = setUp(pageOf(aPhoto({ id: "A", master: { resources: {} } })));
    using _ = world;
    plan("A");
    expect(world.memory.runs.outcomes(1, 9)).toEqual([{ outcome: "skip:no-version", assets: 1 }]);
  });

  test("plan() gives names that differ only in case to no two files", () => {
    const photos = [aPhoto({ id: "A", name: "x.jpg" }), aPhoto({ id: "B", name: "X.JPG" })];
    const { world, plan } = setUp(pageOf(...photos));
    using _ = world;
    plan("A");
    plan("B");
    const paths = world.rows().map(({ path }) => path.toLowerCase());
    expect(new Set(paths).size).toBe(2);
  });
});

/** Puts strangers' files into the folder of the photos. */
function putStrangers(world: World, names: readonly string[], size: number): void {
  for (const name of names) {
    const path = join(world.root, "2018/07/31", name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytesOf(`stranger ${name}`, size));
  }
}

describe("Planner.rename()", () => {
  test("passes by several strangers of the very size, and leaves them as they are", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    const names = ["A.JPG", "A-1000.JPG", "A-1000_TUFTVEV.JPG"];
    putStrangers(world, names, 1000);
    const before = world.files();
    const tally = await world.cycle();
    expect(tally).toMatchObject({ saved: 1, failed: 0, filesDownloaded: 1 });
    const after = world.files();
    expect(after.size).toBe(4);
    for (const [path, bytes] of before) expect(after.get(path)!.equals(bytes)).toBe(true);
  });

  test("passes by strangers of another size", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    putStrangers(world, ["A.JPG"], 999);
    await world.cycle();
    expect([...world.files().keys()]).toEqual(["2018/07/31/A-1000.JPG", "2018/07/31/A.JPG"]);
  });

  test("adopts the file with the right bytes behind a stranger of the very size", async () => {
    using world = new World();
    const photo = aPhoto({ id: "A" });
    world.source.add(photo);
    putStrangers(world, ["A.JPG"], 1000);
    writeFileSync(join(world.root, "2018/07/31/A-1000.JPG"), photo.contents[0]!);
    const tally = await world.cycle();
    expect(tally).toMatchObject({ saved: 1, filesAdopted: 1, filesDownloaded: 0 });
    expect(world.files().size).toBe(2);
  });

  test("keeps both of two photos of one name and one size", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A", name: "X.JPG" }), aPhoto({ id: "B", name: "X.JPG" }));
    expect(await world.cycle()).toMatchObject({ saved: 2 });
    expect(world.files().size).toBe(2);
  });
});
