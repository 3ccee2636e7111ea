/** A clock that is wrong, or leaps while kei runs: nothing waits for it, nothing is fetched twice. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer, signedOutComputer } from "../support/computer.ts";

setDefaultTimeout(60_000);

const CONTENT = { service: "content" };
const DAY_MS = 86_400_000;

for (const [what, wrongMs] of [
  ["a day ahead", DAY_MS],
  ["a day behind", -DAY_MS],
  ["ten years behind", -3650 * DAY_MS],
] as const) {
  test.concurrent(`a clock that is ${what}: signed in, synced, and nothing twice`, async () => {
    await using computer = await signedOutComputer(["--assets", "30", "--two-factor", "none"]);
    computer.setClock("wrong", wrongMs);
    const first = await computer.run("sync", "-d", "photos");
    expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(" 0 failed")]);
    const since = await computer.simulator.mark();
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect((await computer.simulator.asked(since)).map(({ path }) => path)).toEqual([
      expect.stringContaining("changes/database"),
    ]);
    computer.setClock("right");
    // Signed in again at most: Apple's word counts, not the date of the session.
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect(await computer.countAsked("content", since)).toBe(0);
    expect(await computer.findFaults()).toEqual([]);
  });
}

for (const [what, args] of [
  ["a sync", []],
  ["a sync with a bandwidth limit", ["--bandwidth-limit", "200K"]],
] as const) {
  test.concurrent(
    `a clock that leaps by a day to and fro within ${what} holds nothing up`,
    async () => {
      await using computer = await signedInComputer(["--assets", "0"]);
      for (const number of [1, 2, 3, 4]) {
        await computer.addPhoto(`IMG_000${number}.JPG`, 100_000 + number);
      }
      const slow = { match: CONTENT, times: "always", action: { drip: 50_000 } };
      const action = { status: 429, headers: { "Retry-After": "1" } };
      await computer.simulator.fault({ match: CONTENT, action, after: 2 }, slow);
      computer.setClock("leaping", DAY_MS);
      const startMs = performance.now();
      const { code, stderr } = await computer.run("sync", "-d", "photos", ...args);
      expect([code, stderr]).toEqual([0, expect.stringContaining("4 downloaded, 0 failed")]);
      expect(performance.now() - startMs).toBeLessThan(20_000);
      expect(stderr).toMatch(/Completed in \d?\ds/);
      expect(await computer.countAsked("content")).toBe(5);
      computer.setClock("right");
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}
