import { expect, test } from "bun:test";
import { constants, mkdirSync, openSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HANDLES, Handles, whereIs } from "../../../src/disk/handles.ts";
import { folderOfTest } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";

/** Folders below a root that this process has open. */
function openBelow(root: string): string[] {
  return readdirSync(HANDLES).flatMap((fd) => {
    try {
      const place = whereIs(Number(fd));
      return place.startsWith(`${root}/`) ? [place] : [];
    } catch {
      return []; // the one that listed them
    }
  });
}

function setUp(count: number) {
  const root = folderOfTest("kei-handles");
  const paths = Array.from({ length: count }, (_, at) => join(root, String(at)));
  for (const path of paths) mkdirSync(path);
  let entered = 0;
  const enter = (path: string) => () => {
    entered += 1;
    return { fd: openSync(path, constants.O_DIRECTORY), real: path };
  };
  return { root, paths, enter, count: () => entered };
}

test.if(process.platform === "linux")("a folder is opened once for several steps in it", () => {
  const { root, paths, enter, count } = setUp(1);
  const handles = new Handles();
  const [path = ""] = paths;
  writeFileSync(handles.wayInto(path, enter(path))("a"), "x");
  writeFileSync(handles.wayInto(path, enter(path))("b"), "y");
  expect([readdirSync(path).toSorted(), count(), openBelow(root).length]).toEqual([
    ["a", "b"],
    1,
    1,
  ]);
});

test.if(process.platform === "linux")(
  "one that is elsewhere by now is opened anew, and stays what it was for who is in it",
  async () => {
    const { root, paths, enter, count } = setUp(1);
    const handles = new Handles(20);
    const [path = ""] = paths;
    const before = handles.wayInto(path, enter(path));
    renameSync(path, join(root, "aside"));
    mkdirSync(path);
    writeFileSync(handles.wayInto(path, enter(path))("new"), "x");
    writeFileSync(before("old"), "x");
    expect([readdirSync(path), count()]).toEqual([["new"], 2]);
    expect(readdirSync(join(root, "aside"))).toEqual(["old"]);
    await until("a rest", async () => openBelow(root).length === 0);
  },
);

test.if(process.platform === "linux")("few are open at a time, and after a rest none", async () => {
  const { root, paths, enter } = setUp(40);
  const handles = new Handles(1);
  for (const path of paths) handles.wayInto(path, enter(path));
  expect(openBelow(root)).toHaveLength(16);
  await until("a rest", async () => openBelow(root).length === 0);
});
