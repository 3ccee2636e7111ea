import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { Inside } from "../../../src/disk/inside.ts";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const CHECKSUM = "AY6c+BsE0jjaXx9tmVGJM1D2VcEO";
const HOW = { "by handles": true, "by proven paths": false };

for (const [how, hasHandles] of Object.entries(HOW)) {
  describe(`Inside, ${how}`, () => {
    function setUp() {
      const folder = new TempFolder();
      mkdirSync(folder.at("root", "2024"), { recursive: true });
      mkdirSync(folder.at("outside"));
      return { folder, inside: new Inside(folder.at("root"), hasHandles) };
    }

    function swap(folder: TempFolder): void {
      renameSync(folder.at("root", "2024"), folder.at("aside"));
      symlinkSync(folder.at("outside"), folder.at("root", "2024"));
    }

    test("within() leads to the entries of a folder", () => {
      const { folder, inside } = setUp();
      using _ = folder;
      inside.within("2024", (way) => writeFileSync(way("a"), "x"));
      expect(readFileSync(folder.at("root", "2024", "a"), "utf8")).toBe("x");
      inside.within("", (way) => writeFileSync(way("b"), "y"));
      expect(readFileSync(folder.at("root", "b"), "utf8")).toBe("y");
    });

    test("within() refuses a link out of the library, and names it", () => {
      const { folder, inside } = setUp();
      using _ = folder;
      swap(folder);
      expect(() => inside.within("2024", (way) => writeFileSync(way("a"), "x"))).toThrow(
        expect.objectContaining({ fault: "denied", path: folder.at("root", "2024") }),
      );
      expect(readdirSync(folder.at("outside"))).toEqual([]);
    });

    test("within() never leads outside, or says so, when the folder is swapped at the last moment", () => {
      const { folder, inside } = setUp();
      using _ = folder;
      const act = () =>
        inside.within("2024", (way) => {
          swap(folder);
          if (hasHandles) writeFileSync(way("a"), "x");
        });
      if (hasHandles) act();
      else expect(act).toThrow(expect.objectContaining({ fault: "denied" }));
      expect(readdirSync(folder.at("outside"))).toEqual([]);
    });

    test("make() makes what is missing and tells which folders changed", () => {
      const { folder, inside } = setUp();
      using _ = folder;
      expect(inside.make("2024/01/05")).toEqual(["2024", "2024/01"]);
      expect(inside.make("2024/01/05")).toEqual([]);
      expect(existsSync(folder.at("root", "2024", "01", "05"))).toBe(true);
    });

    test("make() makes nothing behind a link out of the library", () => {
      const { folder, inside } = setUp();
      using _ = folder;
      swap(folder);
      expect(() => inside.make("2024/01")).toThrow(expect.objectContaining({ fault: "denied" }));
      expect(readdirSync(folder.at("outside"))).toEqual([]);
    });

    test("make() names what stands in the way", () => {
      const { folder, inside } = setUp();
      using _ = folder;
      writeFileSync(folder.at("root", "2023"), "a file");
      symlinkSync("circle", folder.at("root", "circle"));
      for (const name of ["2023", "circle"]) {
        expect(() => inside.make(`${name}/01`)).toThrow(
          expect.objectContaining({
            fault: "occupied",
            path: expect.stringContaining(folder.at("root", name)),
          }),
        );
      }
    });
  });
}

describe("LibraryFolder, when a folder is swapped for a link out of the library between two steps", () => {
  function setUp() {
    const folder = new TempFolder();
    mkdirSync(folder.at("root"));
    mkdirSync(folder.at("outside"));
    const library = new LibraryFolder(folder.at("root"), ".kei-tmp");
    const swap = (name: string) => {
      rmSync(folder.at("aside"), { recursive: true, force: true });
      renameSync(folder.at("root", name), folder.at("aside"));
      symlinkSync(folder.at("outside"), folder.at("root", name));
    };
    return { folder, library, swap, outside: () => readdirSync(folder.at("outside")).toSorted() };
  }

  const errorOf = (work: Promise<unknown>) =>
    work.then(
      () => null,
      (error: unknown) => error,
    );

  test("nothing is named, copied, linked or moved there, and nothing removed", async () => {
    const { folder, library, swap, outside } = setUp();
    using _ = folder;
    const part = await library.openPart("a/1.JPG", CHECKSUM);
    part.append(Buffer.from("bytes"));
    await part.seal(0);
    writeFileSync(folder.at("root", "mine"), "mine");
    for (const name of ["1.JPG", "mine"]) writeFileSync(folder.at("outside", name), "theirs");
    const before = outside();
    swap("a");
    const to = { path: "a/2.JPG", checksum: CHECKSUM, replaces: false };
    expect(await library.install([{ ...to, path: "a/1.JPG" }])).toMatchObject([
      { fault: "denied" },
    ]);
    expect(await library.install([{ ...to, path: "a/1.JPG", replaces: true }])).toMatchObject([
      { fault: "denied" },
    ]);
    const deeds = [
      () => library.openPart("a/2.JPG", CHECKSUM),
      () => library.copyToPart("mine", "a/2.JPG", CHECKSUM),
      () => library.link("mine", to, "hardlink"),
      () => library.link("mine", to, "symlink"),
      () => library.move("mine", "a/2.JPG"),
      () => library.move("a/mine", "moved"),
    ];
    for (const deed of deeds) expect(await errorOf(deed())).toMatchObject({ fault: "denied" });
    await library.removePart("a/1.JPG", CHECKSUM);
    await library.removeEmptied("a");
    expect(outside()).toEqual(before);
    expect(readFileSync(folder.at("outside", "mine"), "utf8")).toBe("theirs");
    expect(readFileSync(folder.at("root", "mine"), "utf8")).toBe("mine");
  });
});
