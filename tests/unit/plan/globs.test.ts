import { expect, setDefaultTimeout, test } from "bun:test";
import { UsageError } from "../../../src/lib/errors.ts";
import { compileGlob } from "../../../src/plan/globs.ts";
import { isSteep } from "../../support/cost-growth.ts";

// It works a lot; on a busy machine that takes its time.
setDefaultTimeout(60_000);

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
  ["[^a-c]x", "bx", false],
  ["[^a-c]x", "dx", true],
  ["[!!]", "!", false],
  ["[a^]", "^", true],
  ["[A-C]x", "bX", true],
  ["[!A-C]x", "bX", false],
  ["\\*.jpg", "*.JPG", true],
  ["\\*.jpg", "a.JPG", false],
  ["\\{1\\}", "{1}", true],
  ["straße", "STRAẞE", true],
  ["*a*b*c*", "xaxbxcx", true],
  ["*a*b*c*", "xaxcxbx", false],
  ["a*", "", false],
  ["?", "", false],
  ["*?", "ab", true],
  ["*", "a\nb", true],
  ["**/x.jpg", "x.jpg", true],
  ["**/x.jpg", "a/b/x.jpg", true],
  ["**/x.jpg", "ax.jpg", false],
  ["a/**/b", "a/b", true],
  ["a/**/b", "a/c/d/b", true],
  ["a/**/b", "a/cb", false],
  ["a/**", "a/b/c", true],
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

test.each([
  "[abc",
  "[",
  "[]",
  "[!]",
  "[^]",
  "[c-a]x",
  "{a",
  "b}",
  "a\\",
  "a**",
  "**a",
  "***",
  "a/**b",
])("compileGlob(%j) is refused", (pattern) => {
  expect(() => compileGlob(pattern)).toThrow(UsageError);
});

test.each([
  ["*_*_*_*.heic", (size: number) => "_".repeat(size)],
  ["**/**/**/x", (size: number) => "/".repeat(size)],
  ["*a*a*a*a*b", (size: number) => "a".repeat(size)],
  ["*?*?*?*[!a]", (size: number) => "a".repeat(size)],
  ["*é*é*x", (size: number) => "e\u0301".repeat(size)],
])("compileGlob(%j) looks at each letter of a name once", (pattern, name) => {
  const glob = compileGlob(pattern);
  expect(isSteep((size) => void glob(name(size)))).toBe(false);
});
