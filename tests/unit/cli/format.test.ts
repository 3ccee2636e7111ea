import { describe, expect, test } from "bun:test";
import { formatBytes, formatCount, formatDuration, formatRate } from "../../../src/cli/format.ts";

describe("formatBytes()", () => {
  const rows: [number, string][] = [
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1023 B"],
    [1024, "1.0 KiB"],
    [1536, "1.5 KiB"],
    [1024 ** 2 - 1, "1.0 MiB"],
    [1024 ** 2 * 12.34, "12.3 MiB"],
    [1024 ** 3, "1.0 GiB"],
    [1024 ** 4 * 2, "2.0 TiB"],
    [1024 ** 5 * 2, "2048.0 TiB"],
  ];
  for (const [bytes, text] of rows) test(text, () => expect(formatBytes(bytes)).toBe(text));
});

describe("formatDuration()", () => {
  const rows: [number, string][] = [
    [0, "0s"],
    [999, "0s"],
    [3000, "3s"],
    [123_000, "2m 03s"],
    [3_723_000, "1h 02m 03s"],
    [90_000_000, "25h 00m 00s"],
  ];
  for (const [ms, text] of rows) test(text, () => expect(formatDuration(ms)).toBe(text));
});

test("formatRate() and formatCount()", () => {
  expect(formatRate(1536)).toBe("1.5 KiB/s");
  expect([0, 999, 1000, 1234567].map(formatCount)).toEqual(["0", "999", "1,000", "1,234,567"]);
});
