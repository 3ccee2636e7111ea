import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isWholePicture, walkFiles } from "../../../src/disk/walk.ts";
import type { LocalError } from "../../../src/lib/errors.ts";
import { tempFolder } from "../../support/temp-folder.ts";

const MEDIA = new URL("../../fixtures/media/", import.meta.url).pathname;

test("walkFiles() finds what may be a photo, follows no links, and passes baskets and unfinished files by", async () => {
  using folder = tempFolder();
  const put = (path: string) => {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), path);
  };
  const wanted = ["a.jpg", "2024/01/b.jpg", "2024/.hidden.jpg", "deep/er/and/deeper/c.jpg"];
  const passed = [".Trash-0/d.jpg", "@eaDir/e.jpg", "x/#recycle/f.jpg", "x/g.jpg.part"];
  for (const path of [...wanted, ...passed]) put(path);
  symlinkSync(folder.path, join(folder.path, "round"));
  symlinkSync("a.jpg", join(folder.path, "link.jpg"));
  const found: string[] = [];
  const { signal } = new AbortController();
  const faults: LocalError[] = [];
  for await (const file of walkFiles(
    folder.path,
    [".part"],
    (fault) => faults.push(fault),
    signal,
  )) {
    expect(file.sizeBytes).toBe(file.path.length);
    found.push(file.path);
  }
  expect(found.sort()).toEqual(wanted.sort());
  expect(faults).toEqual([]);
});

test("walkFiles() tells of a folder it cannot read", async () => {
  using folder = tempFolder();
  const faults: LocalError[] = [];
  const { signal } = new AbortController();
  const nowhere = join(folder.path, "nowhere");
  for await (const _ of walkFiles(nowhere, [], (fault) => faults.push(fault), signal));
  expect(faults.map(({ fault }) => fault)).toEqual(["missing"]);
});

describe("isWholePicture()", () => {
  for (const name of ["photo.jpg", "plain.jpg", "photo.heic"]) {
    test(`knows ${name} from one that broke off`, async () => {
      using folder = tempFolder();
      const bytes = new Uint8Array(await Bun.file(join(MEDIA, name)).arrayBuffer());
      const path = join(folder.path, name);
      const isWhole = (part: Uint8Array) => {
        writeFileSync(path, part);
        return isWholePicture(path);
      };
      expect(isWhole(bytes)).toBe(true);
      expect(isWhole(bytes.subarray(0, bytes.length - 2))).toBe(false);
      expect(isWhole(bytes.subarray(0, bytes.length >> 1))).toBe(false);
      expect(isWhole(new Uint8Array())).toBe(false);
    });
  }
  test("knows other things for none", () => {
    using folder = tempFolder();
    const path = join(folder.path, "x.jpg");
    writeFileSync(path, "<html>busy</html>");
    expect(isWholePicture(path)).toBe(false);
  });
});
