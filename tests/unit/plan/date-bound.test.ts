import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/lib/errors.ts";
import { parseDateBound } from "../../../src/plan/date-bound.ts";

const NOW = Date.UTC(2024, 0, 31, 12);
const ZONE = "America/Los_Angeles";

describe("parseDateBound()", () => {
  test.each([
    ["20d", NOW - 20 * 86_400_000],
    ["20D", NOW - 20 * 86_400_000],
    ["0d", NOW],
    ["2024-01-31", Date.UTC(2024, 0, 31, 8)],
    ["2024-07-31", Date.UTC(2024, 6, 31, 7)],
    ["2024-01-31T10:11:12", Date.UTC(2024, 0, 31, 18, 11, 12)],
    ["2024-01-31 10:11", Date.UTC(2024, 0, 31, 18, 11)],
    ["2024-01-31T10:11:12.345", Date.UTC(2024, 0, 31, 18, 11, 12, 345)],
    ["2024-01-31T10:11:12Z", Date.UTC(2024, 0, 31, 10, 11, 12)],
    ["2024-01-31T10:11:12+05:30", Date.UTC(2024, 0, 31, 4, 41, 12)],
    ["2024-01-31T10:11:12-0100", Date.UTC(2024, 0, 31, 11, 11, 12)],
    ["1965-01-01", Date.UTC(1965, 0, 1, 8)],
  ])("reads %j", (text, expected) => {
    expect(parseDateBound(text, NOW, ZONE)).toBe(expected);
  });

  test.each(["", "d", "-3d", "2.5d", "2024-02-30", "2024-13-01", "2024-1-1", "yesterday", "24:00"])(
    "refuses %j",
    (text) => {
      expect(() => parseDateBound(text, NOW, ZONE)).toThrow(UsageError);
    },
  );

  test.each(["2024-01-31T25:00:00", "2024-01-31T10:61:00", "2024-01-31T24:00:00"])(
    "refuses the time in %j",
    (text) => {
      expect(() => parseDateBound(text, NOW, ZONE)).toThrow(UsageError);
    },
  );
});
