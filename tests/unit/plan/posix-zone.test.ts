import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { instantOf, localTime } from "../../../src/plan/local-time.ts";
import { parsePosixZone } from "../../../src/plan/posix-zone.ts";

// It works a lot; on a busy machine that takes its time.
setDefaultTimeout(60_000);

describe("parsePosixZone() agrees with the zone of the same rule, every half hour of three years", () => {
  const rows: [rule: string, name: string][] = [
    ["EST5EDT,M3.2.0,M11.1.0", "America/New_York"],
    ["EST5EDT", "America/New_York"],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Paris"],
    ["AEST-10AEDT,M10.1.0,M4.1.0/3", "Australia/Sydney"],
    ["IST-1GMT0,M10.5.0,M3.5.0/1", "Europe/Dublin"],
    ["<-03>3", "America/Sao_Paulo"],
    ["NST3:30NDT,M3.2.0,M11.1.0", "America/St_Johns"],
    ["<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "Australia/Lord_Howe"],
    ["<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "America/Nuuk"],
    ["IST-2IDT,M3.4.4/26,M10.5.0", "Asia/Jerusalem"],
    ["UTC+3", "Etc/GMT+3"],
    ["UTC-5:30", "Asia/Kolkata"],
  ];
  for (const [rule, name] of rows) {
    test(`${rule} and ${name}`, () => {
      const zone = parsePosixZone(rule)!;
      for (let ms = Date.UTC(2024, 0, 1); ms < Date.UTC(2027, 0, 1); ms += 1_800_000) {
        const { offsetSeconds } = localTime(ms, name);
        if (zone(ms) !== offsetSeconds) expect([ms, zone(ms)]).toEqual([ms, offsetSeconds]);
      }
    });
  }
});

test("parsePosixZone() counts days of the year with and without the 29th of February", () => {
  const day = (text: string) => Date.parse(`${text}T12:00:00Z`);
  const julian = parsePosixZone("AAA0BBB,J60/0,J61/0")!;
  const plain = parsePosixZone("AAA0BBB,59/0,60/0")!;
  const rows: [text: string, julian: number, plain: number][] = [
    ["2023-03-01", 3600, 3600],
    ["2024-02-29", 0, 3600],
    ["2024-03-01", 3600, 0],
  ];
  for (const [text, one, other] of rows) {
    expect([text, julian(day(text)), plain(day(text))]).toEqual([text, one, other]);
  }
});

test.each([
  ...["Nowhere/Land", "EST", "5", "", "UTC+25", "UTC+3:70", "UTC+3x", "UTC+", "ab3"],
  ...["CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0"],
  ...[
    "CET-1CEST,J0,J5",
    "CET-1CEST,M3.5.0,366",
    "CET-1CEST,M3.5.0/168,M10.5.0",
    "UTC3,M3.5.0,M10.5.0",
  ],
])("parsePosixZone(%j) is none", (text) => {
  expect(parsePosixZone(text)).toBeNull();
});

test("instantOf() gives the moment of the jump for a time that clocks jump over, in zones of both kinds", () => {
  const wall = Date.UTC(2024, 2, 31, 2, 30);
  for (const zone of ["Europe/Paris", "CET-1CEST,M3.5.0,M10.5.0/3"]) {
    expect(new Date(instantOf(wall, zone)).toISOString()).toBe("2024-03-31T01:00:00.000Z");
    expect(localTime(Date.UTC(2024, 6, 1, 23), zone)).toMatchObject({ month: 7, day: 2, hour: 1 });
  }
});
