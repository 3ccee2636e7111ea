import { describe, expect, test } from "bun:test";
import { quoteForBash, readBashLine } from "../../../../src/cli/completion/bash-line.ts";

/** What bash sets when nobody changed it. */
const BREAKS = " \t\n\"'@><=;|&(:";

describe("readBashLine()", () => {
  const rows: [line: string, words: string[], current: string, kept: number, quote: string][] = [
    ["kei ", ["kei"], "", 0, ""],
    ["kei sy", ["kei"], "sy", 0, ""],
    ["kei sync -a Tr", ["kei", "sync", "-a"], "Tr", 0, ""],
    ["kei sync --album=Tr", ["kei", "sync"], "--album=Tr", 8, ""],
    ["kei -a Ferien\\ 20", ["kei", "-a"], "Ferien 20", 0, ""],
    ["kei -a 'It", ["kei", "-a"], "It", 0, "'"],
    ['kei -a "a\\$b\\c', ["kei", "-a"], "a$b\\c", 0, '"'],
    ['kei --album="Fe', ["kei"], "--album=Fe", 8, '"'],
    ["kei -a 'It'\\''s 5' -d", ["kei", "-a", "It's 5"], "-d", 0, ""],
    ["kei -a a\\:b:c", ["kei", "-a"], "a:b:c", 4, ""],
    ["kei -a x\\", ["kei", "-a"], "x", 0, ""],
    ["kei -a ''", ["kei", "-a"], "", 0, ""],
  ];
  for (const [line, words, current, kept, quote] of rows) {
    test(`of ${line}`, () => {
      expect(readBashLine(line, BREAKS)).toMatchObject({
        words,
        current,
        kept,
        quote: quote as "",
      });
    });
  }
  test("says that a quote was closed in the word under the cursor", () => {
    expect(readBashLine('kei -a "a b"', BREAKS).isMixed).toBe(true);
    expect(readBashLine('kei -a "a b" c', BREAKS).isMixed).toBe(false);
  });
});

describe("quoteForBash()", () => {
  const rows: [text: string, plain: string, single: string, double: string][] = [
    ["Travel", "Travel", "Travel", "Travel"],
    ["a b", "a\\ b", "a b", "a b"],
    ["It's", "It\\'s", "It'\\''s", "It's"],
    ["$(touch x)", "\\$\\(touch\\ x\\)", "$(touch x)", "\\$(touch x)"],
    ["a`b`", "a\\`b\\`", "a`b`", "a\\`b\\`"],
    ['"q"', '\\"q\\"', '"q"', '\\"q\\"'],
    ["wow!", "wow\\!", "wow!", 'wow"\\!"'],
    ["a\\b", "a\\\\b", "a\\b", "a\\\\b"],
    ["~*?[#;&|<>{}", "\\~\\*\\?\\[\\#\\;\\&\\|\\<\\>\\{\\}", "~*?[#;&|<>{}", "~*?[#;&|<>{}"],
    ["Über 新年 🎉", "Über\\ 新年\\ 🎉", "Über 新年 🎉", "Über 新年 🎉"],
  ];
  for (const [text, plain, single, double] of rows) {
    test(`of ${text}`, () => {
      expect([quoteForBash(text, ""), quoteForBash(text, "'"), quoteForBash(text, '"')]).toEqual([
        plain,
        single,
        double,
      ]);
    });
  }
  test("is read by bash as the very text, whatever it holds", () => {
    const ascii = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at));
    const texts = [ascii.join(""), ...ascii, ...ascii.map((one) => `a${one}b`)];
    const forms = texts.flatMap((text) => [
      quoteForBash(text, ""),
      `'${quoteForBash(text, "'")}'`,
      `"${quoteForBash(text, '"')}"`,
    ]);
    const script = forms.map((form) => `printf '%s\\0' ${form}`).join("\n");
    const { stdout } = Bun.spawnSync(["bash", "--norc", "-c", script]);
    expect(stdout.toString().split("\0").slice(0, -1)).toEqual(
      texts.flatMap((text) => [text, text, text]),
    );
  });
});
