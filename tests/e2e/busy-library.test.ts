/** A library that other devices go on filling while it is listed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer } from "../support/computer.ts";

setDefaultTimeout(120_000);

test("photos that arrive all the time are no reason to list an album again and again", async () => {
  await using computer = await signedInComputer(["--assets", "300", "--assets-kind", "gif"]);
  const { simulator } = computer;
  const names = (await simulator.manifest()).map(({ recordName }) => recordName);
  const made = (await simulator.library("album/create", { name: "Sea" })) as {
    recordNames: string[];
  };
  await simulator.library("album/add", { album: made.recordNames[0], recordNames: names });
  const match = { service: "cloudkit", path: "records/query" };
  await simulator.fault({ match, times: "always", action: { delayMs: 150 } });
  const running = computer.start("sync", "-d", "photos", "-a", "Sea");
  let isOver = false;
  void running.result.then(() => (isOver = true));
  for (let number = 1; !isOver; number++) {
    await computer.addPhoto(`NEW_${number}.JPG`, 3000);
    await Bun.sleep(50);
  }
  const { code, stderr } = await running.result;
  expect([code, stderr]).toEqual([0, expect.not.stringContaining("again and again")]);
  await simulator.clearFaults();
  expect((await computer.run("sync", "-d", "photos", "-a", "Sea")).code).toBe(0);
  expect(stderr.split("\n").filter((line) => line.includes("album=Sea"))).toHaveLength(1);
});
