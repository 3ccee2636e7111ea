import { expect, test } from "bun:test";
import { rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { World } from "../../support/engine/world.ts";

const rules = { ...DEFAULT_RULES, folderStructure: "%Y" };
const MOVING = { rules, options: { ...DEFAULT_SYNC, relayout: true } };

test("Relayout moves saved files, fetches nothing, and knows the new folder as it knew the old", async () => {
  using world = new World();
  world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }));
  await world.cycle();
  expect(await world.cycle(MOVING)).toMatchObject({ filesMoved: 2, filesDownloaded: 0 });
  expect([...world.files().keys()]).toEqual(["2018/A.JPG", "2018/B.JPG"]);
  expect(world.memory.setting("relayout")).toBe(""); // no move is under way any more
  const path = join(world.root, "2018/A.JPG");
  rmSync(path);
  utimesSync(dirname(path), new Date(), new Date(0));
  expect(await world.cycle({ rules })).toMatchObject({ seen: 1, saved: 1, filesDownloaded: 1 });
  expect([...world.files().keys()]).toEqual(["2018/A.JPG", "2018/B.JPG"]);
});
