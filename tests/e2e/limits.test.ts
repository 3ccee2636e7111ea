/** Limits that are a matter of time or of number: bytes per second, parallel downloads, waits that all share. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { bestRateOf, rateOf, watchGrowth } from "../support/growth.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(120_000);

const CONTENT = { service: "content" };

/** KEI_RATES=1 measures each rate for twice as long, and more of them. */
const isLong = process.env["KEI_RATES"] === "1";

const RATES: readonly (readonly [rate: string, bytesPerSecond: number, threads: string])[] = [
  ["50K", 50_000, "4"],
  ["1M", 1_000_000, "10"],
  ...(isLong ? ([["200Ki", 204_800, "1"]] as const) : []),
];

for (const [rate, bytesPerSecond, threads] of RATES) {
  test.concurrent(
    `--bandwidth-limit ${rate} holds to 5 % over ${threads} downloads at a time`,
    async () => {
      await using computer = await signedInComputer(["--assets", "0"]);
      const seconds = isLong ? 20 : 8;
      const files = 8;
      const bytes = Math.floor((seconds * bytesPerSecond) / files);
      for (let number = 1; number <= files; number++) {
        await computer.addPhoto(`IMG_000${number}.JPG`, bytes + number);
      }
      const args = ["--bandwidth-limit", rate, "--threads-num", threads];
      const { result } = computer.start("sync", "-d", "photos", ...args);
      const growths = await watchGrowth(computer.place.photos, result);
      expect((await result).code).toBe(0);
      expect(rateOf(growths) / bytesPerSecond).toBeLessThan(1.05);
      // A busy machine may hold kei up; the limit must not.
      expect(bestRateOf(growths, seconds / 2) / bytesPerSecond).toBeGreaterThan(0.95);
    },
  );
}

for (const [args, threads] of [
  [["--threads-num", "1"], 1],
  [["--threads-num", "3"], 3],
  [["--threads-num", "64"], 64],
  [[], 10],
  [["--bandwidth-limit", "10M"], 1],
] as const) {
  const said = args.join(" ") || "no flag";
  test.concurrent(`${said}: exactly ${threads} downloads at a time`, async () => {
    await using computer = await signedInComputer(["--assets", "80", "--assets-kind", "gif"]);
    await computer.simulator.fault({ match: CONTENT, times: "always", action: { hang: 10 } });
    const running = computer.start("sync", "-d", "photos", ...args);
    const asked = () => computer.countAsked("content");
    await until(`${threads} downloads`, async () => (await asked()) >= threads);
    await Bun.sleep(500);
    expect(await asked()).toBe(threads);
    running.kill("SIGKILL");
    await running.result;
  });
}

test.concurrent("a 429 stops all downloads for as long as it says, then they recover", async () => {
  await using computer = await signedInComputer(["--assets", "60", "--assets-kind", "gif"]);
  const action = { status: 429, headers: { "Retry-After": "3" } };
  await computer.simulator.fault({ match: CONTENT, after: 20, action });
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const asked = (await timesAsked(computer)).filter(({ service }) => service === "content");
  const refusedMs = asked.find(({ status }) => status === 429)!.time;
  const meanwhile = asked.filter(({ time }) => time > refusedMs + 500 && time < refusedMs + 2900);
  expect(meanwhile).toEqual([]);
  expect(asked.filter(({ time }) => time >= refusedMs + 2900).length).toBeGreaterThan(5);
  expect(await computer.findFaults()).toEqual([]);
});

test.concurrent("a 429 of CloudKit slows the downloads as well", async () => {
  await using computer = await signedInComputer(["--assets", "450", "--assets-kind", "gif"]);
  const action = { status: 429, headers: { "Retry-After": "2" } };
  const match = { service: "cloudkit", path: "records/query" };
  await computer.simulator.fault({ match, after: 2, action });
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([0, expect.stringContaining("slow down")]);
  const asked = await timesAsked(computer);
  const refusedMs = asked.find(({ status }) => status === 429)!.time;
  const isMeanwhile = (time: number) => time > refusedMs + 500 && time < refusedMs + 1900;
  const meanwhile = asked.filter(({ time, service }) => service === "content" && isMeanwhile(time));
  expect(meanwhile).toEqual([]);
  expect(await computer.findFaults()).toEqual([]);
});

test.concurrent(
  "a Retry-After of days counts as two minutes, and waiting can be stopped",
  async () => {
    await using computer = await signedInComputer(["--assets", "0"]);
    await computer.addPhoto("IMG_0001.JPG", 30_000);
    const action = { status: 503, headers: { "Retry-After": "999999" } };
    await computer.simulator.fault({ match: CONTENT, action });
    const running = computer.start("sync", "-d", "photos");
    await running.said("wait=");
    running.kill("SIGINT");
    const { code, stderr } = await running.result;
    expect([code, stderr]).toEqual([130, expect.stringMatching(/wait="?2m/)]);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect(await computer.findFaults()).toEqual([]);
  },
);

interface Timed {
  readonly service: string;
  readonly status: number;
  readonly time: number;
}

function timesAsked({ simulator }: Computer): Promise<Timed[]> {
  return simulator.admin("GET", "log?since=0") as Promise<Timed[]>;
}
