import { describe, expect, test } from "bun:test";
import { judgeRoom, Space } from "../../../src/disk/space.ts";
import type { Claim } from "../../../src/disk/space.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

describe("judgeRoom()", () => {
  const cases = [
    { name: "an empty disk", free: 100, promised: 0, needed: 50, reserve: 10, verdict: "fits" },
    {
      name: "all but the reserve",
      free: 100,
      promised: 0,
      needed: 90,
      reserve: 10,
      verdict: "fits",
    },
    {
      name: "one byte too many",
      free: 100,
      promised: 0,
      needed: 91,
      reserve: 10,
      verdict: "no-room",
    },
    {
      name: "room for others",
      free: 100,
      promised: 50,
      needed: 50,
      reserve: 10,
      verdict: "no-room",
    },
    { name: "2^50 bytes", free: 1e9, promised: 0, needed: 2 ** 50, reserve: 0, verdict: "no-room" },
    { name: "the reserve begun", free: 9, promised: 0, needed: 1, reserve: 10, verdict: "full" },
    { name: "a whole file", free: 0, promised: 9, needed: 0, reserve: 10, verdict: "fits" },
    { name: "no figures", free: Infinity, promised: 1, needed: 2, reserve: 3, verdict: "fits" },
  ] as const;
  for (const { name, free, promised, needed, reserve, verdict } of cases) {
    test(`${name}: ${verdict}`, () => {
      const room = { freeBytes: free, promisedBytes: promised, neededBytes: needed };
      expect(judgeRoom({ ...room, reserveBytes: reserve })).toBe(verdict);
    });
  }
});

describe("Space", () => {
  function claimIn(folder: TempFolder, sizeBytes: number, name = "IMG_1.JPG"): Claim {
    return {
      folder: folder.path,
      path: folder.at(name),
      sizeBytes,
      remainingBytes: () => sizeBytes,
    };
  }

  test("counts what others were promised, until they are done", () => {
    using folder = new TempFolder();
    const space = new Space(10, () => 100);
    const [first, second] = [claimIn(folder, 60), claimIn(folder, 60, "IMG_2.JPG")];
    space.begin(first);
    expect(() => space.begin(second)).toThrow(
      expect.objectContaining({ fault: "no-room", path: second.path }),
    );
    space.end(first);
    space.begin(second);
  });

  test("looks again while bytes come", () => {
    using folder = new TempFolder();
    let free = 100;
    const space = new Space(10, () => free);
    const claim = claimIn(folder, 60);
    space.begin(claim);
    space.lookAgain(claim);
    free = 69;
    expect(() => space.lookAgain(claim)).toThrow(expect.objectContaining({ fault: "no-room" }));
  });

  test("says that the disk is full when nothing can be begun", () => {
    using folder = new TempFolder();
    const space = new Space(10, () => 9);
    expect(() => space.begin(claimIn(folder, 1))).toThrow(
      expect.objectContaining({ fault: "full", path: folder.path }),
    );
  });

  test("begins no other file of a size the disk refused", () => {
    using folder = new TempFolder();
    const space = new Space(0, () => Infinity);
    const claim = claimIn(folder, 5_000);
    space.begin(claim);
    expect(space.refuse(claim)).toMatchObject({ fault: "too-large", path: claim.path });
    space.end(claim);
    expect(() => space.begin(claim)).toThrow(expect.objectContaining({ fault: "too-large" }));
    space.begin(claimIn(folder, 4_999));
  });
});
