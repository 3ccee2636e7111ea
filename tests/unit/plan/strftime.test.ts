import { describe, expect, test } from "bun:test";
import { localTime } from "../../../src/plan/local-time.ts";
import { compileFormat, unknownCode } from "../../../src/plan/strftime.ts";
import { SUMMER_MS } from "./setup.ts";

const LOS_ANGELES = "America/Los_Angeles";

function write(format: string, ms = SUMMER_MS, timeZone = LOS_ANGELES): string {
  return compileFormat(format)(localTime(ms, timeZone));
}

describe("compileFormat() writes 2018-07-31 00:22:24.816 -07:00", () => {
  test.each([
    ["%Y %C %y %q", "2018 20 18 3"],
    ["%m %d %e", "07 31 31"],
    ["%b %h %B", "Jul Jul July"],
    ["%a %A", "Tue Tuesday"],
    ["%w %u", "2 2"],
    ["%U %W", "30 31"],
    ["%G %g %V", "2018 18 31"],
    ["%j", "212"],
    ["%D|%x", "07/31/18|07/31/18"],
    ["%F", "2018-07-31"],
    ["%v", "31-Jul-2018"],
    ["%H|%k|%I|%l", "00| 0|12|12"],
    ["%M %S", "22 24"],
    ["%f %3f %6f %9f", "816000000 816 816000 816000000"],
    ["%.f %.3f %.6f %.9f", ".816 .816 .816000 .816000000"],
    ["%p %P", "AM am"],
    ["%R %T %X", "00:22 00:22:24 00:22:24"],
    ["%r", "12:22:24 AM"],
    ["%z %:z %::z %:::z %Z", "-0700 -07:00 -07:00:00 -07 -07:00"],
    ["%s", "1533021744"],
    ["%+", "2018-07-31T00:22:24.816-07:00"],
    ["%c", "Tue Jul 31 00:22:24 2018"],
    ["%n%t%%", "\n\t%"],
    ["%-m %_m %0e %-j %_H", "7  7 31 212  0"],
    ["plain text", "plain text"],
  ])("%j as %j", (format, expected) => {
    expect(write(format)).toBe(expected);
  });
});

describe("compileFormat() at the edges", () => {
  test.each([
    ["%.f", Date.UTC(2018, 0, 1), ""],
    ["%e|%v", Date.UTC(2018, 6, 7), " 7| 7-Jul-2018"],
    ["%I %l %p", Date.UTC(2018, 0, 1, 13), "01  1 PM"],
    ["%Y", Date.UTC(10000, 0, 1), "+10000"],
    ["%-Y|%_Y", Date.UTC(10000, 0, 1), "+10000|+10000"],
    ["%Y %y", new Date(0).setUTCFullYear(5, 0, 1), "0005 05"],
    ["%Y %-Y %_Y", new Date(0).setUTCFullYear(-1, 5, 1), "-0001 -1    -1"],
    ["%G-%V-%u", Date.UTC(2016, 0, 3), "2015-53-7"],
    ["%G-%V-%u", Date.UTC(2016, 0, 4), "2016-01-1"],
    ["%G-%V", Date.UTC(2018, 11, 31), "2019-01"],
    ["%U %W", Date.UTC(2017, 0, 1), "01 00"],
    ["%j", Date.UTC(2020, 11, 31), "366"],
    ["%s", -1, "-1"],
  ])("%j at %p is %j", (format, ms, expected) => {
    expect(write(format, ms, "UTC")).toBe(expected);
  });
});

describe("unknownCode()", () => {
  test.each(["%Q", "%E", "%", "%-", "%-b", "%_D", "%4f", "%#z", "%::::z", "%O", "%é"])(
    "refuses %j",
    (code) => {
      expect(unknownCode(`%Y/${code}`)).toStartWith("%");
    },
  );

  test("accepts a doubled percent sign before a letter", () => {
    expect(unknownCode("100%%Q")).toBeNull();
  });

  test("names the code", () => {
    expect(unknownCode("%Y/%Q/%m")).toBe("%Q");
  });
});
