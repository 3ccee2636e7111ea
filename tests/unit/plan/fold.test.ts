import { expect, test } from "bun:test";
import { foldPath, isSameSpelling } from "../../../src/plan/fold.ts";

test.each([
  ["IMG_1.JPG", "img_1.jpg"],
  ["cafe\u0301.jpg", "CAF\u00c9.JPG"],
  ["ΑΣ", "ας"],
  ["straße", "STRASSE"],
  ["\u212aelvin", "kelvin"],
  ["a\u200d.jpg", "a.jpg"],
  ["q\u0307\u0323", "q\u0323\u0307"],
])("foldPath() makes %j and %j one name", (one, other) => {
  expect(foldPath(one)).toBe(foldPath(other));
});

test.each([
  ["a.jpg", "b.jpg"],
  ["é.jpg", "e.jpg"],
  ["a b.jpg", "ab.jpg"],
])("foldPath() keeps %j and %j apart", (one, other) => {
  expect(foldPath(one)).not.toBe(foldPath(other));
});

test("foldPath() gives a key that folds to itself, marks that move included", () => {
  for (const name of ["\u1f80\uaabe", "\u1f80\u0301.jpg"]) {
    expect(foldPath(foldPath(name))).toBe(foldPath(name));
  }
});

test.each([
  ["a/Gr\u00fcn.jpg", "a/Gru\u0308n.jpg", true],
  ["a/b.jpg", "a/b.jpg", true],
  ["a/b.jpg", "a/B.jpg", false],
  ["a/\u00fc.jpg", "a/u.jpg", false],
])("isSameSpelling(%j, %j) is %p", (one, other, isSame) => {
  expect(isSameSpelling(one, other)).toBe(isSame);
});
