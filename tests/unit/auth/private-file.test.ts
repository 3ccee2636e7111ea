import { describe, expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import {
  ensurePrivateFile,
  readPrivateFile,
  removePrivateFile,
  writePrivateFile,
} from "../../../src/auth/private-file.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const DEEDS: Record<string, (path: string) => unknown> = {
  read: readPrivateFile,
  write: (path) => writePrivateFile(path, "a token"),
  ensure: ensurePrivateFile,
  remove: removePrivateFile,
};

const SENTINELS: Record<string, (path: string, victim: string) => void> = {
  "a link": (path, victim) => symlinkSync(victim, path),
  "a dead link": (path, victim) => symlinkSync(`${victim}-not`, path),
  "a folder": (path) => mkdirSync(path),
  "a pipe": (path) => void Bun.spawnSync(["mkfifo", path]),
};

for (const [deed, act] of Object.entries(DEEDS)) {
  for (const [what, plant] of Object.entries(SENTINELS)) {
    test(`${deed}: ${what} in place of a private file is refused, and stays`, () => {
      using folder = new TempFolder();
      mkdirSync(folder.at("data"), { mode: 0o700 });
      writeFileSync(folder.at("victim"), "theirs");
      plant(folder.at("data", "x"), folder.at("victim"));
      const before = lstatSync(folder.at("data", "x")).mode;
      expect(() => act(folder.at("data", "x"))).toThrow(
        expect.objectContaining({ path: folder.at("data", "x") }),
      );
      expect(lstatSync(folder.at("data", "x")).mode).toBe(before);
      expect(readFileSync(folder.at("victim"), "utf8")).toBe("theirs");
      expect(readdirSync(folder.path).toSorted()).toEqual(["data", "victim"]);
      expect(readdirSync(folder.at("data"))).toEqual(["x"]);
    });
  }
}

describe("writePrivateFile()", () => {
  test("makes the file for its owner alone, replaces it, and takes leftovers of a crash away", () => {
    using folder = new TempFolder();
    const path = folder.at("data", "x");
    writePrivateFile(path, "one");
    writeFileSync(`${path}.${crypto.randomUUID()}.tmp`, "half a to");
    writeFileSync(`${path}.mine.tmp`, "mine");
    const [aFolder, aLink] = [1, 2].map(() => `${path}.${crypto.randomUUID()}.tmp`) as [
      string,
      string,
    ];
    mkdirSync(aFolder);
    symlinkSync(path, aLink);
    writePrivateFile(path, "two");
    for (const kept of [aFolder, aLink]) rmSync(kept, { recursive: true });
    expect(readPrivateFile(path)).toBe("two");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder.at("data")).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder.at("data")).toSorted()).toEqual(["x", "x.mine.tmp"]);
  });
});
