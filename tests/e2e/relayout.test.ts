/** Moving saved files to other names, killed in the middle. */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { filesBelow } from "../support/disk.ts";
import { signedInComputer } from "../support/computer.ts";
import { until } from "../support/until.ts";

const [ASSETS, KILLS, TIMEOUT_MS] = [200, 3, 120_000];
const FLAT = ["--folder-structure", "none", "--relayout"];

test(
  "a relayout that is killed is finished by the next, without a download",
  async () => {
    await using computer = await signedInComputer(["--assets", String(ASSETS)]);
    const { photos } = computer.place;
    expect((await computer.run("sync", "-d", photos)).code).toBe(0);
    const before = filesBelow(photos).length;
    const isFlat = ({ path }: { path: string }) => !path.includes("/");
    const since = await computer.simulator.mark();
    const moved = [filesBelow(photos).filter(isFlat).length];
    for (let kill = 0; kill < KILLS; kill += 1) {
      const running = computer.start("sync", "-d", photos, ...FLAT);
      const wanted = moved.at(-1)! + 20;
      await until("some files have moved", () =>
        Promise.resolve(filesBelow(photos).filter(isFlat).length >= wanted),
      );
      running.kill("SIGKILL");
      await running.result;
      moved.push(filesBelow(photos).filter(isFlat).length);
    }
    // It was in the middle each time.
    expect(moved.at(-1)!).toBeLessThan(before);
    expect((await computer.run("sync", "-d", photos, ...FLAT)).code).toBe(0);
    const after = filesBelow(photos);
    expect(after.length).toBe(before);
    expect(after.filter(isFlat).length).toBe(before);
    expect(await computer.countAsked("content", since)).toBe(0);
    // No folder is left behind.
    expect(readdirSync(photos).toSorted()).toEqual(after.map(({ path }) => path));
    const verified = await computer.run("verify", "--checksums");
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining(`${before}`)]);
  },
  TIMEOUT_MS,
);
