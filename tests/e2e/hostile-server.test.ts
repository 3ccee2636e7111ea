/** A server that means harm: kei ends with a word, in a reasonable time, and in the memory it always needs. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { signedInComputer } from "../support/computer.ts";
import type { RunningKei } from "../support/kei.ts";

setDefaultTimeout(120_000);

const MEMORY_MIB_MAX = 600;

/** The most memory a run had, looked at now and then. */
async function peakMiB(running: RunningKei): Promise<number> {
  let peak = 0;
  let hasEnded = false;
  void running.result.then(() => (hasEnded = true));
  while (!hasEnded) {
    try {
      const status = readFileSync(`/proc/${running.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024);
    } catch {
      break; // it ended just now
    }
    await Bun.sleep(50);
  }
  return peak;
}

const SYNC = ["sync", "-d", "photos", "--max-retries", "1"];
const rows = [
  { name: "gzip-bomb", argv: SYNC, says: "is longer than 64 MiB", code: 1 },
  { name: "endless-body", argv: SYNC, says: "is longer than 64 MiB", code: 1 },
  { name: "endless-pages", argv: SYNC, says: "have no end", code: 1 },
  { name: "endless-zones", argv: SYNC, says: "have no end", code: 1 },
  {
    name: "endless-albums",
    argv: [...SYNC, "-a", "Ski trip"],
    says: "more than 100 deep",
    code: 1,
  },
  { name: "marker-loop", argv: ["list", "albums"], says: "bring nothing new", code: 1 },
] as const;

for (const { name, argv, says, code } of rows) {
  test(`${name} ends with a word`, async () => {
    await using computer = await signedInComputer(["--assets", "5", "--hostile", name]);
    const running = computer.start(...argv);
    const peak = await peakMiB(running);
    const result = await running.result;
    expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(says)]);
    expect(peak).toBeLessThan(MEMORY_MIB_MAX);
  });
}

test("endless changes end with a word, and what was saved stays known", async () => {
  await using computer = await signedInComputer(["--assets", "5"]);
  expect((await computer.run(...SYNC)).code).toBe(0);
  await computer.simulator.library("quirks", { endlessChanges: true });
  await computer.simulator.library("skip", { numbers: 1 });
  const { code, stderr } = await computer.run(...SYNC);
  expect([code, stderr]).toEqual([1, expect.stringContaining("bring nothing new")]);
  await computer.simulator.library("quirks/reset", {});
  expect((await computer.run(...SYNC)).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

test("strangers' zones are libraries of their own, and never the account's", async () => {
  await using computer = await signedInComputer(["--assets", "5", "--hostile", "foreign-zones"]);
  expect((await computer.run(...SYNC)).code).toBe(0);
  const { stdout } = await computer.run("list", "libraries");
  expect(stdout.split("\n")).toContain("  PrimarySync");
  expect(stdout.split("\n").filter((line) => line.startsWith("  SharedSync-"))).toHaveLength(3);
  expect(await computer.findFaults()).toEqual([]);
});
