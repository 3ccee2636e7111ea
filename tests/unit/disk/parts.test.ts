import { describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { foreignPartNames, leftoverOf, partName } from "../../../src/disk/part-names.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const CHECKSUM = "AY6c+BsE0jjaXx9tmVGJM1D2VcEO";
const SUFFIX = "-0a1b2c3d.kei-tmp";
const PATH = "2024/IMG_1.JPG";
const BYTES = Buffer.from("the bytes of the photo");
const isRoot = process.geteuid?.() === 0;

function setUp() {
  const folder = new TempFolder();
  mkdirSync(folder.at("root", "2024"), { recursive: true });
  const at = (name: string) => folder.at("root", "2024", name);
  const open = (suffix = SUFFIX) => new LibraryFolder(folder.at("root"), suffix);
  return { folder, at, open, part: at(partName(CHECKSUM, SUFFIX)) };
}

/** What somebody else has put where our part would be, and how to tell that it is still there. */
const SENTINELS: Record<string, (path: string, folder: TempFolder) => () => unknown> = {
  "a link": (path, folder) => {
    writeFileSync(folder.at("victim"), "a person's");
    symlinkSync(folder.at("victim"), path);
    return () => [lstatSync(path).isSymbolicLink(), readFileSync(folder.at("victim"), "utf8")];
  },
  "a dead link": (path, folder) => {
    symlinkSync(folder.at("nowhere"), path);
    return () => [lstatSync(path).isSymbolicLink(), existsSync(folder.at("nowhere"))];
  },
  "a folder": (path) => {
    mkdirSync(path);
    return () => lstatSync(path).isDirectory();
  },
  "a pipe": (path) => {
    Bun.spawnSync(["mkfifo", path]);
    return () => lstatSync(path).isFIFO();
  },
  ...(isRoot && {
    "somebody else's file": (path) => {
      writeFileSync(path, "planted");
      chownSync(path, 12345, 12345);
      return () => readFileSync(path, "utf8");
    },
  }),
};

for (const [what, plant] of Object.entries(SENTINELS)) {
  test(`${what} in place of a part stays as it is, and the photo comes`, async () => {
    const { folder, at, open, part } = setUp();
    using _ = folder;
    const look = plant(part, folder);
    const before = look();
    const library = open();
    const ours = await library.openPart(PATH, CHECKSUM, BYTES.length);
    expect(ours.lengthBytes).toBe(0);
    ours.append(BYTES);
    await ours.seal(0);
    await library.removePart("2024/OTHER.JPG", "another checksum");
    const installation = { path: PATH, checksum: CHECKSUM, replaces: false };
    expect(await library.install([installation])).toEqual([null]);
    expect(readFileSync(at("IMG_1.JPG")).equals(BYTES)).toBe(true);
    await library.removePart(PATH, CHECKSUM);
    expect(look()).toEqual(before);
    expect(readdirSync(at("."))).toHaveLength(2);
  });
}

describe("a part", () => {
  test("that was begun under another name, by another kei, is gone on with", async () => {
    const { folder, at, open } = setUp();
    using _ = folder;
    const first = await open("-99999999.kei-tmp").openPart(PATH, CHECKSUM);
    first.append(BYTES.subarray(0, 9));
    first.close();
    const second = await open().openPart(PATH, CHECKSUM);
    expect(second.lengthBytes).toBe(9);
    second.close();
    expect(readdirSync(at("."))).toEqual([partName(CHECKSUM, SUFFIX)]);
  });

  test("that another kei is writing at this moment is left to it", async () => {
    const { folder, at, open } = setUp();
    using _ = folder;
    const first = await open("-99999999.kei-tmp").openPart(PATH, CHECKSUM);
    first.append(BYTES.subarray(0, 9));
    const second = await open().openPart(PATH, CHECKSUM);
    expect(second.lengthBytes).toBe(0);
    for (const part of [first, second]) part.close();
    expect(readdirSync(at("."))).toHaveLength(2);
  });

  test("that somebody left behind for other bytes goes when it is old, and only then", async () => {
    const { folder, at, open } = setUp();
    using _ = folder;
    const names = ["A", "B"].map((letter) => `${letter.repeat(34)}-99999999.kei-tmp`);
    for (const name of names) writeFileSync(at(name), "some bytes");
    const days = (count: number) => Date.now() / 1000 - count * 86_400;
    utimesSync(at(names[0]!), days(29), days(29));
    utimesSync(at(names[1]!), days(31), days(31));
    (await open().openPart(PATH, CHECKSUM)).close();
    expect([existsSync(at(names[0]!)), existsSync(at(names[1]!))]).toEqual([true, false]);
  });

  test("of icloudpd is copied, once, and stays", async () => {
    const { folder, at, open } = setUp();
    using _ = folder;
    for (const [n, name] of foreignPartNames(CHECKSUM).entries()) {
      writeFileSync(at(name), BYTES.subarray(0, 9));
      const library = open(`-${n}.kei-tmp`);
      const part = await library.openPart(PATH, CHECKSUM, BYTES.length);
      expect(part.lengthBytes).toBe(9);
      part.clear();
      part.close();
      await library.removePart(PATH, CHECKSUM);
      // Its bytes were wrong, it seems: from now on they are fetched.
      const again = await library.openPart(PATH, CHECKSUM, BYTES.length);
      expect(again.lengthBytes).toBe(0);
      again.close();
      await library.removePart(PATH, CHECKSUM);
      expect(readFileSync(at(name)).length).toBe(9);
    }
  });

  test("of icloudpd that is a pipe keeps nobody waiting", async () => {
    const { folder, at, open } = setUp();
    using _ = folder;
    Bun.spawnSync(["mkfifo", at(foreignPartNames(CHECKSUM)[0]!)]);
    const part = await open().openPart(PATH, CHECKSUM, BYTES.length);
    expect(part.lengthBytes).toBe(0);
    part.close();
  });

  test("into which somebody else wrote is trusted by nobody", async () => {
    const { folder, open, part } = setUp();
    using _ = folder;
    const ours = await open().openPart(PATH, CHECKSUM, BYTES.length);
    ours.append(BYTES);
    appendFileSync(part, "more");
    expect(await ours.seal(0).catch((error: unknown) => error)).toMatchObject({ fault: "failed" });
    expect(existsSync(part)).toBe(false);
  });

  test("of icloudpd that is longer than the photo is not used", async () => {
    const { folder, at, open } = setUp();
    using _ = folder;
    writeFileSync(at(foreignPartNames(CHECKSUM)[0]!), "much longer than it should be");
    const part = await open().openPart(PATH, CHECKSUM, 5);
    expect(part.lengthBytes).toBe(0);
    part.close();
  });

  test("that was exchanged after it was sealed gets no name", async () => {
    const { folder, at, open, part } = setUp();
    using _ = folder;
    const library = open();
    const ours = await library.openPart(PATH, CHECKSUM, BYTES.length);
    ours.append(BYTES);
    await ours.seal(0);
    writeFileSync(part, "another length");
    const installation = { path: PATH, checksum: CHECKSUM, replaces: false };
    expect(await library.install([installation])).toMatchObject([{ fault: "failed" }]);
    expect(existsSync(at("IMG_1.JPG"))).toBe(false);
  });
});

test("what a crash left under a passing name is swept away, and nothing that only looks like it", async () => {
  const { folder, at, open } = setUp();
  using _ = folder;
  const ours = `.kei-${"0a".repeat(8)}-99999999.kei-tmp`;
  const others = [
    `.kei-mine${SUFFIX}`,
    `.kei-${"0a".repeat(8)}.jpg`,
    `x.kei-${"0a".repeat(8)}.kei-tmp`,
  ];
  for (const name of [ours, ...others]) writeFileSync(at(name), "x");
  mkdirSync(at(`.kei-${"0b".repeat(8)}.kei-tmp`));
  (await open().openPart(PATH, CHECKSUM)).close();
  const left = readdirSync(at("."));
  expect(left).not.toContain(ours);
  expect(left).toHaveLength(others.length + 2);
});

test("leftoverOf() knows names that kei gives, and no others", () => {
  const content = partName(CHECKSUM, "");
  const word = "0a1b2c3d4e5f6071";
  expect(
    [
      `${content}.kei-tmp`,
      `${content}-0a1b2c3d.kei-tmp`,
      `${content}-${word}-0a1b2c3d.kei-tmp`,
      `.kei-${word}-0a1b2c3d.kei-tmp`,
    ].map((name) => leftoverOf(name, SUFFIX)),
  ).toEqual([
    { kind: "part", content },
    { kind: "part", content },
    { kind: "part", content },
    { kind: "passing" },
  ]);
  for (const name of [
    `${content}.part`,
    "IMG.kei-tmp",
    `${content}-A B.kei-tmp`,
    ".kei-x.kei-tmp",
  ]) {
    expect(leftoverOf(name, SUFFIX)).toBeNull();
  }
  // A person may end names in the way that was chosen for parts.
  for (const name of ["HOLIDAYNOTESFROMSPAIN.txt", "HOLIDAYNOTESFROMSPAIN-2019.txt"]) {
    expect(leftoverOf(name, "-0a1b2c3d.txt")).toBeNull();
  }
});

test("copyToPart() of a large file lets others have their turn, and ends when it is told to", async () => {
  const { folder, at, open } = setUp();
  using _ = folder;
  writeFileSync(at("large"), new Uint8Array(50_000_000));
  utimesSync(at("large"), 1, 1);
  linkSync(at("large"), at("second name"));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await open().copyToPart("2024/large", PATH, CHECKSUM);
  clearInterval(timer);
  expect(turns).toBeGreaterThan(3);
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("stop")), 1);
  const copying = open().copyToPart("2024/large", PATH, CHECKSUM, stop.signal);
  expect(await copying.catch((error: unknown) => error)).toMatchObject({ message: "stop" });
});
