import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { leftoverOf } from "../../../src/disk/part-names.ts";
import { folderOfTest } from "../../support/temp-folder.ts";

const SUFFIX = "-1a2b3c4d.kei-tmp";

test("read() answers null for nothing, and what cannot be read is an error", () => {
  const root = folderOfTest("kei-read");
  const folder = new LibraryFolder(root, SUFFIX);
  expect(folder.small.read("a.xmp")).toBeNull();
  expect(folder.small.read("no/folder/a.xmp")).toBeNull();
  mkdirSync(join(root, "folder.xmp"));
  expect(() => folder.small.read("folder.xmp")).toThrow();
});

test("keepAside() copies once, and never over another copy", () => {
  const root = folderOfTest("kei-aside");
  const folder = new LibraryFolder(root, SUFFIX);
  const write = (text: string) => writeFileSync(join(root, "a.xmp"), text);
  write("one");
  expect([folder.small.keepAside("a.xmp"), folder.small.keepAside("a.xmp")]).toEqual([
    "a.xmp.bak",
    "a.xmp.bak",
  ]);
  write("two");
  expect(folder.small.keepAside("a.xmp")).toBe("a.xmp.bak2");
  expect(readFileSync(join(root, "a.xmp.bak"), "utf8")).toBe("one");
  expect(readdirSync(root).toSorted()).toEqual(["a.xmp", "a.xmp.bak", "a.xmp.bak2"]);
});

test("what ExifTool left beside a draft of ours is swept, and nobody else's", async () => {
  const root = folderOfTest("kei-beside");
  const part = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const [ours, theirs] = [`${part}${SUFFIX}_exiftool_tmp`, `${part}-99999999.kei-tmp_exiftool_tmp`];
  for (const name of [ours, theirs, "IMG_1.JPG_exiftool_tmp"])
    writeFileSync(join(root, name), "half");
  expect(leftoverOf(ours, SUFFIX)).toEqual({ kind: "passing" });
  const opened = await new LibraryFolder(root, SUFFIX).openPart("IMG_1.JPG", "c2hhMQ==");
  opened.close();
  expect(existsSync(join(root, ours))).toBeFalse();
  expect(existsSync(join(root, theirs))).toBeTrue();
  expect(existsSync(join(root, "IMG_1.JPG_exiftool_tmp"))).toBeTrue();
});
