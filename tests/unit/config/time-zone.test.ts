import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { timeZoneOf, type ZoneFiles } from "../../../src/config/time-zone.ts";
import { UsageError } from "../../../src/lib/errors.ts";
import { localTime } from "../../../src/plan/local-time.ts";

const DATABASE = "/usr/share/zoneinfo";

/** A disk with these links, by path; each file is the one of the zone its name says, or has these bytes. */
function disk(paths: Readonly<Record<string, string | Uint8Array>> = {}): ZoneFiles {
  return {
    realPath: (path) =>
      typeof paths[path] === "string" ? paths[path] : path in paths ? path : null,
    read: (path) => (path in paths ? bytesOf(paths[path]!) : null),
  };
}

const bytesOf = (file: string | Uint8Array) =>
  typeof file === "string" ? aZoneFile("UTC0") : file;

/** A zone file, second version, with these turns. */
function aZoneFile(
  rule: string,
  turns: readonly (readonly [epochS: number, offsetS: number])[] = [],
): Buffer {
  const header = (times: number) => {
    const bytes = Buffer.alloc(44);
    bytes.write("TZif2");
    bytes.writeUInt32BE(times, 32);
    bytes.writeUInt32BE(Math.max(1, times), 36);
    bytes.writeUInt32BE(4, 40);
    return bytes;
  };
  const times = Buffer.alloc(turns.length * 8);
  turns.forEach(([epochS], index) => times.writeBigInt64BE(BigInt(epochS), index * 8));
  const indexes = Buffer.from(turns.map((_, index) => index));
  const types = Buffer.alloc(6 * Math.max(1, turns.length));
  turns.forEach(([, offsetS], index) => types.writeInt32BE(offsetS, index * 6));
  const letters = Buffer.from("AAA\0");
  const empty = Buffer.concat([header(0), Buffer.alloc(6), letters]);
  return Buffer.concat([
    empty,
    header(turns.length),
    times,
    indexes,
    types,
    letters,
    Buffer.from(`\n${rule}\n`),
  ]);
}

describe("timeZoneOf() understands", () => {
  const rows: [tz: string, zone: string][] = [
    ["Europe/Paris", "Europe/Paris"],
    [":America/New_York", "America/New_York"],
    ["europe/paris", "Europe/Paris"],
    ["US/Eastern", "US/Eastern"],
    ["UTC", "UTC"],
    ["", "UTC"],
    [":", "UTC"],
    ["EST5EDT", "EST5EDT"],
    ["Etc/UTC", "UTC"],
    ["CET-1CEST", "CET-1CEST"],
    ["CET-1CEST,M3.5.0,M10.5.0/3", "CET-1CEST,M3.5.0,M10.5.0/3"],
    ["UTC+3", "UTC+3"],
    ["<-03>3", "<-03>3"],
    ["/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"],
    [":/data/link", "Asia/Tokyo"],
  ];
  const files = disk({
    "/usr/share/zoneinfo/Asia/Tokyo": "/usr/share/zoneinfo/Asia/Tokyo",
    "/data/link": "/nix/zoneinfo/Asia/Tokyo",
  });
  for (const [tz, zone] of rows) {
    test(JSON.stringify(tz), () => {
      expect(timeZoneOf({ TZ: tz }, files)).toBe(zone);
      expect(localTime(0, zone).epochMs).toBe(0);
    });
  }
  test("UTC+3 as POSIX means it: west of Greenwich", () => {
    expect(localTime(0, timeZoneOf({ TZ: "UTC+3" }, files)).offsetSeconds).toBe(-3 * 3600);
  });
});

describe("timeZoneOf() refuses", () => {
  const rows: [tz: string, hint: RegExp][] = [
    ["Europe/Pari", /Europe\/Paris/],
    ["Paris", /Europe\/Paris/],
    ["Nowhere/Land", /such as/],
    ["CEST", /such as/],
    ["UTC+25", /such as/],
    ["../../etc/passwd", /such as/],
    ["/no/such/file", /such as/],
  ];
  for (const [tz, hint] of rows) {
    test(tz, () => {
      let error: unknown;
      try {
        timeZoneOf({ TZ: tz }, disk({ "/usr/share/etc/passwd": aZoneFile("CET-1") }));
      } catch (thrown) {
        error = thrown;
      }
      expect(error).toBeInstanceOf(UsageError);
      expect(error).toMatchObject({ where: "merged", hint: expect.stringMatching(hint) });
      expect((error as Error).message).toContain(tz);
    });
  }
});

describe("timeZoneOf() without TZ", () => {
  test("goes by the link of the computer", () => {
    expect(timeZoneOf({}, disk({ "/etc/localtime": "/usr/share/zoneinfo/Asia/Tokyo" }))).toBe(
      "Asia/Tokyo",
    );
    const mac = disk({ "/etc/localtime": "/var/db/timezone/zoneinfo/Europe/Paris" });
    expect(timeZoneOf({}, mac)).toBe("Europe/Paris");
    const right = disk({ "/etc/localtime": "/usr/share/zoneinfo/right/Europe/Paris" });
    expect(timeZoneOf({}, right)).toBe("Europe/Paris");
  });
  test("knows a copied file by what its clocks do", () => {
    const path = `${DATABASE}/Australia/Adelaide`;
    const turns = [2010, 2015, 2020].flatMap((year) => [
      [Date.UTC(year, 9, 3, 16, 30) / 1000, 37_800] as const,
    ]);
    const made = aZoneFile("ACST-9:30ACDT,M10.1.0,M4.1.0/3", turns.slice(0, 1));
    const bytes = existsSync(path) ? readFileSync(path) : made;
    expect(timeZoneOf({}, disk({ "/etc/localtime": bytes }))).toMatch(
      /Australia\/(Adelaide|Broken_Hill)/,
    );
  });
  test("takes the rule of a file that is like no zone of the runtime", () => {
    const rule = "AAA-1:17BBB,M3.5.0,M10.5.0";
    const bytes = aZoneFile(rule, [[1_600_000_000, 4620]]);
    expect(timeZoneOf({}, disk({ "/etc/localtime": bytes }))).toBe(rule);
  });
  test("is not led astray by what is no zone file, or half of one", () => {
    const whole = aZoneFile("CET-1CEST", [[1, 3600]]);
    for (let length = 0; length < whole.length; length += 1) {
      const zone = timeZoneOf({}, disk({ "/etc/localtime": whole.subarray(0, length) }));
      expect(() => localTime(0, zone)).not.toThrow();
    }
  });
});

test("timeZoneOf() looks for names the runtime does not know in TZDIR", () => {
  const bytes = aZoneFile("AAA-1:17", [[1_600_000_000, 4620]]);
  const files = disk({
    "/zones/Walrus/Bay": bytes,
    "/usr/share/zoneinfo/Walrus/Bay": aZoneFile("BBB5"),
  });
  expect(timeZoneOf({ TZ: "Walrus/Bay", TZDIR: "/zones/" }, files)).toBe("AAA-1:17");
  const link = disk({ "/etc/localtime": "/zones/Europe/Paris" });
  expect(timeZoneOf({ TZDIR: "/zones" }, link)).toBe("Europe/Paris");
});
