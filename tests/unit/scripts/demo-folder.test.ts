import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clearMade, noteMade } from "../../../scripts/demo-folder.ts";
import { filesBelow } from "../../support/disk.ts";
import { tempFolder } from "../../support/temp-folder.ts";

function setUp() {
  const folder = tempFolder();
  const [photos, list] = [join(folder.path, "photos"), join(folder.path, "made.json")];
  mkdirSync(join(photos, "2024/01"), { recursive: true });
  writeFileSync(join(photos, "2024/01/a.jpg"), "a");
  writeFileSync(join(photos, "b.jpg"), "b");
  noteMade(photos, list);
  return { folder, photos, list };
}

describe("clearMade()", () => {
  test("removes what the demo made, with the folders it leaves empty", () => {
    const { folder, photos, list } = setUp();
    using _ = folder;
    expect(clearMade(photos, list)).toEqual([]);
    expect([readdirSync(photos), existsSync(list)]).toEqual([[], false]);
  });
  test("removes nothing when there is another file, or one that was changed", () => {
    for (const [path, text] of [
      ["mine.jpg", "mine"],
      ["2024/01/mine.jpg", "a"],
      ["b.jpg", "edited"],
    ] as const) {
      const { folder, photos, list } = setUp();
      using _ = folder;
      writeFileSync(join(photos, path), text);
      const before = filesBelow(photos);
      expect(clearMade(photos, list)).toEqual([path]);
      expect(filesBelow(photos)).toEqual(before);
    }
  });
  test("removes nothing without a list, and needs no folder", () => {
    const { folder, photos } = setUp();
    using _ = folder;
    expect(clearMade(photos, join(folder.path, "none.json"))).toHaveLength(2);
    expect(clearMade(join(folder.path, "nowhere"), join(folder.path, "none.json"))).toEqual([]);
  });
  test("leaves an empty folder that somebody made", () => {
    const { folder, photos, list } = setUp();
    using _ = folder;
    mkdirSync(join(photos, "2024/mine"));
    expect(clearMade(photos, list)).toEqual([]);
    expect(readdirSync(join(photos, "2024"))).toEqual(["mine"]);
  });
});
