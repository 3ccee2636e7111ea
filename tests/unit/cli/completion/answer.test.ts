import { describe, expect, test } from "bun:test";
import { completionAnswer } from "../../../../src/cli/completion/answer.ts";
import type { KnownNames } from "../../../../src/cli/completion/offer.ts";
import { isShell, SHELLS } from "../../../../src/cli/completion/shells.ts";
import { COMMAND_NAMES } from "../../../../src/config/command.ts";
import { settingsOf } from "../../../../src/config/settings/table.ts";

const NAMES: KnownNames = {
  albums: () => ["Travel", "It's 5", "a,b", "-dash", "two\nlines", "tab\there", "\u202eback"],
  libraries: () => ["PrimarySync", "SharedSync-1"],
};

/** Candidates for what is typed after `kei`, the last text being the unfinished word. */
function candidates(...typed: string[]): string[] {
  const answer = completionAnswer("fish", typed.map((word) => `${word}\0`).join(""), () => NAMES);
  return answer
    .split("\n")
    .slice(2, -1)
    .map((line) => line.split("\t")[0]!);
}

function bash(line: string): string[] {
  const input = ` \t\n"'@><=;|&(:\0${line}\0`;
  return completionAnswer("bash", input, () => NAMES)
    .split("\n")
    .slice(0, -1);
}

describe("completionAnswer()", () => {
  test("begins with every command", () => {
    const words = candidates("");
    for (const name of COMMAND_NAMES) expect(words).toContain(name.split(" ")[0]!);
    expect(words).toContain("completion");
  });
  for (const command of COMMAND_NAMES) {
    test(`knows every flag of ${command}`, () => {
      const flags = candidates(...command.split(" "), "-");
      for (const { name } of settingsOf(command)) expect(flags).toContain(`--${name}`);
    });
  }
  const rows: [typed: string[], offered: string[]][] = [
    [
      ["list", ""],
      ["albums", "libraries"],
    ],
    [["completion", ""], [...SHELLS]],
    [
      ["sync", "--domain", ""],
      ["com", "cn"],
    ],
    [
      ["sync", "--domain=c"],
      ["--domain=com", "--domain=cn"],
    ],
    [
      ["sync", "--skip-videos="],
      ["--skip-videos=true", "--skip-videos=false"],
    ],
    [
      ["sync", "--library", ""],
      ["all", "PrimarySync", "SharedSync-1"],
    ],
    // No name with a control character; and one that begins with a dash needs `--album=`.
    [
      ["sync", "-a", ""],
      ["all", "Travel", "It's 5", "a,b"],
    ],
    [
      ["-u", "me@example.com", "-a", ""],
      ["all", "Travel", "It's 5", "a,b"],
    ],
    [
      ["sync", "--album="],
      ["--album=all", "--album=Travel", "--album=It's 5", "--album=a,b", "--album=-dash"],
    ],
    [
      ["sync", "--exclude-album", "Travel,"],
      ["Travel,Travel", "Travel,It's 5"],
    ],
    [["sync", "--recent", ""], []],
    [["sync", "--nonsense="], []],
    [
      ["help", "login", ""],
      ["get-code", "submit-code"],
    ],
    [["help", "filt"], candidates("help", "")],
  ];
  for (const [typed, offered] of rows) {
    test(`of "${typed.join(" ")}"`, () => expect(candidates(...typed)).toEqual(offered));
  }
  test("does not offer a flag twice, but for lists", () => {
    const flags = candidates("sync", "--dry-run", "-a", "x", "-");
    expect(flags).not.toContain("--dry-run");
    expect(flags).toContain("--album");
  });
  test("leaves files to the shell", () => {
    const input = "sync\0--directory=~/Pi\0";
    expect(completionAnswer("zsh", input, () => NAMES)).toBe("files\n--directory=\n");
    expect(bash("kei sync -d ")).toEqual([]);
  });
  test("gives bash only what fits, quoted, behind the last break", () => {
    expect(bash("kei sync -a I")).toEqual(["It\\'s\\ 5"]);
    expect(bash("kei sync --album=I")).toEqual(["It\\'s\\ 5"]);
    expect(bash('kei sync --album="I')).toEqual(["It's 5"]);
    expect(bash("kei sync --album='I")).toEqual(["It'\\''s 5"]);
    expect(bash('kei sync --album="It" ')).not.toEqual([]);
    expect(bash('kei sync --album="It"')).toEqual([]);
  });
  test("asks for names only where they fit", () => {
    const refuse = () => {
      throw new Error("asked for names");
    };
    const names: KnownNames = { albums: refuse, libraries: refuse };
    for (const line of ["", "sync\0-", "sync\0--size\0"]) {
      expect(completionAnswer("fish", `${line}\0`, () => names)).not.toBe("");
    }
  });
});

test("isShell() knows four", () => {
  expect(["bash", "zsh", "fish", "powershell", "csh", undefined].map(isShell)).toEqual([
    ...[true, true, true, true],
    ...[false, false],
  ]);
});
