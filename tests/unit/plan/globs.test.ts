import { expect, test } from "bun:test";
import { UsageError } from "../../../src/lib/errors.ts";
import { compileGlob } from "../../../src/plan/globs.ts";

test.each([
  ["*.AAE", "img_1.aae", true],
  ["*.AAE", "img_1.aae.jpg", false],
  ["IMG_????.*", "IMG_1234.JPG", true],
  ["IMG_????.*", "IMG_123.JPG", false],
  ["?", "😀", true],
  ["*", "a/b", true],
  ["*", ".hidden", true],
  ["[abc]*", "Bild.jpg", true],
  ["[a-c]x", "bx", true],
  ["[!a-c]x", "bx", false],
  ["[!a-c]x", "dx", true],
  ["[]]x", "]x", true],
  ["[[]x", "[x", true],
  ["[a-]x", "-x", true],
  ["[c-a]x", "bx", false],
  ["**/x.jpg", "x.jpg", true],
  ["**/x.jpg", "a/b/x.jpg", true],
  ["**", "anything", true],
  ["a.b", "aXb", false],
  ["a+b(c)", "A+B(C)", true],
  ["", "", true],
  ["é*", "É1.jpg", true],
  ["\u00e9*", "E\u03011.jpg", true],
  ["e\u0301?.jpg", "\u00c91.jpg", true],
])("compileGlob(%j) on %j is %p", (pattern, name, expected) => {
  expect(compileGlob(pattern)(name)).toBe(expected);
});

test.each(["[abc", "[", "[]", "[!]", "a**", "**a", "***", "a/**b"])(
  "compileGlob(%j) is refused",
  (pattern) => {
    expect(() => compileGlob(pattern)).toThrow(UsageError);
  },
);
