/** Content hosts that are there and send next to nothing. What is a minute for kei is a second here. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer } from "../support/computer.ts";

setDefaultTimeout(60_000);

const BYTES = 400_000;
const TIMES_AS_FAST = 60;

for (const [what, action, givenUpAfterSeconds] of [
  ["drips, and always will", { drip: 100 }, 300],
  ["falls silent in the middle", { hang: BYTES / 2 }, 60],
  ["does not answer at all", { hang: true }, 60],
] as const) {
  test.concurrent(
    `a host that ${what} is given up after ${givenUpAfterSeconds} s, and the file goes on from there`,
    async () => {
      await using computer = await signedInComputer(["--assets", "0"]);
      await computer.addPhoto("IMG_0001.JPG", BYTES);
      await computer.simulator.fault({ match: { service: "content" }, action });
      computer.setClock("fast", TIMES_AS_FAST);
      const startMs = performance.now();
      const { code, stderr } = await computer.run("sync", "-d", "photos");
      const spentSeconds = ((performance.now() - startMs) / 1000) * TIMES_AS_FAST;
      expect([code, stderr]).toEqual([0, expect.stringContaining("1 downloaded, 0 failed")]);
      expect(spentSeconds).toBeGreaterThan(givenUpAfterSeconds);
      const asked = (await computer.simulator.asked()).filter((one) => one.service === "content");
      const ranges = asked.map(({ headers }) => headers["range"]);
      const [, resumedAt] = /resumed IMG_0001.JPG at (\d+)/.exec(stderr) ?? [];
      expect(ranges).toEqual([undefined, resumedAt && `bytes=${resumedAt}-`]);
      expect(resumedAt === undefined).toBe("hang" in action && action.hang === true);
      computer.setClock("right");
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}
