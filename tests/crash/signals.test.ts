import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

const SYNC = ["sync", "-d", "photos", "--threads-num", "1"];

async function computerWithPhotos(action: unknown, service = "content"): Promise<Computer> {
  const computer = await signedInComputer(["--assets", "0"]);
  for (const number of [1, 2, 3]) await computer.addPhoto(`IMG_000${number}.JPG`, 200_000 + number);
  await computer.simulator.fault({ match: { service }, times: "always", action });
  return computer;
}

function begun(computer: Computer, service = "content"): Promise<void> {
  return until("a request", async () => (await computer.countAsked(service)) > 0);
}

/** A later run without faults completes what was left. */
async function expectRecovery(computer: Computer): Promise<void> {
  await computer.simulator.clearFaults();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
}

for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} lets the file in flight finish, starts no other, and exits ${exitCode}`, async () => {
    await using computer = await computerWithPhotos({ drip: 200_000 });
    const running = computer.start(...SYNC);
    await begun(computer);
    running.kill(signal);
    const { code, stderr } = await running.result;
    expect([code, stderr]).toEqual([exitCode, expect.stringContaining("interrupted")]);
    expect(filesBelow(computer.place.photos)).toHaveLength(1);
    expect(filesBelow(computer.place.photos)[0]?.path).toEndWith(".JPG");
    await expectRecovery(computer);
  });
}

test("a second SIGINT ends kei at once, with exit 130", async () => {
  await using computer = await computerWithPhotos({ drip: 20_000 });
  const running = computer.start(...SYNC);
  await begun(computer);
  running.kill("SIGINT");
  await running.said("SIGINT");
  const startedMs = performance.now();
  running.kill("SIGINT");
  expect((await running.result).code).toBe(130);
  expect(performance.now() - startedMs).toBeLessThan(2000);
  await expectRecovery(computer);
});

test("SIGINT within the listing exits 130 and the next sync lists again", async () => {
  await using computer = await signedInComputer(["--assets", "450"]);
  await computer.simulator.fault({
    match: { service: "cloudkit", path: "records/query" },
    ...{ times: "always", action: { delayMs: 1000 } },
  });
  const running = computer.start("sync", "-d", "photos");
  await running.said("listing PrimarySync");
  running.kill("SIGINT");
  expect((await running.result).code).toBe(130);
  await expectRecovery(computer);
});

test("SIGINT while waiting for another attempt exits 130 without waiting for it", async () => {
  await using computer = await computerWithPhotos({ status: 503 });
  computer.env["KEI_RETRY_DELAY"] = "60";
  const running = computer.start(...SYNC);
  await running.said("trying IMG_0003.JPG again");
  const startedMs = performance.now();
  running.kill("SIGINT");
  expect((await running.result).code).toBe(130);
  expect(performance.now() - startedMs).toBeLessThan(3000);
  computer.env["KEI_RETRY_DELAY"] = "1";
  await expectRecovery(computer);
});

test("SIGINT while Apple does not answer a listing exits 130 soon", async () => {
  await using computer = await computerWithPhotos({ hang: true }, "cloudkit");
  const running = computer.start(...SYNC);
  await begun(computer, "cloudkit");
  const startedMs = performance.now();
  running.kill("SIGINT");
  expect((await running.result).code).toBe(130);
  expect(performance.now() - startedMs).toBeLessThan(5000);
  await expectRecovery(computer);
});

test("SIGINT at the sign-in exits 130", async () => {
  await using computer = await signedOutComputer(["--assets", "3", "--two-factor", "none"]);
  const match = { service: "auth" };
  await computer.simulator.fault({ match, times: "always", action: { delayMs: 2000 } });
  const running = computer.start(...SYNC);
  await begun(computer, "auth");
  running.kill("SIGINT");
  expect((await running.result).code).toBe(130);
  await expectRecovery(computer);
});
