import { describe, expect, test } from "bun:test";
import { UsageError } from "../../../src/lib/errors.ts";
import { instantOf, localTime } from "../../../src/plan/local-time.ts";

describe("localTime()", () => {
  test("follows daylight saving", () => {
    expect(localTime(Date.UTC(2018, 6, 1), "Europe/Berlin").offsetSeconds).toBe(7200);
    expect(localTime(Date.UTC(2018, 0, 1), "Europe/Berlin").offsetSeconds).toBe(3600);
  });

  test("knows historic offsets", () => {
    expect(localTime(Date.UTC(1850, 0, 1), "America/Los_Angeles").offsetSeconds).toBe(-28378);
  });

  test.each([9e15, -9e15, 8.64e15, Number.NaN, Number.POSITIVE_INFINITY])(
    "reads %p as the epoch",
    (ms) => {
      expect(localTime(ms, "Asia/Tokyo")).toEqual(localTime(0, "Asia/Tokyo"));
    },
  );

  test("refuses a zone nobody knows", () => {
    expect(() => localTime(0, "Mars/Olympus")).toThrow(UsageError);
  });
});

describe("instantOf()", () => {
  const zone = "America/Los_Angeles";
  test.each([
    ["an ordinary time", Date.UTC(2018, 6, 31), Date.UTC(2018, 6, 31, 7)],
    ["the earlier of two", Date.UTC(2025, 10, 2, 1, 30), Date.UTC(2025, 10, 2, 8, 30)],
    ["the jump over a gap", Date.UTC(2025, 2, 9, 2, 30), Date.UTC(2025, 2, 9, 10)],
  ])("gives %s", (_name, wallMs, expected) => {
    expect(instantOf(wallMs, zone)).toBe(expected);
  });
});
