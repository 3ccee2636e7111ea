/** One text full of what a terminal obeys, in every field that comes from outside: no command prints any of it raw. */
import { Database } from "bun:sqlite";
import { expect, setDefaultTimeout, test } from "bun:test";
import { globSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { PASSWORD } from "../support/simulator.ts";
import { keiOnTerminal } from "../support/terminal.ts";

setDefaultTimeout(120_000);

const LATE_ERROR = new URL("../support/late-error.ts", import.meta.url).pathname;

const LINE_ENDS = ["\n", "\r", "\r\n", "\v", "\f", "\u0085", "\u2028", "\u2029", "\u001bE"];
const ORDERS = [
  "\u001b[2J",
  "\u001b]0;owned\u0007",
  "\u009b31m",
  "\u0090q\u009c",
  "\b\b",
  "\t",
  "\u007f",
];
const UNSEEN = [
  "\u202e",
  "\u2066",
  "\u200b",
  "\u200f",
  "\u2060",
  "\ufeff",
  "\u00ad",
  "\ud800",
  "\u{e0041}",
];
const HOSTILE = `x${[...LINE_ENDS, ...ORDERS, ...UNSEEN].map((each) => `${each}FORGED`).join("")}`;
/** What the operating system takes in an argument or a name. */
const TYPED = HOSTILE.replaceAll("\ud800", "");

const RAW = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const SYNC = ["sync", "-d", "photos", "--max-retries", "0"];

/** What would be wrong with a text that people see. */
function faultsIn(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => RAW.test(line) || line.trimStart().startsWith("FORGED"))
    .map((line) => JSON.stringify(line));
}

/** Runs a command with its output going to pipes, then on a terminal; both must be fit to be seen. */
async function expectFit(computer: Computer, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await computer.run(...args);
  expect([args, faultsIn(stdout), faultsIn(stderr)]).toEqual([args, [], []]);
  const kei = keiOnTerminal(args, computer.setting);
  await kei.exited;
  // The terminal makes two of each line end; the status line is cleared by a code of our own.
  const shown = kei.screen().replaceAll("\r\n", "\n").replaceAll("\r\u001b[K", "");
  expect([args, faultsIn(shown)]).toEqual([args, []]);
  return stdout + stderr;
}

test("names in the library", async () => {
  await using computer = await signedInComputer(["--assets", "3"]);
  await computer.simulator.library("hostile", { text: HOSTILE });
  const every = [...SYNC, "--library", "all", "--folder-structure", "{library}/{album}/%Y"];
  const unicode = [...every, "--keep-unicode-in-filenames"];
  await expectFit(computer, "list", "libraries");
  await expectFit(computer, ...unicode, "--dry-run");
  const content = { service: "content" };
  await computer.simulator.fault({ match: content, times: "always", action: { status: 404 } });
  const said = await expectFit(computer, ...unicode, "--log-level", "debug");
  expect(said).toContain("FORGED");
  expect(await expectFit(computer, "status", "--failed", "--pending")).toContain("FORGED");
  await computer.simulator.clearFaults();
  await computer.run(...unicode);
  await expectFit(computer, "status", "--downloaded");
  expect(await expectFit(computer, "list", "albums")).toContain("FORGED");
  await expectFit(computer, "list", "albums", "--library", "all");
  await expectFit(computer, "list", "albums", "--offline");
  await expectFit(computer, ...SYNC, "--album", "FORGED");
  for (const each of ["albums", "libraries"]) {
    const { stdout } = await computer.run("list", each, "--json");
    expect(RAW.test(stdout.replaceAll("\n", ""))).toBe(false);
    expect(JSON.stringify(JSON.parse(stdout))).toContain(
      JSON.stringify(HOSTILE.toWellFormed()).slice(1, -1),
    );
  }
  rmSync(computer.place.photos, { recursive: true });
  mkdirSync(computer.place.photos);
  writeFileSync(join(computer.place.photos, "other"), "");
  expect(await expectFit(computer, "verify", "--checksums")).toContain("FORGED");
  await expectFit(computer, ...unicode);
});

test("paths for programs are exact, one a line; on a terminal they are shown", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.simulator.library("hostile", { text: HOSTILE });
  const args = [...SYNC, "--keep-unicode-in-filenames", "--only-print-filenames"];
  const { stdout } = await computer.run(...args);
  expect(stdout.split("\n")).toHaveLength(2);
  expect(stdout).toContain("\u202eFORGED");
  await computer.run(...SYNC, "--keep-unicode-in-filenames");
  const [path = ""] = stdout.split("\n");
  expect(globSync("photos/*/*/*/*", { cwd: computer.place.cwd })).toEqual([
    path.slice(computer.place.cwd.length + 1),
  ]);
  await computer.simulator.library("hostile", { text: HOSTILE });
  const kei = keiOnTerminal(args, computer.setting);
  await kei.exited;
  expect(faultsIn(kei.screen().replaceAll("\r\n", "\n"))).toEqual([]);
});

test("what Apple says about errors, and what is remembered of it", async () => {
  await using computer = await signedInComputer(["--assets", "3"]);
  const { simulator } = computer;
  const cloudkit = { service: "cloudkit" };
  const errors = [
    { serverErrorCode: HOSTILE, reason: HOSTILE },
    { serverErrorCode: "ACCESS_DENIED", reason: HOSTILE },
    { status: 400, body: { errorReason: HOSTILE } },
    { json: { records: [{ recordName: HOSTILE, serverErrorCode: HOSTILE, reason: HOSTILE }] } },
    {
      json: {
        zones: [{ zoneID: { zoneName: HOSTILE }, serverErrorCode: HOSTILE, reason: HOSTILE }],
      },
    },
  ];
  for (const [index, action] of errors.entries()) {
    await simulator.fault({ match: cloudkit, times: "always", action });
    await expectFit(computer, ...SYNC, "--log-level", "debug");
    if (index < 3) await expectFit(computer, "list", "albums");
    await simulator.clearFaults();
  }
  await simulator.fault({
    match: cloudkit,
    action: { serverErrorCode: "THROTTLED", reason: HOSTILE },
  });
  await expectFit(computer, "sync", "-d", "photos", "--max-retries", "1", "--dry-run");
  const heads = {
    "content-type": HOSTILE.replace(/[^\x20-\x7e]/g, "?"),
    "content-range": "bytes x",
  };
  await simulator.fault({
    match: { service: "content" },
    times: "always",
    action: { status: 403, body: HOSTILE, headers: heads },
  });
  await expectFit(computer, ...SYNC, "--log-level", "debug");
  const [name = ""] = globSync("*.db", { cwd: computer.place.data });
  {
    using db = new Database(join(computer.place.data, name));
    db.run("UPDATE files SET error = ?", [HOSTILE]);
  }
  expect(await expectFit(computer, "status", "--failed")).toContain("FORGED");
});

test("what the sign-in says", async () => {
  await using stranger = await signedOutComputer(["--assets", "0", "--no-rate-limit"]);
  await using friend = await signedInComputer(["--assets", "0", "--no-rate-limit"]);
  // Long enough ago for Apple to be asked whether the session is still good.
  friend.setClock("wrong", 3_600_000);
  const said = [
    { status: 401, body: { serviceErrors: [{ code: HOSTILE, message: HOSTILE, title: HOSTILE }] } },
    { status: 400, body: { service_errors: [{ code: "1", message: HOSTILE }] } },
    { status: 200, body: { success: false, errorCode: HOSTILE, errorMessage: HOSTILE } },
    { status: 200, body: { domainToUse: HOSTILE } },
  ];
  for (const [service, computer] of [
    ["auth", stranger],
    ["setup", friend],
  ] as const) {
    for (const action of said) {
      await computer.simulator.fault({ match: { service }, times: "always", action });
      const shown = await expectFit(computer, "login", "get-code", "--log-level", "debug");
      expect(shown).toContain("error:");
      await computer.simulator.clearFaults();
    }
  }
});

test("what is typed and configured, and the names of folders", async () => {
  await using computer = await signedInComputer(["--assets", "1"]);
  const config = join(computer.place.cwd, `${TYPED.slice(0, 40)}.toml`.replaceAll("\0", ""));
  const typed: string[][] = [
    [TYPED],
    ["list", TYPED],
    ["status", TYPED],
    [`--${TYPED}`],
    ["help", TYPED],
    ["login", "submit-code", TYPED],
    ["status", "--config", config],
    ["config", "show", "--origin", "--album", TYPED, "--password-command", TYPED],
    ["config", "setup", "--output", TYPED],
    ...["username", "directory", "data-dir", "password-file", "password-command", "album"].map(
      (flag) => ["sync", `--${flag}`, TYPED],
    ),
    ...[
      "library",
      "folder-structure",
      "filename-exclude",
      "skip-created-before",
      "size",
      "recent",
      "threads-num",
      "temp-suffix",
      "bandwidth-limit",
    ].map((flag) => [...SYNC, `--${flag}`, TYPED]),
    [...SYNC, "--filename-exclude", `[${TYPED}`],
    [...SYNC, "--folder-structure", `{${TYPED}}`],
  ];
  for (const args of typed) await expectFit(computer, ...args);
  for (const text of [
    TYPED,
    `${JSON.stringify(TYPED)} = 1`,
    `[download]\ndirectory = ${JSON.stringify(TYPED)}`,
    `log_level = ${JSON.stringify(TYPED)}`,
  ]) {
    writeFileSync(join(computer.place.cwd, "kei.toml"), text);
    await expectFit(computer, "status", "--config", "kei.toml");
  }
  computer.env["KEI_DOMAIN"] = TYPED;
  await expectFit(computer, "status");
  delete computer.env["KEI_DOMAIN"];
  const folder = TYPED.replaceAll("/", "").slice(0, 60);
  mkdirSync(join(computer.place.cwd, folder, "photos"), { recursive: true });
  const there = { ...computer.setting, cwd: join(computer.place.cwd, folder) };
  const kei = keiOnTerminal(SYNC, there);
  expect(await kei.exited).toBe(1);
  expect(faultsIn(kei.screen().replaceAll("\r\n", "\n"))).toEqual([]);
});

test("names of files that were there before", async () => {
  await using computer = await signedInComputer(["--assets", "2"]);
  const folder = join(computer.place.photos, TYPED.replaceAll("/", "").slice(0, 60));
  mkdirSync(folder, { recursive: true });
  const end = TYPED.replaceAll("/", "").slice(-70);
  for (const name of [`a${end}.JPG`, `b${end}.HEIC`, `c${end}`])
    writeFileSync(join(folder, name), "x");
  symlinkSync("nowhere", join(folder, `d${end}`));
  await expectFit(computer, "import-existing", "-d", "photos", "--dry-run", "--log-level", "debug");
  await expectFit(computer, "import-existing", "-d", "photos", "--log-level", "debug");
  await expectFit(computer, ...SYNC, "--log-level", "debug");
  await expectFit(computer, "verify", "--checksums");
  await expectFit(computer, "import-existing", "-d", join("photos", TYPED));
});

for (const how of ["thrown", "rejected"]) {
  test(`an error that nobody waited for, ${how}`, async () => {
    await using computer = await signedInComputer(["--assets", "1"]);
    await computer.simulator.fault({ match: { service: "cloudkit" }, action: { delayMs: 5000 } });
    const error = JSON.stringify(`${HOSTILE} ${PASSWORD}`);
    Object.assign(computer.env, {
      BUN_OPTIONS: `--preload ${LATE_ERROR}`,
      LATE_ERROR: `${how} ${error}`,
    });
    const { code, stderr } = await computer.run("list", "albums");
    expect([code, faultsIn(stderr)]).toEqual([1, []]);
    expect(stderr).toContain("error: Something went wrong inside kei");
    expect(stderr).not.toContain(PASSWORD);
    await expectFit(computer, "list", "albums");
  });
}
