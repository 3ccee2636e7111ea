import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseCommandLine } from "../../../src/cli/flags.ts";
import { resolveConfig } from "../../../src/config/config.ts";
import { saveFirstConfig } from "../../../src/config/save.ts";

const root = mkdtempSync(join(tmpdir(), "kei-save-"));
afterAll(() => rmSync(root, { recursive: true }));

function configFor(home: string, ...more: string[]) {
  const request = parseCommandLine(["-u", "me@x.com", "-d", "/photos", ...more]);
  if (request.kind !== "run") throw new Error("not a run");
  const env = { HOME: join(root, home) };
  return resolveConfig(request, { env, cwd: root, password: null }).config;
}

test("saveFirstConfig() writes what the next run needs, and no password", async () => {
  const more = ["-p", "geheim", "--domain", "cn", "--data-dir", "/data"];
  const config = configFor("a", ...more);
  expect(await saveFirstConfig(config)).toBe(true);
  const text = readFileSync(config.configPath, "utf8");
  expect(text).not.toContain("geheim");
  expect(Bun.TOML.parse(text)).toEqual({
    data_dir: "/data",
    auth: { username: "me@x.com", domain: "cn" },
    download: { directory: "/photos" },
  });
  expect(statSync(config.configPath).mode & 0o777).toBe(0o600);
  expect(statSync(dirname(config.configPath)).mode & 0o777).toBe(0o700);
  expect(readdirSync(dirname(config.configPath))).toEqual(["config.toml"]);
});

test("saveFirstConfig() leaves out defaults and keeps the source of the password", async () => {
  const config = configFor("b", "--password-command", 'say "x"');
  await saveFirstConfig(config);
  expect(Bun.TOML.parse(readFileSync(config.configPath, "utf8"))).toEqual({
    auth: { username: "me@x.com", password_command: 'say "x"' },
    download: { directory: "/photos" },
  });
});

test("saveFirstConfig() never replaces a file that appeared meanwhile", async () => {
  const config = configFor("c");
  await saveFirstConfig(config);
  writeFileSync(config.configPath, "# mine");
  expect(await saveFirstConfig(config)).toBe(false);
  expect(readFileSync(config.configPath, "utf8")).toBe("# mine");
  expect(readdirSync(dirname(config.configPath))).toEqual(["config.toml"]);
});

test("what saveFirstConfig() wrote makes the next run plain", async () => {
  await saveFirstConfig(configFor("d"));
  const request = parseCommandLine([]);
  if (request.kind !== "run") throw new Error("not a run");
  const env = { HOME: join(root, "d") };
  const { config } = resolveConfig(request, { env, cwd: root, password: null });
  expect([config.auth.username, config.download.directory]).toEqual(["me@x.com", "/photos"]);
});
