/** What other users and programs of the machine can see of a running, or of a crashed, kei. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync, constants, copyFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { statSync } from "node:fs";
import { join } from "node:path";
import { signedOutComputer, type Computer } from "../support/computer.ts";
import { EXECUTABLE } from "../support/kei.ts";
import { PASSWORD } from "../support/simulator.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

const isLinux = process.platform === "linux";
const CRASH_SOON = new URL("../support/crash-soon.ts", import.meta.url).pathname;
const SPELLINGS = [
  ["-p", PASSWORD],
  [`-p${PASSWORD}`],
  [`-p=${PASSWORD}`],
  ["--password", PASSWORD],
];

for (const spelling of [...SPELLINGS, [`--password=${PASSWORD}`]]) {
  const shown = spelling.join(" ").replace(PASSWORD, "PASSWORD");
  test.skipIf(!isLinux)(
    `a password typed as ${shown} signs in and is not among the words that ps shows`,
    async () => {
      await using computer = await waiting();
      const running = computer.start("login", ...spelling, "--log-level", "debug");
      await until("a request", async () => (await computer.countAsked("setup")) > 0);
      const words = readFileSync(`/proc/${running.pid}/cmdline`, "utf8").split("\0");
      const { code, stderr } = await running.result;
      expect([code, words.join(" ")]).toEqual([0, expect.stringContaining("login -")]);
      expect(words.join(" ") + stderr).not.toContain(PASSWORD);
      expect(words.filter((word) => word.includes("********"))).toHaveLength(1);
      expect(await computer.countAsked("auth")).toBeGreaterThan(0);
    },
  );
}

test("the report of a crash of the runtime shows no password, and there is no core file", async () => {
  await using computer = await waiting();
  const script = `ulimit -c unlimited 2>/dev/null; exec '${EXECUTABLE}' login -p '${PASSWORD}'`;
  const { stderr } = await runAs([], ["sh", "-c", script], computer, {
    BUN_OPTIONS: `--preload ${CRASH_SOON}`,
  }).result;
  expect(stderr).toContain("Bun has crashed");
  expect(stderr).toContain("********");
  expect(stderr).not.toContain(PASSWORD);
  expect(readdirSync(computer.place.cwd).filter((name) => name.startsWith("core"))).toEqual([]);
});

test.skipIf(!isLinux)("no core file is allowed, whatever the shell allows", async () => {
  await using computer = await waiting();
  const script = `ulimit -c unlimited 2>/dev/null; exec '${EXECUTABLE}' login`;
  const { pid, result } = runAs([], ["sh", "-c", script], computer, {});
  await until("a request", async () => (await computer.countAsked("setup")) > 0);
  expect(readFileSync(`/proc/${pid}/limits`, "utf8")).toMatch(/^Max core file size +0 +0 /m);
  expect((await result).code).toBe(0);
});

// As root everything belongs to root anyway, so kei runs as somebody else then.
const OTHER = process.getuid?.() === 0 ? ["setpriv", "--reuid=65534", "--clear-groups"] : [];

test.skipIf(!isLinux)(
  "memory and environment of a kei that runs are closed to its own user, and a sync works so",
  async () => {
    await using computer = await signedOutComputer(["--assets", "6", "--two-factor", "none"]);
    await computer.simulator.fault({ match: { service: "cloudkit" }, action: { delayMs: 1500 } });
    const { cwd } = computer.place;
    chmodSync(cwd, 0o755);
    copyFileSync(EXECUTABLE, join(cwd, "kei"), constants.COPYFILE_FICLONE);
    mkdirSync(join(cwd, "own"));
    chmodSync(join(cwd, "own"), 0o777);
    const folders = ["-d", join(cwd, "own/photos"), "--data-dir", join(cwd, "own/data")];
    const { pid, result } = runAs(OTHER, [join(cwd, "kei"), "sync", ...folders], computer, {});
    await until("a request", async () => (await computer.countAsked("cloudkit")) > 0);
    expect(statSync(`/proc/${pid}/environ`).uid).toBe(0);
    const look = Bun.spawnSync([...OTHER, "cat", `/proc/${pid}/environ`], { stderr: "pipe" });
    expect([look.success, look.stdout.toString()]).toEqual([false, ""]);
    expect((await result).code).toBe(0);
  },
);

/** A computer whose Apple takes its time, so that one can look at kei meanwhile. */
async function waiting(): Promise<Computer> {
  const computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
  delete computer.env["ICLOUD_PASSWORD"];
  await computer.simulator.fault({ match: { service: "setup" }, action: { delayMs: 2000 } });
  return computer;
}

function runAs(
  prefix: readonly string[],
  argv: readonly string[],
  { place, env }: Computer,
  more: Readonly<Record<string, string>>,
) {
  const child = Bun.spawn([...prefix, ...argv], {
    ...{ cwd: place.cwd, env: { ICLOUD_PASSWORD: PASSWORD, ...env, ...more } },
    ...{ stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  });
  const result = new Response(child.stderr)
    .text()
    .then(async (stderr) => ({ stderr, code: await child.exited }));
  return { pid: child.pid, result };
}
