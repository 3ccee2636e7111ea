import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { withFlagTable } from "../../scripts/docs.ts";
import { SETTINGS } from "../../src/config/settings/table.ts";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

test("the table of flags in the README is what the records say", () => {
  expect(withFlagTable(readme) === readme ? "" : "stale: run bun scripts/docs.ts").toBe("");
});

test("withFlagTable() has every flag, variable and key", () => {
  for (const { name, env, toml } of SETTINGS) {
    for (const text of [`--${name}`, env, toml]) {
      if (text !== undefined) expect(readme).toContain(`\`${text}\``);
    }
  }
});

test("withFlagTable() mends a table that is not right, and refuses a text without a place for it", () => {
  expect(withFlagTable(readme.replace("`--dry-run`", "`--drier`"))).toBe(readme);
  expect(() => withFlagTable("# kei\n")).toThrow("lacks");
});
