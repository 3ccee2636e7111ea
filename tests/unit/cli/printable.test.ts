import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { exactPath, printable, printableJson } from "../../../src/cli/printable.ts";

// It works a lot; on a busy machine that takes its time.
setDefaultTimeout(60_000);

describe("printable() leaves nothing that acts, hides or begins a line", () => {
  const rows: [string, string][] = [
    ["a\u001b[2Jb\nc\u009bd\u202ee", "a\\x1b[2Jb\\x0ac\\x9bd\\u202ee"],
    ["\0\t\r\v\f\u007f\u0085\u0090", "\\x00\\x09\\x0d\\x0b\\x0c\\x7f\\x85\\x90"],
    ["\u2028\u2029", "\\u2028\\u2029"],
    ["\u061c\u200e\u200f\u202a\u2066\u2069", "\\u061c\\u200e\\u200f\\u202a\\u2066\\u2069"],
    [
      "\u00ad\u034f\u115f\u180e\u200b\u2060\u3164\ufeff",
      "\\xad\\u034f\\u115f\\u180e\\u200b\\u2060\\u3164\\ufeff",
    ],
    ["x\u200dy\u200cz", "x\\u200dy\\u200cz"],
    ["\ud800a\udfff", "\\ud800a\\udfff"],
    ["\u{e0041}\u{e0100}\u{10ffff}", "\\u{e0041}\\u{e0100}\\u{10ffff}"],
    ["a\ufe0f\ufe0f", "a\\ufe0f\\ufe0f"],
    [
      "a\u0301\u0302\u0303\u0304\u0305\u0306b\u0301",
      "a\u0301\u0302\u0303\u0304\\u0305\\u0306b\u0301",
    ],
  ];
  for (const [text, is] of rows) test(JSON.stringify(text), () => expect(printable(text)).toBe(is));
});

test("printable() leaves what people write as it is, joined pictures and letters included", () => {
  const texts = [
    "",
    "IMG_0001.JPG",
    "Größe 写真 📷",
    "2019/2020 家族 🎉",
    "🏖️ ❤️‍🔥 👨‍👩‍👧 👩🏽‍🚀 1️⃣ 🇩🇪",
    "می‌خواهم",
    "שלום",
    "क्‍ष",
    "Cafe\u0301",
    "\uf8ff",
  ];
  expect(texts.map(printable)).toEqual(texts);
});

test("printable() of each character is printable again, and every control character is gone", () => {
  for (let code = 0; code <= 0x10ffff; code += 1) {
    const shown = printable(`a${String.fromCodePoint(code)}b`);
    if (printable(shown) !== shown || /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(shown)) {
      expect(code.toString(16)).toBe("never shown");
    }
  }
});

test("exactPath() changes only a path that would be more than a line", () => {
  const exact = ["/photos/2024/a\u202eb.JPG", "/photos/写真/é.JPG", "/a b\\c"];
  expect(exact.map(exactPath)).toEqual(exact);
  expect(exactPath("/photos/a\nb\u009b.JPG")).toBe("/photos/a\\x0ab\\x9b.JPG");
});

test("printableJson() is the same value in characters that neither a terminal nor a reader of lines obeys", () => {
  const text = "a\u001b[2J\n\u007f\u009b\u2028\u202e\u200d\ufeff\ud800\u{e0041}é写";
  const value = { [text]: [text, 1, null] };
  const json = printableJson(value);
  expect(JSON.parse(json) as typeof value).toEqual(value);
  expect(json.replaceAll("\n", "")).not.toMatch(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
  );
  expect(json).toContain("é写");
  expect(json.split("\n")).toHaveLength(7);
});
