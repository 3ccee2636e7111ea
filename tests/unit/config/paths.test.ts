import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  cachePlaces,
  expandHome,
  isUsualConfigPath,
  usualConfigPath,
  usualDataDir,
} from "../../../src/config/paths.ts";
import { resolve, WHO } from "./resolve.ts";

const env = { HOME: "/home/me" };
const xdg = { ...env, XDG_CONFIG_HOME: "/xdg" };

test("expandHome() knows ~ alone and before a slash, and no other", () => {
  const rows: [path: string, is: string][] = [
    ["~", "/home/me"],
    ["~/x", "/home/me/x"],
    ["~/", "/home/me/"],
    ["~you/x", "~you/x"],
    ["a/~", "a/~"],
    ["/~/x", "/~/x"],
  ];
  expect(rows.map(([path]) => expandHome(path, env))).toEqual(rows.map(([, is]) => is));
});

describe("usualConfigPath() and usualDataDir()", () => {
  const HOME_CONFIG = "/home/me/.config/kei/config.toml";
  const rows: [
    name: string,
    env: Record<string, string>,
    there: string[],
    config: string,
    data: string,
  ][] = [
    ["home", env, [], HOME_CONFIG, "/home/me/.config/kei/cookies"],
    ["XDG for new ones", xdg, [], "/xdg/kei/config.toml", "/xdg/kei/cookies"],
    [
      "home while it is there and XDG's is not",
      xdg,
      [HOME_CONFIG, "/home/me/.config/kei/cookies"],
      HOME_CONFIG,
      "/home/me/.config/kei/cookies",
    ],
    [
      "XDG's rather than home's",
      xdg,
      [HOME_CONFIG, "/xdg/kei/config.toml"],
      "/xdg/kei/config.toml",
      "/xdg/kei/cookies",
    ],
    [
      "a container's",
      env,
      ["/config/config.toml"],
      "/config/config.toml",
      "/home/me/.config/kei/cookies",
    ],
    [
      "home's rather than a container's",
      env,
      ["/config/config.toml", HOME_CONFIG],
      HOME_CONFIG,
      "/home/me/.config/kei/cookies",
    ],
    [
      "no relative XDG",
      { ...env, XDG_CONFIG_HOME: "xdg" },
      [],
      HOME_CONFIG,
      "/home/me/.config/kei/cookies",
    ],
    [
      "an empty XDG as unset",
      { ...env, XDG_CONFIG_HOME: "" },
      [],
      HOME_CONFIG,
      "/home/me/.config/kei/cookies",
    ],
  ];
  for (const [name, given, there, config, data] of rows) {
    test(`take ${name}`, () => {
      const isThere = (path: string) => there.includes(path);
      expect([usualConfigPath(given, isThere), usualDataDir(given, isThere)]).toEqual([
        config,
        data,
      ]);
      expect(isUsualConfigPath(config, given)).toBe(true);
      expect(isUsualConfigPath("/elsewhere/config.toml", given)).toBe(false);
    });
  }
});

describe("resolveConfig()", () => {
  test("expands ~ alone and in every path, whoever gave it", () => {
    const toml =
      'data_dir = "~/data"\n[auth]\npassword_file = "~/secret"\n[download]\ndirectory = "~"';
    const { config, HOME } = resolve({ argv: ["-u", "me@example.com"], toml });
    expect([config.dataDir, config.auth.password.file, config.download.directory]).toEqual([
      join(HOME, "data"),
      join(HOME, "secret"),
      HOME,
    ]);
    const env = { KEI_DIRECTORY: "~/photos" };
    expect(resolve({ argv: ["-u", "me@example.com"], env }).config.download.directory).toEndWith(
      "/photos",
    );
    const { config: typed } = resolve({ argv: ["-u", "me@example.com", "-d", "~"] });
    expect(typed.download.directory).toStartWith("/tmp");
  });
  test("reads the file below XDG_CONFIG_HOME, and keeps its data beside it", () => {
    const { HOME } = resolve({});
    const folder = join(HOME, "xdg/kei");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "config.toml"), 'log_level = "debug"');
    const { config } = resolve({ env: { XDG_CONFIG_HOME: join(HOME, "xdg") } });
    expect([config.logLevel, config.configPath, config.dataDir]).toEqual([
      "debug",
      join(folder, "config.toml"),
      join(folder, "cookies"),
    ]);
    expect(config.dataDirIsDefault).toBe(true);
  });
  test("warns of variables that are none of ours, and remarks on those of other commands", () => {
    const env = {
      KEI_THREAD_NUM: "3",
      KEI_WALRUS: "s3cret",
      KEI_EMPTY: "",
      KEI_SIZE: "thumb",
      KEI_NO_AUTO_CONFIG: "1",
      KEI_LOG_LEVEL: "warn",
    };
    const { warnings, remarks } = resolve({ env, argv: ["status", "-u", "a@b.c"] });
    expect(warnings).toEqual([
      "KEI_THREAD_NUM is no variable of kei; did you mean KEI_THREADS_NUM?",
      "KEI_WALRUS is no variable of kei",
    ]);
    expect(remarks).toEqual(['KEI_SIZE means nothing to "kei status"']);
    expect(resolve({ env: { KEI_SIZE: "thumb" }, argv: WHO })).toMatchObject({
      warnings: [],
      remarks: [],
    });
  });
});

test("cachePlaces() are the person's cache and the data folder, and no relative one", () => {
  const system = process.platform === "darwin" ? "Library/Caches" : ".cache";
  const rows: [environment: Record<string, string>, is: string[]][] = [
    [env, [`/home/me/${system}/kei`, "/data/cache"]],
    [{ ...env, XDG_CACHE_HOME: "/cache" }, ["/cache/kei", "/data/cache"]],
    [{ ...env, XDG_CACHE_HOME: "cache" }, [`/home/me/${system}/kei`, "/data/cache"]],
  ];
  for (const [environment, is] of rows) expect(cachePlaces(environment, "/data")).toEqual(is);
});
