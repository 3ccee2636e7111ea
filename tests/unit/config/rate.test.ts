import { describe, expect, test } from "bun:test";
import { readRate } from "../../../src/config/rate.ts";
import { readRecent } from "../../../src/config/recent.ts";

describe("readRate() takes", () => {
  const rows: [text: string, bytes: number][] = [
    ["1", 1],
    ["500000", 500_000],
    ["7b", 7],
    ["10k", 10_000],
    ["10KB", 10_000],
    ["10M", 10_000_000],
    ["10mb", 10_000_000],
    ["2G", 2_000_000_000],
    ["2gB", 2_000_000_000],
    ["1Ki", 1024],
    ["1kib", 1024],
    ["2Mi", 2_097_152],
    ["2MiB", 2_097_152],
    ["1gI", 1_073_741_824],
    ["1 GiB", 1_073_741_824],
    ["  10 M ", 10_000_000],
    ["1.5M", 1_500_000],
    [".5K", 500],
    ["1.M", 1_000_000],
    ["0.5Ki", 512],
    ["1.6", 2],
    ["0.0015k", 2],
  ];
  for (const [text, bytesPerSecond] of rows) {
    test(`"${text}"`, () => expect(readRate(text)).toEqual({ bytesPerSecond }));
  }
});

describe("readRate() refuses", () => {
  const rows: [text: string, reason: string][] = [
    ["", "number"],
    ["M", "number"],
    ["10X", "number"],
    ["10MM", "number"],
    ["10bi", "number"],
    ["10T", "number"],
    ["-5M", "number"],
    ["+5M", "number"],
    ["1..5M", "number"],
    [".", "number"],
    [".M", "number"],
    ["1,5M", "number"],
    ["1e6", "number"],
    ["nan", "number"],
    ["inf", "number"],
    ["1 000", "number"],
    ["0", "less than one byte"],
    ["0M", "less than one byte"],
    ["0.4", "less than one byte"],
    ["0.0004k", "less than one byte"],
    ["18446744073709551616", "too large"],
    ["99999999999G", "too large"],
    ["9".repeat(400), "too large"],
  ];
  for (const [text, reason] of rows) {
    test(`"${text.slice(0, 30)}"`, () => {
      expect(readRate(text)).toEqual({
        bytesPerSecond: null,
        reason: expect.stringContaining(reason),
      });
    });
  }
});

describe("readRecent()", () => {
  const rows: [text: string, value: number | string | null][] = [
    ["1", 1],
    [" 500 ", 500],
    ["4294967295", 4_294_967_295],
    ["30d", "30d"],
    ["030D", "30d"],
    ["0", null],
    ["0d", null],
    ["4294967296", null],
    ["10000000d", null],
    ["-3", null],
    ["3w", null],
    ["d", null],
    ["", null],
  ];
  for (const [text, value] of rows) {
    test(`of "${text}" is ${value}`, () => expect(readRecent(text).value as unknown).toBe(value));
  }
});
