import { describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NO_FILTER_WORDS } from "../../../src/plan/filters.ts";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { folderOfTest } from "../../support/temp-folder.ts";
import { complaintOf, resolve, WHO, type Given } from "./resolve.ts";

describe("resolveConfig() takes", () => {
  const threads = (given: Given) => resolve(given).config.download.threads;
  const env = { KEI_THREADS_NUM: "3" };
  const toml = "[download]\nthreads_num = 2";

  test("the default when nothing is given", () => expect(threads({})).toBe(10));
  test("the file rather than the default", () => expect(threads({ toml })).toBe(2));
  test("the environment rather than the file", () => expect(threads({ toml, env })).toBe(3));
  test("the flag rather than the environment", () => {
    expect(threads({ toml, env, argv: [...WHO, "--threads-num", "4"] })).toBe(4);
  });
  test("an empty variable for one that is not set", () => {
    expect(threads({ toml, env: { KEI_THREADS_NUM: "" } })).toBe(2);
  });
  test("the later name of a variable and of a key", () => {
    expect(threads({ env: { KEI_THREADS: "5" } })).toBe(5);
    expect(threads({ toml: "[download]\nthreads = 6" })).toBe(6);
  });
  test("--flag false rather than true in the file", () => {
    const toml = "[download]\nno_progress_bar = true";
    expect(resolve({ toml }).config.showProgress).toBe(false);
    const argv = [...WHO, "--no-progress-bar=false"];
    expect(resolve({ toml, argv }).config.showProgress).toBe(true);
  });
  test("variables only for commands that own the flag", () => {
    const env = { KEI_THREADS_NUM: "none", ICLOUD_USERNAME: "a@b.c" };
    expect(resolve({ env, argv: ["status"] }).config.auth.username).toBe("a@b.c");
    expect(complaintOf({ env, argv: ["-d", "x"] }).where).toBe("typed");
  });
});

describe("resolveConfig() makes", () => {
  test("every option of the rooms out of its defaults", () => {
    const { config, HOME } = resolve({});
    expect(config.download).toEqual({
      directory: "/work/photos",
      tempSuffix: ".kei-tmp",
      threads: 10,
      maxRetries: 3,
      retryDelayMs: 5000,
      bandwidthBytesPerSecond: null,
      minFreeBytes: 1024 ** 3,
    });
    expect(config.sync).toEqual(DEFAULT_SYNC);
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    expect(config.rules).toEqual({ ...DEFAULT_RULES, timeZone });
    expect(config.filters).toEqual(NO_FILTER_WORDS);
    expect(config.dataDir).toBe(join(HOME, ".config/kei/cookies"));
    expect(config.configPath).toBe(join(HOME, ".config/kei/config.toml"));
    expect(config.auth.domain).toBe("com");
    expect(config.logLevel).toBe("info");
    expect(Object.isFrozen(config) && Object.isFrozen(config.download)).toBe(true);
  });
  test("the home folder of ~/ in every path", () => {
    const toml = '[auth]\npassword_file = "~/secret"';
    const { config, HOME } = resolve({ argv: ["-u", "a", "-d", "~/x", "--data-dir=~/y"], toml });
    expect(config.download.directory).toBe(join(HOME, "x"));
    expect(config.dataDir).toBe(join(HOME, "y"));
    expect(config.auth.password.file).toBe(join(HOME, "secret"));
  });
  test("the user name small and without blanks", () => {
    expect(resolve({ argv: ["-u", " Me@Example.COM ", "-d", "x"] }).config.auth.username).toBe(
      "me@example.com",
    );
  });
  test("no progress bar while only filenames are printed", () => {
    expect(resolve({ argv: [...WHO, "--only-print-filenames"] }).config.showProgress).toBe(false);
  });
  test("no limit out of --limit 0", () => {
    const argv = ["status", "-u", "a", "--failed"];
    expect(resolve({ argv }).config.listing).toMatchObject({ showFailed: true, lineMax: 200 });
    expect(resolve({ argv: [...argv, "--limit", "0"] }).config.listing.lineMax).toBe(Infinity);
  });
  test("what status, list and reset were told", () => {
    const listing = (...argv: string[]) => resolve({ argv: [...argv, "-u", "a"] }).config.listing;
    expect(listing("status")).toMatchObject({ showGone: false, isJson: false, isOffline: false });
    expect(listing("status", "--gone").showGone).toBe(true);
    expect(listing("list", "albums", "--json", "--offline")).toMatchObject({
      isJson: true,
      isOffline: true,
    });
    expect(listing("list", "libraries", "--json").isJson).toBe(true);
    expect(resolve({ argv: ["reset", "state", "-u", "a"] }).config.assumeYes).toBe(false);
    expect(resolve({ argv: ["reset", "state", "-u", "a", "-y"] }).config.assumeYes).toBe(true);
  });
  test("no directory of commands that need none, and one of verify that was told", () => {
    const directory = (...argv: string[]) =>
      resolve({ argv: [...argv, "-u", "a"] }).config.download.directory;
    for (const command of ["status", "verify", "login"]) expect(directory(command)).toBe("");
    expect(directory("verify", "-d", "x")).toBe("/work/x");
  });
  test("a smaller free space limit for tests", () => {
    expect(resolve({ env: { KEI_MIN_FREE_BYTES: "5" } }).config.download.minFreeBytes).toBe(5);
  });
});

describe("resolveConfig() refuses", () => {
  const rows: { name: string; given: Given; says: string; where?: "typed" | "merged" }[] = [
    { name: "no user name", given: { argv: ["-d", "x"] }, says: "--username" },
    { name: "no directory", given: { argv: ["-u", "a"] }, says: "--directory" },
    { name: "no user name of other commands", given: { argv: ["verify"] }, says: "--username" },
    { name: "a system folder", given: { argv: ["-u", "a", "-d", "/etc"] }, says: "/etc" },
    {
      name: "a system folder in disguise",
      given: { argv: ["-u", "a", "-d", "/var/../usr/"] },
      says: "/usr",
    },
    { name: "the root", given: { argv: ["-u", "a", "-d", "/"] }, says: "operating system" },
    { name: "an empty ending", given: { argv: [...WHO, "--temp-suffix="] }, says: "--temp-suffix" },
    {
      name: "a lone dot as ending",
      given: { argv: [...WHO, "--temp-suffix=."] },
      says: "--temp-suffix",
    },
    {
      name: "an ending without dot",
      given: { argv: [...WHO, "--temp-suffix=tmp"] },
      says: "--temp-suffix",
    },
    {
      name: "an ending with a slash",
      given: { argv: [...WHO, "--temp-suffix=.a/b"] },
      says: "--temp-suffix",
    },
    {
      name: "the ending of photos",
      given: { env: { KEI_TEMP_SUFFIX: ".JPG" } },
      says: "KEI_TEMP_SUFFIX",
    },
    {
      name: "the ending of sidecars",
      given: { toml: '[download]\ntemp_suffix = ".xmp"' },
      says: "download.temp_suffix",
    },
    {
      name: "two names of one flag",
      given: { argv: [...WHO, "--download-dir", "y"] },
      says: "--download-dir",
    },
    {
      name: "two names, flag and variable",
      given: { env: { KEI_DOWNLOAD_DIR: "y" } },
      says: "KEI_DOWNLOAD_DIR",
    },
    {
      name: "two names in the file",
      given: { toml: "[download]\nthreads = 1\nthreads_num = 1" },
      says: "download.threads_num",
    },
    {
      name: "two sources of the password",
      given: { argv: [...WHO, "-p", "x", "--password-file", "y"] },
      says: "exclude each other",
      where: "typed",
    },
    {
      name: "two sources, flag and variable",
      given: { argv: [...WHO, "--password-command", "x"], env: { KEI_PASSWORD_FILE: "y" } },
      says: "KEI_PASSWORD_FILE",
      where: "typed",
    },
    {
      name: "two sources in the file",
      given: { toml: '[auth]\npassword_file = "x"\npassword_command = "y"' },
      says: "exclude each other",
    },
    {
      name: "a bad variable",
      given: { env: { KEI_RETRY_DELAY: "0" } },
      says: "KEI_RETRY_DELAY: 0 is not in 1..=3600",
      where: "typed",
    },
    {
      name: "a value out of range in the file",
      given: { toml: "[download.retry]\ndelay = 0" },
      says: "download.retry.delay",
    },
    {
      name: "a text in place of a number in the file",
      given: { toml: '[download]\nthreads_num = "4"' },
      says: "whole number",
    },
    {
      name: "a number in place of a text in the file",
      given: { toml: "[auth]\nusername = 4" },
      says: "in quotes",
    },
    {
      name: "a text in place of a boolean in the file",
      given: { toml: '[download]\nno_progress_bar = "true"' },
      says: "true or false",
    },
    {
      name: "an empty user name in the file",
      given: { toml: '[auth]\nusername = ""' },
      says: "auth.username",
    },
    {
      name: "an unknown key",
      given: { toml: "[download]\nthread_num = 4" },
      says: "download.thread_num",
    },
    { name: "an unknown section", given: { toml: "[nonsense]" }, says: '"nonsense"' },
    {
      name: "a section in place of a value",
      given: { toml: "[log_level]\na = 1" },
      says: "log_level.a",
    },
    { name: "a value in place of a section", given: { toml: "auth = 1" }, says: '"auth"' },
    {
      name: "a key given twice",
      given: { toml: 'log_level = "info"\nlog_level = "warn"' },
      says: "config.toml",
    },
    { name: "no TOML at all", given: { toml: "= =" }, says: "config.toml" },
    {
      name: "a missing file that was named",
      given: { argv: ["status", "-u", "a", "--config", "/nowhere/x.toml"] },
      says: "/nowhere/x.toml",
    },
    {
      name: "a missing file in a missing folder, even for sync",
      given: { argv: [...WHO, "--config", "/nowhere/x.toml"] },
      says: "/nowhere/x.toml",
    },
    {
      name: "a missing file that will not be created",
      given: { argv: [...WHO, "--config", "/tmp/no-such.toml"], env: { KEI_NO_AUTO_CONFIG: "1" } },
      says: "/tmp/no-such.toml",
    },
    {
      name: "a foreign endpoint",
      given: { env: { KEI_AUTH_ENDPOINT: "https://example.com" } },
      says: "KEI_AUTH_ENDPOINT",
    },
  ];
  for (const { name, given, says, where = "merged" } of rows) {
    test(name, () => {
      const error = complaintOf(given);
      expect(error.message).toContain(says);
      expect(error.where).toBe(where);
    });
  }

  test("an unknown key with a guess", () => {
    expect(complaintOf({ toml: "[download]\nthread_num = 4" }).hint).toContain("threads_num");
    expect(complaintOf({ toml: "threads_num = 4" }).hint).toContain("download.threads_num");
    expect(complaintOf({ toml: '[auth]\nuser = "x"' }).hint).toContain("auth.username");
    expect(complaintOf({ toml: "[auth]\np = 1" }).hint).toBeUndefined();
  });

  test("and names the line of an unknown key and of a bad value", () => {
    expect(complaintOf({ toml: "\n[download]\nthread_num = 4" }).message).toEndWith(", line 3");
    const toml = '\n\n[download]\nthreads_num = "4"';
    expect(complaintOf({ toml }).message).toEndWith("line 4: use a whole number, without quotes");
  });
});

describe("resolveConfig() chooses the password", () => {
  const chosen = (given: Given) => {
    const { inline, command, file } = resolve(given).config.auth.password;
    return { inline: inline?.reveal() ?? null, command, file };
  };
  const none = { inline: null, command: null, file: null };
  const rows: { name: string; given: Given; is: object }[] = [
    { name: "nothing", given: {}, is: {} },
    { name: "the flag", given: { argv: [...WHO, "-p", "a"] }, is: { inline: "a" } },
    { name: "ICLOUD_PASSWORD", given: { password: "b" }, is: { inline: "b" } },
    {
      name: "the flag rather than ICLOUD_PASSWORD",
      given: { argv: [...WHO, "-p", "a"], password: "b" },
      is: { inline: "a" },
    },
    {
      name: "ICLOUD_PASSWORD rather than a file",
      given: { argv: [...WHO, "--password-file", "/f"], password: "b" },
      is: { inline: "b" },
    },
    {
      name: "ICLOUD_PASSWORD rather than the configuration",
      given: { toml: '[auth]\npassword = "c"', password: "b" },
      is: { inline: "b" },
    },
    {
      name: "an empty ICLOUD_PASSWORD as unset",
      given: { argv: [...WHO, "--password-file", "/f"], password: "" },
      is: { file: "/f" },
    },
    {
      name: "a typed source rather than any configured one",
      given: { argv: [...WHO, "--password-file", "/f"], toml: '[auth]\npassword = "c"' },
      is: { file: "/f" },
    },
    {
      name: "a variable rather than any configured one",
      given: { env: { KEI_PASSWORD_COMMAND: "x" }, toml: '[auth]\npassword_file = "/g"' },
      is: { command: "x" },
    },
    {
      name: "the configured one",
      given: { toml: '[auth]\npassword_command = "y"' },
      is: { command: "y" },
    },
  ];
  for (const { name, given, is } of rows) {
    test(name, () => expect(chosen(given)).toEqual({ ...none, ...is }));
  }

  test("and warns of one in the configuration file", () => {
    const { warnings, config } = resolve({ toml: '[auth]\npassword = "c"' });
    expect(warnings).toHaveLength(1);
    chmodSync(config.configPath, 0o644);
    expect(JSON.stringify(config)).not.toContain('"c"');
  });
});

describe("resolveConfig() and a configuration file that others can change", () => {
  function open(toml: string) {
    const { config } = resolve({ toml: "" });
    writeFileSync(config.configPath, toml);
    chmodSync(config.configPath, 0o646);
    return resolve({ argv: [...WHO, "--config", config.configPath] });
  }
  test("runs no command of it, and says how to mend it", () => {
    const act = () => open('[auth]\npassword_command = "x"');
    expect(act).toThrow(expect.objectContaining({ hint: expect.stringContaining("chmod go-w") }));
  });
  test("else uses it and warns", () => {
    const { config, warnings } = open('[auth]\nusername = "b"\n[download]\nthreads_num = 3');
    expect(config.download.threads).toBe(3);
    expect(warnings).toEqual([expect.stringMatching(/^Other users can change .*chmod go-w/)]);
  });
});

describe("resolveConfig() plans to save", () => {
  test("after the first sync only", () => {
    expect(resolve({}).config.saveConfig).toBe(true);
    expect(resolve({ toml: "" }).config.saveConfig).toBe(false);
    expect(resolve({ argv: ["login", "-u", "a"] }).config.saveConfig).toBe(false);
    expect(resolve({ env: { KEI_NO_AUTO_CONFIG: "1" } }).config.saveConfig).toBe(false);
  });
  test("where --config says, if the folder is there", () => {
    const path = join(folderOfTest("kei-config"), "own.toml");
    const { config } = resolve({ argv: [...WHO, "--config", path] });
    expect([config.configPath, config.saveConfig]).toEqual([path, true]);
  });
});
