import { describe, expect, test } from "bun:test";
import { parseCommandLine } from "../../../src/cli/flags.ts";
import { firstSteps, helpText } from "../../../src/cli/help.ts";
import { HELP_TOPICS } from "../../../src/cli/commands.ts";
import { COMMAND_NAMES } from "../../../src/config/command.ts";
import { GROUPS } from "../../../src/config/settings/setting.ts";
import { SETTINGS, settingsOf } from "../../../src/config/settings/table.ts";

describe("helpText()", () => {
  for (const command of COMMAND_NAMES) {
    test(`of ${command} has every flag, an example and no line that is too long`, () => {
      const text = helpText(command);
      for (const { name } of settingsOf(command)) expect(text).toContain(`--${name}`);
      expect(text).toContain(`Examples:\n  kei ${command}`);
      expect(
        text.split("\n").filter((line) => line.length > 80 && !line.startsWith("  kei ")),
      ).toEqual([]);
    });
  }
  test("of kei fits a screen of 80 columns and 24 lines, with every command and topic", () => {
    const text = helpText(null);
    const lines = text.split("\n");
    expect(lines.length).toBeLessThanOrEqual(24);
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    for (const [name] of HELP_TOPICS) expect(text).toContain(name.split(" ")[0]!);
    for (const flag of ["-u", "-d", "-a", "--recent", "--dry-run"]) expect(text).toContain(flag);
  });
  for (const [topic] of HELP_TOPICS) {
    test(`of ${topic} keeps to the width of the terminal`, () => {
      for (const columns of [20, 40, 80, 200]) {
        const width = Math.min(columns, 100);
        const fixed = /^ {2}(kei|source) |--|^Usage:|^ {2}\S+$|^\s*\[?\S*\]$|^\s*\[.*\]$/;
        const lines = helpText(topic, columns).split("\n");
        expect(lines.filter((line) => line.length > width && !fixed.test(line))).toEqual(
          columns === 20 ? expect.any(Array) : [],
        );
      }
      expect(helpText(topic)).toBe(helpText(topic, 80));
    });
  }
  test("of a group lists its commands", () => {
    for (const word of ["list albums", "list libraries"]) expect(helpText("list")).toContain(word);
    for (const word of ["reset state", "reset sync-token"]) {
      expect(helpText("reset")).toContain(word);
    }
  });
  test("of sync has the flags in groups", () => {
    const text = helpText("sync");
    const titles = GROUPS.filter((group) => text.includes(`\n${group}:\n`));
    const owned = new Set(settingsOf("sync").map(({ group }) => group));
    expect(titles).toEqual(GROUPS.filter((group) => owned.has(group)));
  });
  test("says which flags may be repeated", () => {
    expect(helpText("list albums")).toContain("[repeatable]");
    expect(helpText("sync")).toContain("[repeatable, or with commas]");
  });
  test("of login lists its nested commands", () => {
    expect(helpText("login")).toContain("login submit-code");
  });
});

test("firstSteps() names commands that there are, on a screen of 80 columns", () => {
  const lines = firstSteps();
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  const typed = lines.flatMap((line) => /^ {2}(kei .*?) {2,}/.exec(line)?.[1] ?? []);
  expect(typed).toHaveLength(2);
  for (const line of typed) {
    expect(parseCommandLine(line.split(" ").slice(1))).toMatchObject({ kind: "run" });
  }
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
