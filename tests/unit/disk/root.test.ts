import { describe, expect, test } from "bun:test";
import { linkSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import {
  folderTime,
  isEmptyRoot,
  namesIn,
  prepareRoot,
  requireFreeSpace,
} from "../../../src/disk/root.ts";
import { DiskView } from "../../../src/disk/view.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

describe("prepareRoot()", () => {
  test("makes the folder and leaves nothing in it", () => {
    using folder = new TempFolder();
    prepareRoot(folder.at("a", "b"));
    expect(readdirSync(folder.at("a", "b"))).toEqual([]);
  });

  test("says that the folder cannot be made", () => {
    using folder = new TempFolder();
    writeFileSync(folder.at("a"), "");
    expect(() => prepareRoot(folder.at("a", "b"))).toThrow(/Cannot write into the target folder/);
  });
});

test("requireFreeSpace() compares with what is there", () => {
  using folder = new TempFolder();
  expect(() => requireFreeSpace(folder.path, 1)).not.toThrow();
  expect(() => requireFreeSpace(folder.path, 2 ** 60)).toThrow(/are free, at least/);
});

test("isEmptyRoot(), namesIn() and folderTime() take a missing folder for an empty one", () => {
  using folder = new TempFolder();
  expect(isEmptyRoot(folder.at("a"))).toBe(true);
  expect(namesIn(folder.path, "a")).toEqual(new Set());
  expect(folderTime(folder.path, "a")).toBeNull();
  mkdirSync(folder.at("a"));
  writeFileSync(folder.at("a", "x"), "");
  expect(isEmptyRoot(folder.at("a"))).toBe(false);
  expect(namesIn(folder.path, "a")).toEqual(new Set(["x"]));
  expect(folderTime(folder.path, "a")).toMatch(/^\d{18,}$/);
  expect(folderTime(folder.path, "a/x")).toBeNull();
});

test("isEmptyRoot() takes no notice of what systems leave behind", () => {
  using folder = new TempFolder();
  mkdirSync(folder.at("lost+found"));
  mkdirSync(folder.at("@eaDir"));
  writeFileSync(folder.at(".DS_Store"), "");
  expect(isEmptyRoot(folder.path)).toBe(true);
  mkdirSync(folder.at("2024"));
  expect(isEmptyRoot(folder.path)).toBe(false);
});

test("isEmptyRoot() counts links, wherever they lead", () => {
  using folder = new TempFolder();
  symlinkSync("nowhere", folder.at("IMG_0001.JPG"));
  expect(isEmptyRoot(folder.path)).toBe(false);
});

test("namesIn() names links that lead somewhere, and no others", () => {
  using folder = new TempFolder();
  writeFileSync(folder.at("a"), "");
  symlinkSync("a", folder.at("alive"));
  symlinkSync("nowhere", folder.at("dead"));
  expect(namesIn(folder.path, "")).toEqual(new Set(["a", "alive"]));
});

const [COMPOSED, DECOMPOSED] = ["Gr\u00fc\u00dfe", "Gru\u0308\u00dfe"];

describe("DiskView", () => {
  test("spelled() gives names as they are composed on disk, folders too", () => {
    using folder = new TempFolder();
    mkdirSync(folder.at(DECOMPOSED));
    writeFileSync(folder.at(DECOMPOSED, `${DECOMPOSED}.jpg`), "123");
    const view = new DiskView(folder.path);
    const wanted = `${COMPOSED}/${COMPOSED}.jpg`;
    expect(view.spelled(wanted)).toBe(`${DECOMPOSED}/${DECOMPOSED}.jpg`);
    expect(view.sizeAt(wanted)).toBe(3);
    expect(view.spelled(`${COMPOSED}/a.jpg`)).toBe(`${DECOMPOSED}/a.jpg`);
    expect(view.spelled(`no/${COMPOSED}`)).toBe(`no/${COMPOSED}`);
    expect(view.spelled("plain/a.jpg")).toBe("plain/a.jpg");
  });

  test("spelled() leaves a name that is there exactly, and one that differs by more than composition", () => {
    using folder = new TempFolder();
    for (const name of [COMPOSED, DECOMPOSED]) writeFileSync(folder.at(name), "");
    const view = new DiskView(folder.path);
    expect(view.spelled(COMPOSED)).toBe(COMPOSED);
    expect(view.spelled(DECOMPOSED)).toBe(DECOMPOSED);
    writeFileSync(folder.at("GR\u00dcN"), "");
    const folding = new DiskView(folder.path);
    expect(folding.spelled("Gr\u00fcn")).toBe("Gr\u00fcn");
  });

  test("sizeAt() knows files, folders and nothing", () => {
    using folder = new TempFolder();
    mkdirSync(folder.at("a", "b"), { recursive: true });
    writeFileSync(folder.at("a", "x"), "123");
    const view = new DiskView(folder.path);
    expect(view.sizeAt("a/x")).toBe(3);
    expect(view.sizeAt("a/b")).toBe(-1);
    expect(view.sizeAt("a/y")).toBeNull();
    expect(view.sizeAt("no/where")).toBeNull();
    expect(view.sizeAt("a/x/y")).toBeNull();
    symlinkSync("nowhere", folder.at("a", "dead"));
    expect(new DiskView(folder.path).sizeAt("a/dead")).toBe(-1);
    expect([...view.namesIn("a")].sort()).toEqual(["b", "x"]);
  });

  test("isEmpty() takes a folder that is not there, or cannot be, for an empty one", () => {
    using folder = new TempFolder();
    mkdirSync(folder.at("a"));
    writeFileSync(folder.at("x"), "123");
    const view = new DiskView(folder.path);
    expect(["a", "no", "x/y", "n".repeat(300)].map((path) => view.isEmpty(path))).toEqual(
      Array(4).fill(true),
    );
    expect(view.isEmpty("")).toBe(false);
  });

  test("sizeAt() finds a name the file system cannot tell apart", () => {
    using folder = new TempFolder();
    writeFileSync(folder.at("x.jpg"), "123");
    const view = new DiskView(folder.path);
    expect(view.sizeAt("X.JPG")).toBeNull();
    writeFileSync(folder.at("X.JPG"), "another file");
    expect(view.sizeAt("X.JPG")).toBeNull();
    // As a disk does that knows no case: the other name leads to the same file, and is not listed by itself.
    rmSync(folder.at("X.JPG"));
    linkSync(folder.at("x.jpg"), folder.at("X.JPG"));
    expect(view.sizeAt("X.JPG")).toBe(3);
  });

  test("sizeAt() is right after many folders", () => {
    using folder = new TempFolder();
    const view = new DiskView(folder.path);
    for (let n = 0; n < 70; n++) {
      mkdirSync(folder.at(`${n}`));
      writeFileSync(folder.at(`${n}`, "x"), "1".repeat(n));
    }
    for (const n of [...Array(70).keys(), 0, 3]) expect(view.sizeAt(`${n}/x`)).toBe(n);
  });
});
