import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { lineOfKey, mistakeIn } from "../../../src/config/toml-mistake.ts";
import { parseToml } from "../../../src/config/toml.ts";
import { Random } from "../../support/random.ts";

// It works a lot; on a busy machine that takes its time.
setDefaultTimeout(60_000);

describe("mistakeIn()", () => {
  const rows: [text: string, line: number, column: number, kind: RegExp][] = [
    ['[auth]\npassword = "hunter2\nusername = "x"', 2, 12, /quote is not closed/],
    ["a = 1\npassword = hunter2\nb = 2", 2, 12, /not in quotes/],
    ['a = """hunter2\nb\nc', 1, 5, /quote is not closed/],
    ["[auth\nx = 1", 1, 2, /bracket of a section/],
    ["a = 1\nb = 2\na = 3\nc = 4", 3, 5, /key is there twice/],
    ["[a]\n[b]\n[a]", 3, 3, /section is there twice/],
    ['a = 1\r\npassword = "hunter"2', 2, 20, /something follows/],
    ["a = [1, 2\nb = 3", 1, 9, /list is not closed/],
    ["a = { b = 1", 1, 11, /brace is not closed/],
    ["\n\na =\nb = 1", 3, 3, /value is missing/],
    ["hunter2", 1, 1, /"=" is missing/],
    ['a = "C:\\hunter2"', 1, 9, /single quotes/],
    ["= 3", 1, 1, /no key can begin/],
  ];
  for (const [text, line, column, kind] of rows) {
    test(JSON.stringify(text), () => {
      expect(mistakeIn(text)).toEqual({ line, column, kind: expect.stringMatching(kind) });
    });
  }
  test("finds none in a text that can be read", () => {
    expect(mistakeIn('a = 1\n[b]\nc = """\nd\n"""\n')).toBeNull();
  });
});

test("lineOfKey() finds the line of a key in its section", () => {
  const text = 'a = 1\n[x]\n\ny = 2\n[z.w]\ny = "3"\n';
  expect(["a", "x.y", "z.w.y", "z.y"].map((key) => lineOfKey(text, key))).toEqual([1, 4, 6, null]);
});

test("no error of a configuration file that is broken somehow shows a word of its values", () => {
  const random = Random.fromEnvironment();
  const whole =
    '[auth]\nusername = "me@example.com"\npassword = "hunter2-secret"\n' +
    'password_command = "printf hunter2-secret"\n[download]\ndirectory = "/photos"\n' +
    "[download.retry]\nmax_retries = 3\n";
  const noise = [
    '"',
    "'",
    "\n",
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\\",
    "#",
    "\0",
    "é",
    '"""',
    " ",
    "1",
  ];
  for (let round = 0; round < 600; round += 1) {
    const at = random.below(whole.length);
    const bit = noise[random.below(noise.length)]!;
    const text = whole.slice(0, at) + bit + whole.slice(at + random.below(3));
    expect(messageOf(text).replace(/Unknown key "[^"]*"/, "")).not.toContain("unter");
  }
  for (const value of ["1", "true", "[1]", '["hunter2-secret"]', '{ a = "hunter2-secret" }']) {
    for (const key of ["password", "password_command"]) {
      expect(messageOf(`[auth]\n${key} = ${value}`)).not.toContain("hunter2");
    }
  }
});

/** Everything an error says, what led to it included; empty when there is none. */
function messageOf(text: string): string {
  try {
    parseToml(text, "kei.toml");
    return "";
  } catch (error) {
    return Bun.inspect(error) + String((error as Error).message);
  }
}
