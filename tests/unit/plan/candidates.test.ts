import { expect, test } from "bun:test";
import { companionSeries, primarySeries, suffixOf } from "../../../src/plan/candidates.ts";

const parts = { stem: "IMG_1", tail: "", extension: ".JPG" };
const file = { sizeBytes: 500, masterId: "ABC/123" };

function first(names: { suffixes: (attempt: number) => string }, count: number): string[] {
  return Array.from({ length: count }, (_, attempt) => names.suffixes(attempt));
}

test("primarySeries() tries size, id, then counts", () => {
  expect(first(primarySeries(parts, file), 5)).toEqual([
    "",
    "-500",
    "-500_QUJDLzE",
    "-500_QUJDLzE-2",
    "-500_QUJDLzE-3",
  ]);
});

test("primarySeries() does not give the id twice", () => {
  const named = { ...parts, tail: "_QUJDLzE-medium" };
  expect(first(primarySeries(named, file), 4)).toEqual(["", "-500", "-500-2", "-500-3"]);
});

test("companionSeries() tries the id, the size, then counts", () => {
  expect(first(companionSeries(parts, file), 5)).toEqual([
    "",
    "-ABC_123",
    "-500",
    "-ABC_123-2",
    "-ABC_123-3",
  ]);
});

test("suffixOf() recognises a name of the series", () => {
  const names = primarySeries(parts, file);
  expect(suffixOf(names, "IMG_1-500_QUJDLzE-3.JPG")).toBe("-500_QUJDLzE-3");
  expect(suffixOf(names, "other.JPG")).toBe("");
});
