import { expect, test } from "bun:test";
import { DEFAULT_OPTIONS, OptionError, parseOptions } from "../../simulator/options.ts";

test("parseOptions() without arguments gives the defaults", () => {
  expect(parseOptions([])).toEqual(DEFAULT_OPTIONS);
});

test("parseOptions() reads every option", () => {
  const line =
    "--port 8080 --user A@b.c --password p --code 000123 --two-factor classic --srp s2k_fo " +
    "--iterations 1000 --zero-salt --cookie-domain none --no-rate-limit --strict-scnt --log-limit 5 --seed 7 " +
    "--assets 0 --file-bytes 4096 --live-bytes 100 --assets-kind photo --hostile gzip-bomb,endless-zones";
  expect(parseOptions(line.split(" "))).toEqual({
    port: 8080,
    user: "A@b.c",
    password: "p",
    code: "000123",
    twoFactor: "classic",
    srp: "s2k_fo",
    iterations: 1_000,
    zeroSalt: true,
    cookieDomain: "none",
    rateLimit: false,
    strictScnt: true,
    logLimit: 5,
    seed: 7,
    assets: 0,
    fileBytes: 4096,
    liveBytes: 100,
    assetsKind: "photo",
    hostile: ["gzip-bomb", "endless-zones"],
  });
});

test("parseOptions() sees --help", () => {
  expect(parseOptions(["--help"])).toBe("help");
});

test.each([
  "--port 70000",
  "--port 12x",
  "--assets -1",
  "--code 12345",
  "--two-factor 2025",
  "--srp plain",
  "--user=",
  "--colour red",
  "--hostile rude",
  "stray",
  "--port",
])("parseOptions() refuses %p", (line) => {
  expect(() => parseOptions(line.split(" "))).toThrow(OptionError);
});
