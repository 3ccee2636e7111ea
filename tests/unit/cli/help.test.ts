import { describe, expect, test } from "bun:test";
import { helpText } from "../../../src/cli/help.ts";
import { COMMAND_NAMES } from "../../../src/config/command.ts";
import { GROUPS } from "../../../src/config/settings/setting.ts";
import { SETTINGS, settingsOf } from "../../../src/config/settings/table.ts";

describe("helpText()", () => {
  for (const command of COMMAND_NAMES) {
    test(`of ${command} has every flag, an example and no line that is too long`, () => {
      const text = helpText(command);
      for (const { name } of settingsOf(command)) expect(text).toContain(`--${name}`);
      expect(text).toContain(`Examples:\n  kei ${command}`);
      expect(text.split("\n").filter((line) => line.length > 110)).toEqual([]);
    });
  }
  test("of kei lists the commands and the flags of sync", () => {
    const text = helpText(null);
    for (const word of ["sync", "login", "status", "verify", "--directory", "--version"]) {
      expect(text).toContain(word);
    }
  });
  test("of a group lists its commands", () => {
    for (const word of ["list albums", "list libraries"]) expect(helpText("list")).toContain(word);
    for (const word of ["reset state", "reset sync-token"]) {
      expect(helpText("reset")).toContain(word);
    }
  });
  test("of kei has the flags in groups", () => {
    const text = helpText(null);
    const titles = GROUPS.filter((group) => text.includes(`\n${group}:\n`));
    expect(titles).toEqual(GROUPS.filter((group) => group !== "Listing"));
  });
  test("says which flags may be repeated", () => {
    expect(helpText("list albums")).toContain("[repeatable]");
    expect(helpText("sync")).toContain("[repeatable, or with commas]");
  });
  test("of login lists its nested commands", () => {
    expect(helpText("login")).toContain("login submit-code");
  });
});

describe("the table of settings", () => {
  const flags = SETTINGS.flatMap(({ name, aliases }) => [
    name,
    ...(aliases ?? []).map(({ flag }) => flag),
  ]);
  const present = (values: (string | undefined)[]) => values.filter((value) => value !== undefined);

  test("has each flag, letter, variable and key once", () => {
    const columns = [
      flags,
      present(SETTINGS.map(({ short }) => short)),
      present(
        SETTINGS.flatMap(({ env, aliases }) => [env, ...(aliases ?? []).map((alias) => alias.env)]),
      ),
      present(
        SETTINGS.flatMap(({ toml, aliases }) => [
          toml,
          ...(aliases ?? []).map((alias) => alias.toml),
        ]),
      ),
    ];
    for (const column of columns) expect(new Set(column).size).toBe(column.length);
  });
  test("only knows groups that are shown and conflicts that exist", () => {
    for (const { group, conflicts } of SETTINGS) {
      expect(GROUPS).toContain(group);
      for (const name of conflicts ?? []) expect(flags).toContain(name);
    }
  });
});
