import { expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

/** Makes every download take a while. */
function slowDown(computer: Computer, bytesPerSecond: number): Promise<unknown> {
  return computer.simulator.fault({
    ...{ match: { service: "content" }, times: "always", action: { drip: bytesPerSecond } },
  });
}

function transferBegun(computer: Computer): Promise<void> {
  return until("a download", async () => (await computer.countAsked("content")) > 0);
}

test("addresses that expire between listing and download are looked up again", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (const number of [1, 2, 3, 4])
    await computer.addPhoto(`IMG_000${number}.JPG`, 100_000 + number);
  await slowDown(computer, 100_000);
  const running = computer.start("sync", "-d", "photos", "--threads-num", "1");
  await transferBegun(computer);
  await computer.simulator.admin("POST", "clock", { advanceMs: 2 * 3_600_000 });
  await computer.simulator.clearFaults();
  const { code, stderr } = await running.result;
  expect([code, stderr]).toEqual([0, expect.stringContaining("4 downloaded")]);
  const statuses = (await computer.simulator.asked()).map(({ status }) => status);
  expect(statuses).toContain(410);
  expect(await computer.findFaults()).toEqual([]);
});

test("a second kei on the same data folder names the first one and asks Apple nothing", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.addPhoto("IMG_0001.JPG", 200_000);
  await slowDown(computer, 100_000);
  const first = computer.start("sync", "-d", "photos");
  await transferBegun(computer);
  // The first one's listing ends while its file flows.
  await Bun.sleep(500);
  const since = await computer.simulator.mark();
  const second = await computer.run("sync", "-d", "photos");
  expect(second.code).toBe(3);
  expect(second.stderr).toContain(String(first.pid));
  const asked = await computer.simulator.asked(since);
  expect(asked.map(({ service }) => service)).toEqual([]);
  expect((await first.result).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

test("kei status answers while a sync is going on", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.addPhoto("IMG_0001.JPG", 200_000);
  await slowDown(computer, 100_000);
  const first = computer.start("sync", "-d", "photos");
  await transferBegun(computer);
  const { code, stdout } = await computer.run("status");
  expect(code).toBe(0);
  expect(stdout).toMatch(/Pending: +1/);
  expect((await first.result).code).toBe(0);
});

test("a kei that was killed leaves no lock behind", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.addPhoto("IMG_0001.JPG", 200_000);
  await slowDown(computer, 50_000);
  const first = computer.start("sync", "-d", "photos");
  await transferBegun(computer);
  first.kill("SIGKILL");
  await first.result;
  await computer.simulator.clearFaults();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

test("the network going away in the middle names the host, exit 1, and loses nothing", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  await computer.addPhoto("IMG_0002.JPG", 300_000, "2024-02-06");
  await slowDown(computer, 100_000);
  const running = computer.start("sync", "-d", "photos", "--max-retries", "1");
  await until("the download", async () => (await computer.countAsked("content")) === 2);
  await computer.simulator[Symbol.asyncDispose]();
  const { code, stderr } = await running.result;
  expect([code, stderr]).toEqual([1, expect.stringContaining("127.0.0.1")]);
  expect(rowsIn(computer)).toEqual(["promised", "saved"]);
});

test("no network at all names the host, exit 1, and leaves the session alone", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  await computer.simulator[Symbol.asyncDispose]();
  const { code, stderr } = await computer.run("sync", "-d", "photos", "--max-retries", "1");
  expect([code, stderr]).toEqual([1, expect.stringContaining("127.0.0.1")]);
  expect(stderr).not.toMatch(/password|sign/i);
  expect(rowsIn(computer)).toEqual(["saved"]);
});

function rowsIn({ place }: Computer): string[] {
  const name = readdirSync(place.data).find((each) => each.endsWith(".db")) ?? "";
  using db = new Database(join(place.data, name), { readonly: true });
  return db
    .query<{ state: string }, []>("SELECT state FROM files ORDER BY state")
    .all()
    .map(({ state }) => state);
}
