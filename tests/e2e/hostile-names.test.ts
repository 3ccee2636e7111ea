/** Names as an enemy would give them, by the hundred: all bytes arrive, and nothing leaves the folder. */
import { expect, test } from "bun:test";
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer } from "../support/computer.ts";
import { Random } from "../support/random.ts";

const [NAMES, ALBUMS, NAME_BYTES_MAX, TIMEOUT_MS] = [600, 40, 255, 120_000];
const BY_ALBUM = ["--keep-unicode-in-filenames", "--folder-structure", "{album}/%Y"];

const PIECES = [
  ...[
    "../",
    "..",
    "/",
    "//",
    "\\",
    "..\\",
    "./",
    ".",
    "~",
    "/etc/passwd",
    "C:\\",
    "\\\\host\\share",
  ],
  ...["\0", "\n", "\r", "\t", "\u001b[31m", "\u0007", "\u007f", "\u0085", "\u009b2J"],
  ...["CON", "NUL.JPG", "aux", "COM1", "LPT9.txt", "PRN."],
  ...["\u202e", "\u200f", "\u2066", "\u200b", "\ufeff", "\u2028", "\u{1f468}\u200d\u{1f469}"],
  ...["Cafe\u0301", "Caf\u00e9", "ﬁ", "İ", "ß", "写真", "\u{10ffff}", "\ud800"],
  ...[
    "a".repeat(300),
    "写".repeat(90),
    " ",
    "  ",
    "...",
    "%",
    "%Y",
    "$HOME",
    "`id`",
    "-rf",
    "*",
    "?",
  ],
  ...[".kei-tmp", ".JPG", ".jpg", "IMG_1", "img_1", "{album}", ":", "|", '"', "<", ">"],
];

test(
  "names by the hundred stay in the folder, and every file comes",
  async () => {
    const random = Random.fromEnvironment();
    const name = () =>
      Array.from({ length: 1 + random.below(4) }, () => PIECES[random.below(PIECES.length)]!).join(
        "",
      );
    await using computer = await signedInComputer(["--assets", "0"]);
    const { simulator, place } = computer;
    const assets = Array.from({ length: NAMES }, () => ({
      name: name(),
      date: "2024-01-05T12:00:00Z",
      kind: random.below(5) === 0 ? "heic-live" : "jpeg-plain",
    }));
    const { recordNames } = (await simulator.library("add", { assets })) as Named;
    for (let at = 0; at < ALBUMS; at += 1) {
      const created = (await simulator.library("album/create", { name: name() })) as Named;
      const [album] = created.recordNames;
      await simulator.library("album/add", { album, recordNames: recordNames.slice(at, at + 3) });
    }
    expect((await computer.run("sync", "-d", place.photos)).code).toBe(0);
    expectOrdinary(place.photos);
    expect(await computer.findFaults()).toEqual([]);
    for (const _ of ["first", "again"]) {
      const { code, stderr } = await computer.run("sync", "-d", place.photos, ...BY_ALBUM);
      expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
      expectOrdinary(place.photos);
      // Nothing beside the folders of this computer.
      expect(readdirSync(place.cwd).sort()).toEqual(["data", "home", "photos"]);
    }
    const { code, stdout } = await computer.run("verify", "--checksums");
    expect([code, code === 0 ? "" : stdout]).toEqual([0, ""]);
  },
  TIMEOUT_MS,
);

interface Named {
  readonly recordNames: string[];
}

/** Plain files in plain folders, with names every file system takes, and none twice when case is forgotten. */
function expectOrdinary(folder: string): void {
  const names = readdirSync(folder);
  const folded = new Set(names.map((name) => name.normalize("NFC").toLowerCase()));
  expect(folded.size).toBe(names.length);
  for (const name of names) {
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(NAME_BYTES_MAX);
    // oxlint-disable-next-line no-control-regex -- they are what is looked for
    expect(name).not.toMatch(/[\u0000-\u001f\u007f-\u009f/\\:*?"<>|]/);
    const stats = lstatSync(join(folder, name));
    if (stats.isDirectory()) expectOrdinary(join(folder, name));
    else expect(stats.isFile()).toBe(true);
  }
}
