import { describe, expect, test } from "bun:test";
import { editDistance, nearPaths, nearest } from "../../../src/lib/near.ts";

describe("nearest()", () => {
  const known = ["sync", "status", "verify", "threads-num", "no-progress-bar"];
  const rows = [
    { word: "snyc", is: "sync" },
    { word: "stats", is: "status" },
    { word: "VERIFY", is: "verify" },
    { word: "thread-num", is: "threads-num" },
    { word: "no-progres-bar", is: "no-progress-bar" },
    { word: "bananas", is: null },
    { word: "", is: null },
  ];
  for (const { word, is } of rows) {
    test(`"${word}" is ${is}`, () => expect(nearest(word, known)).toBe(is));
  }
});

describe("nearPaths()", () => {
  const known = ["Journey", "Kin/Birthdays", "Kin/Older/Weddings", "Caf\u00e9", "Favorites"];
  const rows = [
    { word: "Jurney", are: ["Journey"] },
    { word: "birthdays", are: ["Kin/Birthdays"] },
    { word: "Kin/Birthday", are: ["Kin/Birthdays"] },
    { word: "Kin", are: ["Kin/Birthdays", "Kin/Older/Weddings"] },
    { word: "older", are: ["Kin/Older/Weddings"] },
    { word: "Cafe\u0301s", are: ["Caf\u00e9"] },
    { word: "Zebra", are: [] },
  ];
  for (const { word, are } of rows) {
    test(`${word}: ${are.join(", ")}`, () => expect(nearPaths(word, known)).toEqual(are));
  }
});

test("editDistance() counts a swap of neighbours once", () => {
  expect(editDistance("ab", "ba")).toBe(1);
  expect(editDistance("kitten", "sitting")).toBe(3);
  expect(editDistance("", "abc")).toBe(3);
});
