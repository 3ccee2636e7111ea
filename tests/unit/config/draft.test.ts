import { expect, test } from "bun:test";
import { chosenLines, draftOf, type Chosen } from "../../../src/config/draft.ts";
import { SETTINGS } from "../../../src/config/settings/table.ts";
import { parseToml } from "../../../src/config/toml.ts";

const chosen: Chosen = new Map<string, string | boolean | string[]>([
  ["auth.username", "me@example.com"],
  ["download.directory", '~/Photos "here" \u202e'],
  ["filters.library", ["all"]],
  ["filters.skip_videos", true],
]);

test("draftOf() is a configuration file with what was chosen and nothing else", () => {
  const entries = parseToml(draftOf(chosen), "kei.toml");
  expect(new Map(entries.map(({ spelling, value }) => [spelling, value]))).toEqual(new Map(chosen));
});

test("draftOf() has every other key as a comment that can be used as it is", () => {
  const usable = draftOf(new Map()).replace(/^# (\w+ = )/gm, "$1");
  const keys = Object.keys(Bun.TOML.parse(usable)).length;
  expect(keys).toBeGreaterThan(3);
  const text = draftOf(chosen);
  for (const { toml, kind } of SETTINGS) {
    if (toml === undefined) continue;
    const name = toml.split(".").at(-1)!;
    expect([toml, new RegExp(`^(# )?${name} = `, "m").test(text)]).toEqual([
      toml,
      kind !== "secret",
    ]);
  }
});

test("chosenLines() shows what was chosen alone", () => {
  expect(chosenLines(chosen)).toEqual([
    "[auth]",
    'username = "me@example.com"',
    "",
    "[filters]",
    'library = ["all"]',
    "skip_videos = true",
    "",
    "[download]",
    'directory = "~/Photos \\"here\\" \\u202e"',
  ]);
});
