import { describe, expect, test } from "bun:test";
import { run } from "../../../src/app/config-show.ts";
import type { Io } from "../../../src/app/io.ts";
import { printable } from "../../../src/cli/printable.ts";
import { resolve, type Given } from "../config/resolve.ts";

/** What the command prints, as lines and as data. */
async function show(flags: string[], given: Given = {}) {
  const { config, HOME } = resolve({ ...given, argv: ["config", "show", ...flags] });
  const lines: string[] = [];
  const data: unknown[] = [];
  const io = {
    stdout: (line: string) => lines.push(line),
    json: (value: unknown) => data.push(value),
  };
  expect(await run(config, io as unknown as Io)).toBe(0);
  return { text: lines.map((line) => `${line}\n`).join(""), data: data[0], config, HOME };
}

describe("kei config show", () => {
  const toml =
    'log_level = "warn"\n[auth]\npassword = "hunter2"\n[download]\nthreads_num = 3\n[filters]\nrecent = 5';

  test("prints what a sync would go by, flag over variable over file over default", async () => {
    const env = { KEI_THREADS_NUM: "4", KEI_SIZE: "original,thumb", KEI_MAX_RETRIES: "7" };
    const { text } = await show(["--max-retries", "8", "-d", "~/Photos"], { toml, env });
    expect(Bun.TOML.parse(text)).toMatchObject({
      log_level: "warn",
      filters: { recent: 5, library: ["PrimarySync"] },
      photos: { size: ["original", "thumb"] },
      download: {
        threads_num: 4,
        directory: expect.stringMatching(/^\/.*\/Photos$/),
        retry: { max_retries: 8, delay: 5 },
      },
    });
  });
  test("needs neither account nor folder, and says where the file would be", async () => {
    const { text, HOME } = await show([]);
    expect(text).toStartWith(`# not there: ${HOME}/.config/kei/config.toml\n`);
    expect(text).not.toContain("directory");
  });
  test("masks the password, wherever it came from", async () => {
    for (const given of [{ toml }, { password: "hunter2" }]) {
      for (const flags of [[], ["--origin"], ["--json"], ["--json", "--origin"]]) {
        const { text, data } = await show(flags, given);
        expect(text + JSON.stringify(data ?? "")).not.toContain("hunter2");
        expect(text + JSON.stringify(data ?? "")).toContain("********");
      }
    }
  });
  test("--origin names who gave each value", async () => {
    const env = { KEI_THREADS: "4", KEI_MAX_DOWNLOAD_ATTEMPTS: "6" };
    const { text } = await show(["--origin", "--recent", "9"], { toml, env });
    const lines = text.split("\n");
    expect(lines).toContain("threads_num = 4  # KEI_THREADS");
    expect(lines).toContain('log_level = "warn"  # configuration file');
    expect(lines).toContain("recent = 9  # --recent");
    expect(lines).toContain('domain = "com"  # default');
    expect(lines).toContain("# --max-download-attempts 6  # KEI_MAX_DOWNLOAD_ATTEMPTS");
    expect(Bun.TOML.parse(text)).toBeDefined();
  });
  test("--json is the same as the text, --origin a list of all that is known of each", async () => {
    const place = ["--data-dir", "/data"];
    const { text } = await show(place, { toml });
    expect((await show(["--json", ...place], { toml })).data).toEqual(Bun.TOML.parse(text));
    const { data, config } = await show(["--json", "--origin"], { toml });
    const { settings } = data as { settings: object[] };
    expect(data).toMatchObject({ config: { path: config.configPath, exists: true } });
    const key = "download.threads_num";
    expect(settings).toContainEqual({
      key,
      flag: "--threads-num",
      value: 3,
      origin: "file",
      name: key,
    });
  });
  test("what it prints can be read back as a configuration that says the same", async () => {
    const hostile = 'a"\\\u001b[2J\n\u007f\u009b\u202e\u2028\u{e0041}é写';
    const flags = ["-a", hostile, "-a", "Sea, sun", "--bandwidth-limit", "1.5M", "--recent", "30d"];
    const first = await show([...flags, "-u", "me@example.com", "-d", "/photos"], {
      env: { KEI_SIZE: "thumb" },
    });
    for (const line of first.text.trimEnd().split("\n")) expect(printable(line)).toBe(line);
    const second = await show([], { toml: first.text });
    const known = (text: string) => Bun.TOML.parse(text.replace(/^data_dir.*$/m, ""));
    expect(known(second.text)).toEqual(known(first.text));
    expect(second.config.sync).toEqual(first.config.sync);
    expect(second.config.download).toEqual(first.config.download);
  });
  test("one download at a time where the limit makes it one", async () => {
    expect((await show(["--bandwidth-limit", "1M"])).text).toContain("threads_num = 1\n");
  });
});
