import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/lib/errors.ts";
import { checkTemplate, folderFor, namesAlbums } from "../../../src/plan/folders.ts";
import { SUMMER_MS } from "./setup.ts";

function folder(template: string, album = ""): string {
  const facts = { createdMs: SUMMER_MS, album, zone: "PrimarySync" };
  return folderFor(template, "America/Los_Angeles", facts);
}

describe("folderFor()", () => {
  test.each([
    ["%Y/%m/%d", "", "2018/07/31"],
    ["{:%Y/%m}", "", "2018/07"],
    ["Photos/{:%Y/%m}", "", "Photos/2018/07"],
    ["{0:%Y}/{0:%m}", "", "2018/07"],
    ["{album}/{:%Y}", "A", "A/2018"],
    ["{:{album}/%Y}", "A", "A/2018"],
    ["none", "", ""],
    ["NONE", "", ""],
    ["", "", ""],
    ["/", "", ""],
    ["{album}", "None", "None"],
    ["{album}", "", ""],
    ["{album}/%Y", "100% %Y", "100% %Y/2018"],
    ["{album}/%Y", "/..", "__/2018"],
    ["/{album}/%Y", "A", "A/2018"],
    ["{library}/%Y", "", "PrimarySync/2018"],
    ["{library}/{album}/%Y", "A", "PrimarySync/A/2018"],
    ["{library}/{album}", "", "PrimarySync"],
    ["%T", "", "00_22_24"],
    ["a%nb", "", "a_b"],
    ["Fotos äöü/%B", "", "Fotos äöü/July"],
    ["./%Y", "", "_/2018"],
  ])("%j with album %j is %j", (template, album, expected) => {
    expect(folder(template, album)).toBe(expected);
  });

  test("does not take two times of one day for the same where a code tells them apart", () => {
    const DAY_MS = 86_400_000;
    const codes = ["H", "k", "I", "l", "M", "S", "f", "s", "p", "P", "T", "R", "X", "r", "c", "+"];
    for (const code of [...codes, ".f", "3f", "z", ":z", "Z", "d", "j", "V", "a", "F"]) {
      const at = (createdMs: number) =>
        folderFor(`%Y-%${code}`, "Europe/Berlin", { createdMs, album: "", zone: "Z" });
      // The clocks are set forward on this day.
      const early = Date.UTC(2024, 2, 30, 23, 0, 0, 1);
      const [one, other, next] = [early, early + DAY_MS - 4_000_000, early + DAY_MS];
      const inTurn = [at(one), at(other), at(next), at(one)];
      const apart = [one, other, next, one].map((ms) => {
        at(ms - 40 * DAY_MS);
        return at(ms);
      });
      expect([code, inTurn]).toEqual([code, apart]);
    }
  });

  test("does not mix up two albums asked for in turn", () => {
    expect([folder("{album}", "A"), folder("{album}", "B"), folder("{album}", "A")]).toEqual([
      "A",
      "B",
      "A",
    ]);
  });
});

describe("checkTemplate()", () => {
  test.each(["%Y/%m/%d", "none", "{:%Y}", "{album}/%Y", "{library}/{album}/%-d", "100%%", "{%Y"])(
    "accepts %j",
    (template) => {
      expect(() => checkTemplate(template)).not.toThrow();
    },
  );

  test.each([
    "%Q",
    "%Y/%",
    "{:%Y/%!}",
    "%Y/{album}",
    "{album}-%Y",
    "{album}/{album}",
    "{album}/{library}",
    "x{library}",
    "{albums}/%Y",
    "{Album}/%Y",
    "%Y/{year}",
    "{}",
  ])("refuses %j with a hint", (template) => {
    try {
      checkTemplate(template);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ where: "merged", hint: expect.any(String) });
    }
  });
});

test("namesAlbums() finds the album in a template", () => {
  expect(["{album}/%Y", "{library}/{album}", "{:{album}}"].map(namesAlbums)).toEqual([
    true,
    true,
    true,
  ]);
  expect(["%Y", "none", "{library}"].map(namesAlbums)).toEqual([false, false, false]);
});
