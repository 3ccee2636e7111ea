/** What happens to a kei that is running, or to what it remembers between two runs. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { existsSync, globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { EXECUTABLE, type Result } from "../support/kei.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(120_000);

const CONTENT = { service: "content" };
const DAY_MS = 86_400_000;

test("a database deleted under a running kei harms no file, and the next sync adopts them all", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (const number of [1, 2, 3]) await computer.addPhoto(`IMG_000${number}.JPG`, 100_000 + number);
  await computer.simulator.fault({ match: CONTENT, times: "always", action: { drip: 200_000 } });
  const running = computer.start("sync", "-d", "photos", "--threads-num", "1");
  await until("a download", async () => (await computer.countAsked("content")) === 2);
  for (const name of globSync("*.db*", { cwd: computer.place.data })) {
    rmSync(join(computer.place.data, name));
  }
  await running.result;
  await computer.simulator.clearFaults();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.countAsked("content")).toBe(3);
  expect(await computer.findFaults()).toEqual([]);
});

test("the folder of photos taken away under a running kei is no reason to write elsewhere", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (const number of [1, 2, 3]) await computer.addPhoto(`IMG_000${number}.JPG`, 100_000 + number);
  await computer.simulator.fault({ match: CONTENT, times: "always", action: { drip: 200_000 } });
  const running = computer.start("sync", "-d", "photos", "--threads-num", "1");
  await until("a download", async () => (await computer.countAsked("content")) === 2);
  rmSync(computer.place.photos, { recursive: true, force: true });
  await running.result;
  await computer.simulator.clearFaults();
  const { code } = await computer.run("sync", "-d", "photos", "--accept-missing");
  expect(code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

test("a database that another program holds is said, exit 1, and released it is as good as before", async () => {
  await using computer = await signedInComputer(["--assets", "5"]);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const [name = ""] = globSync("*.db", { cwd: computer.place.data });
  await computer.addPhoto("IMG_9001.JPG", 30_000);
  {
    using other = new Database(join(computer.place.data, name));
    other.run("BEGIN IMMEDIATE");
    const { code, stderr } = await computer.run("sync", "-d", "photos");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/error: .*(busy|another program)/i)]);
    expect((await computer.run("status")).code).toBe(0);
  }
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

for (const [what, shiftMs] of [
  ["a day ahead", DAY_MS],
  ["a day behind", -DAY_MS],
  ["years ahead", 3000 * DAY_MS],
] as const) {
  test(`a clock that was ${what} when the session was saved: Apple is asked, no code is needed`, async () => {
    await using computer = await signedInComputer(["--assets", "5"]);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    changeSession(computer, (session) => {
      for (const name of ["validatedAt", "validatedAtMs"]) {
        if (typeof session[name] === "number") session[name] = Date.now() + shiftMs;
        if (typeof session[name] === "string")
          session[name] = new Date(Date.now() + shiftMs).toISOString();
      }
    });
    await computer.addPhoto("IMG_9001.JPG", 30_000);
    const since = await computer.simulator.mark();
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect(await computer.countAsked("setup", since)).toBe(1);
    expect(await computer.countAsked("auth", since)).toBe(0);
    expect(await computer.findFaults()).toEqual([]);
  });
}

test("a session that dies in mid-listing is renewed once and keeps its trust token", async () => {
  await using computer = await signedInComputer(["--assets", "450", "--assets-kind", "gif"]);
  const before = readSession(computer)["trustToken"];
  const match = { service: "cloudkit", path: "records/query" };
  await computer.simulator.fault({ match, after: 3, action: { killSession: true } });
  const since = await computer.simulator.mark();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const asked = (await computer.simulator.asked(since)).map(({ path }) => path);
  expect(asked.filter((path) => path.endsWith("/accountLogin"))).toHaveLength(1);
  expect(asked.filter((path) => path.includes("/signin/"))).toEqual([]);
  expect(readSession(computer)["trustToken"]).toBe(before);
  expect(await computer.findFaults()).toEqual([]);
});

test("an account that moves to other servers in mid-listing is followed without a code", async () => {
  await using computer = await signedInComputer(["--assets", "1200", "--assets-kind", "gif"]);
  const match = { service: "cloudkit", path: "records/query" };
  await computer.simulator.fault({ match, times: "always", action: { delayMs: 300 } });
  const since = await computer.simulator.mark();
  const running = computer.start("sync", "-d", "photos");
  await until("a page", async () => (await computer.countAsked("content", since)) > 0);
  await computer.simulator.admin("POST", "account", { movePartition: true });
  const { code, stderr } = await running.result;
  expect([code, stderr]).toEqual([0, expect.stringContaining("signed in again")]);
  const asked = await computer.simulator.asked(since);
  expect(asked.filter(({ status }) => status === 421)).not.toEqual([]);
  expect(asked.filter(({ path }) => path.endsWith("/accountLogin"))).toHaveLength(1);
  expect(await computer.countAsked("auth", since)).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

test("a session file cut in half is mended by a sign-in, without harm to the library", async () => {
  await using computer = await signedOutComputer(["--assets", "5", "--two-factor", "none"]);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const path = sessionPath(computer);
  writeFileSync(path, readFileSync(path, "utf8").slice(0, 100));
  const since = await computer.simulator.mark();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.countAsked("content", since)).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

// Takes a few seconds of retries, so it is run once for both tests.
let withoutTls: Promise<Result> | null = null;

test("no TLS where TLS is expected: the host is named, no word of a password", async () => {
  const { code, stderr } = await (withoutTls ??= runWithoutTls());
  expect(code).toBeOneOf([1, 3]);
  expect(stderr).toContain("127.0.0.1");
  expect(stderr).not.toMatch(/wrong password|password is/i);
});

test("a network that breaks at the sign-in ends with exit 1", async () => {
  expect((await (withoutTls ??= runWithoutTls())).code).toBe(1);
});

async function runWithoutTls(): Promise<Result> {
  await using computer = await signedOutComputer(["--assets", "0"]);
  for (const name of ["KEI_AUTH_ENDPOINT", "KEI_SETUP_ENDPOINT", "KEI_HOME_ENDPOINT"]) {
    computer.env[name] = computer.env[name]!.replace("http:", "https:");
  }
  return await computer.run("sync", "-d", "photos", "--max-retries", "0");
}

const UNSHARE = ["unshare", "--map-root-user", "--net"];
const canUnshare = Bun.spawnSync([...UNSHARE, "true"], { stderr: "ignore" }).success;

test.skipIf(!canUnshare)("no name service: the host is named, exit 1", async () => {
  await using computer = await signedOutComputer(["--assets", "0"]);
  const { cwd, env } = computer.setting;
  // Apple's own names, and a machine that has no network at all.
  const own = Object.entries(env).filter(([name]) => !name.endsWith("_ENDPOINT"));
  const argv = [...UNSHARE, EXECUTABLE, "sync", "-d", "photos", "--max-retries", "0"];
  const child = Bun.spawn(argv, {
    ...{ cwd, env: Object.fromEntries(own), stdin: "ignore", stdout: "ignore", stderr: "pipe" },
  });
  const said = await new Response(child.stderr).text();
  expect([await child.exited, said]).toEqual([1, expect.stringMatching(/error: .*apple\.com/i)]);
  expect(existsSync(computer.place.photos)).toBe(true);
});

function sessionPath({ place }: Computer): string {
  return join(place.data, globSync("*.session.json", { cwd: place.data })[0]!);
}

function readSession(computer: Computer): Record<string, unknown> {
  return JSON.parse(readFileSync(sessionPath(computer), "utf8")) as Record<string, unknown>;
}

function changeSession(
  computer: Computer,
  change: (session: Record<string, unknown>) => void,
): void {
  const session = readSession(computer);
  change(session);
  writeFileSync(sessionPath(computer), JSON.stringify(session));
}
