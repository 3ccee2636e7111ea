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
