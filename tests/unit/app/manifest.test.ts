import { describe, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { manifestLine, ManifestFile } from "../../../src/app/manifest.ts";
import { sha256 } from "../../support/engine/content.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const NAMES = [
  "plain.jpg",
  "with  blanks.jpg",
  "a\\b.jpg",
  "a\nb.jpg",
  "a\rb.jpg",
  "ü😀.jpg",
  "*.jpg",
];
const HAS_SHA256SUM = Bun.which("sha256sum") !== null;

describe("manifestLine()", () => {
  test.skipIf(!HAS_SHA256SUM)("is what sha256sum writes, and checks", () => {
    using folder = new TempFolder();
    for (const name of NAMES) writeFileSync(folder.at(name), name);
    const lines = NAMES.map((name) => manifestLine(sha256(Buffer.from(name)), name));
    const run = (...args: string[]) => Bun.spawnSync(["sha256sum", ...args], { cwd: folder.path });
    const theirs = NAMES.map((name) => run("--", name).stdout.toString().trimEnd());
    expect(lines).toEqual(theirs);
    writeFileSync(folder.at("sums"), lines.map((line) => `${line}\n`).join(""));
    expect(run("--check", "--strict", "--status", "sums").exitCode).toBe(0);
  });
});

describe("ManifestFile", () => {
  test("takes the place of an older manifest when it is whole, and not before", () => {
    using folder = new TempFolder();
    const path = folder.at("sums");
    writeFileSync(path, `${manifestLine("0".repeat(64), "old")}\n`);
    const cut = new ManifestFile(path);
    cut.add(manifestLine("1".repeat(64), "new"));
    cut.end(false);
    expect(readFileSync(path, "utf8")).toContain("old");
    const whole = new ManifestFile(path);
    whole.add(manifestLine("1".repeat(64), "new"));
    whole.end(true);
    expect(readFileSync(path, "utf8")).toBe(`${"1".repeat(64)}  new\n`);
    expect(readdirSync(folder.path)).toEqual(["sums"]);
  });

  const THINGS: Record<string, (path: string) => void> = {
    "a link to a manifest": (path) => symlinkSync("theirs", path),
    "a link that leads nowhere": (path) => symlinkSync("nowhere", path),
    "a pipe": (path) => void Bun.spawnSync(["mkfifo", path]),
    "a folder": (path) => mkdirSync(path),
    ...(process.geteuid?.() === 0 && {
      "a device": (path: string) => void Bun.spawnSync(["mknod", path, "c", "1", "3"]),
    }),
  };
  test.each(Object.entries(THINGS))("is never put in the place of %s", (_, plant) => {
    using folder = new TempFolder();
    const theirs = `${manifestLine("0".repeat(64), "theirs")}\n`;
    writeFileSync(folder.at("theirs"), theirs);
    plant(folder.at("sums"));
    const before = lstatSync(folder.at("sums"));
    expect(() => new ManifestFile(folder.at("sums"))).toThrow(/Something else/);
    expect(lstatSync(folder.at("sums")).ino).toBe(before.ino);
    expect(readFileSync(folder.at("theirs"), "utf8")).toBe(theirs);
    expect(readdirSync(folder.path).toSorted()).toEqual(["sums", "theirs"]);
  });

  test("leaves what came under its name while it was made", () => {
    using folder = new TempFolder();
    const manifest = new ManifestFile(folder.at("sums"));
    writeFileSync(folder.at("sums"), "somebody's");
    expect(() => manifest.end(true)).toThrow(/Something else/);
    expect(readFileSync(folder.at("sums"), "utf8")).toBe("somebody's");
    expect(readdirSync(folder.path)).toEqual(["sums"]);
  });

  test("is never written over something else", () => {
    using folder = new TempFolder();
    writeFileSync(folder.at("photo.jpg"), "a photo");
    expect(() => new ManifestFile(folder.at("photo.jpg"))).toThrow(/Something else/);
    expect(() => new ManifestFile(folder.at("nowhere", "sums"))).toThrow();
    expect(readFileSync(folder.at("photo.jpg"), "utf8")).toBe("a photo");
  });
});
