import { describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { packId, readPack, writePack } from "../../../src/metadata/tool/pack.ts";
import { unpackOnce } from "../../../src/metadata/tool/unpack.ts";
import { folderOfTest } from "../../support/temp-folder.ts";

const FILES = [
  { path: "run", isExecutable: true, bytes: Buffer.from("#!perl") },
  { path: "lib/Image/A.pm", isExecutable: false, bytes: Buffer.from("1;") },
  { path: "lib/B.pm", isExecutable: false, bytes: Buffer.alloc(0) },
];
const PACK = writePack(FILES);
const NAME = `tool-${packId(PACK)}`;

describe("writePack()", () => {
  test("makes the same bytes of the same files in any order", () => {
    expect(writePack(FILES.toReversed())).toEqual(PACK);
  });

  test("is read back whole", () => {
    const read = readPack(PACK, "tool");
    expect(
      read.map(({ path, isExecutable, bytes }) => [path, isExecutable, String(bytes)]),
    ).toEqual([
      ["lib/B.pm", false, ""],
      ["lib/Image/A.pm", false, "1;"],
      ["run", true, "#!perl"],
    ]);
    expect(() => readPack(Buffer.from("junk"), "tool")).toThrow("cannot be read");
  });
});

describe("unpackOnce()", () => {
  const unpack = (cache: string) => unpackOnce(PACK, cache, NAME, Date.now());

  test("makes a folder with the files, for its owner alone, and leaves it be the second time", () => {
    const cache = join(folderOfTest("kei-unpack"), "a", "cache");
    const folder = unpack(cache);
    expect(readFileSync(join(folder, "lib/Image/A.pm"), "utf8")).toBe("1;");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, "run")).mode & 0o777).toBe(0o700);
    const made = statSync(join(folder, "run")).ino;
    expect(unpack(cache)).toBe(folder);
    expect(statSync(join(folder, "run")).ino).toBe(made);
    expect(readdirSync(cache)).toEqual([NAME]);
  });

  const damages: Record<string, (folder: string) => void> = {
    "with a changed file": (folder) => writeFileSync(join(folder, "lib/Image/A.pm"), "2;"),
    "without a file": (folder) => rmSync(join(folder, "lib/B.pm")),
    "with a link in place of a file": (folder) => {
      rmSync(join(folder, "lib/B.pm"));
      symlinkSync("/dev/null", join(folder, "lib/B.pm"));
    },
    "that everybody may write into": (folder) => chmodSync(folder, 0o777),
    "whose program lost its right": (folder) => chmodSync(join(folder, "run"), 0o600),
  };
  for (const [name, damage] of Object.entries(damages)) {
    test(`renews a folder ${name}`, () => {
      const cache = folderOfTest("kei-unpack");
      damage(unpack(cache));
      const folder = unpack(cache);
      const found = readdirSync(folder, { recursive: true }).map(String).toSorted();
      expect(found).toEqual(["lib", "lib/B.pm", "lib/Image", "lib/Image/A.pm", "run"]);
      expect(readFileSync(join(folder, "lib/Image/A.pm"), "utf8")).toBe("1;");
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(readdirSync(cache)).toEqual([NAME]);
    });
  }

  const strangers: Record<string, (folder: string) => void> = {
    "with a file more": (folder) => writeFileSync(join(folder, "lib/Evil.pm"), "1;"),
    "with a folder more": (folder) => mkdirSync(join(folder, "diary")),
    "that is a file": (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, "mine");
    },
    "that is a link": (folder) => {
      rmSync(folder, { recursive: true });
      symlinkSync("/usr", folder);
    },
  };
  for (const [name, plant] of Object.entries(strangers)) {
    test(`leaves a folder ${name}, and takes another name`, () => {
      const cache = folderOfTest("kei-unpack");
      plant(unpack(cache));
      const before = lstatSync(join(cache, NAME)).ino;
      for (let starts = 0; starts < 2; starts++) {
        expect(unpack(cache)).toBe(join(cache, `${NAME}-2`));
        expect(readdirSync(cache)).toEqual([NAME, `${NAME}-2`]);
      }
      expect(lstatSync(join(cache, NAME)).ino).toBe(before);
      expect(existsSync(join(cache, `${NAME}-2`, "lib/Evil.pm"))).toBeFalse();
    });
  }

  test("puts nothing where others could exchange it", () => {
    const cache = join(folderOfTest("kei-unpack"), "shared", "kei");
    unpack(cache);
    for (const folder of [cache, join(cache, "..")]) {
      chmodSync(folder, 0o777);
      expect(() => unpack(cache)).toThrow("Other users can change");
      // As in /tmp, where others may only add names.
      chmodSync(folder, 0o1777);
      expect(unpack(cache)).toBe(join(cache, NAME));
    }
  });

  test("sweeps up what a killed start left behind, when it is old", () => {
    const cache = folderOfTest("kei-unpack");
    const [old, young] = [join(cache, `.${NAME}.AAAAAA`), join(cache, `.${NAME}.BBBBBB`)];
    for (const path of [old, young]) mkdirSync(path);
    utimesSync(old, 1, 1);
    unpack(cache);
    expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  });

  test("says that there is no way to the cache", () => {
    const path = join(folderOfTest("kei-unpack"), "file");
    writeFileSync(path, "");
    expect(() => unpack(join(path, "cache"))).toThrow();
  });

  test("gives several starts at the same time the same whole folder", async () => {
    const cache = folderOfTest("kei-unpack");
    const script = join(cache, "start.ts");
    const room = join(import.meta.dir, "../../../src/metadata/tool");
    writeFileSync(join(cache, "pack"), PACK);
    writeFileSync(
      script,
      `import { unpackOnce } from ${JSON.stringify(join(room, "unpack.ts"))};
       const pack = new Uint8Array(await Bun.file(${JSON.stringify(join(cache, "pack"))}).arrayBuffer());
       console.log(unpackOnce(pack, ${JSON.stringify(join(cache, "c"))}, ${JSON.stringify(NAME)}, Date.now()));`,
    );
    const starts = Array.from({ length: 4 }, () =>
      Bun.spawn([process.execPath, script], { env: { PATH: "/usr/bin" }, stdout: "pipe" }),
    );
    const said = await Promise.all(starts.map((start) => new Response(start.stdout).text()));
    expect(new Set(said)).toEqual(new Set([`${join(cache, "c", NAME)}\n`]));
    expect(readdirSync(join(cache, "c"))).toEqual([NAME]);
  });
});
