import { expect, setDefaultTimeout, test } from "bun:test";
import { signedInComputer } from "../support/computer.ts";

setDefaultTimeout(60_000);

test("a redirect within the content hosts is followed, and a part is continued behind it", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { simulator } = computer;
  await computer.addPhoto("IMG_0001.JPG", 2_000_000);
  const match = { service: "content" };
  await simulator.fault({ match, action: { cutAfterBytes: 1_200_000, drip: 4_000_000 } });
  await simulator.fault({ match, times: 2, action: { status: 500 } });
  expect((await computer.run("sync", "-d", "photos", "--max-retries", "0")).code).toBe(2);
  const [first] = (await simulator.asked()).filter(({ service }) => service === "content");
  await simulator.clearFaults();
  const redirect = `${simulator.url}${first!.path}${first!.query}`;
  await simulator.fault({ match, action: { redirect } });
  const since = await simulator.mark();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const asked = (await simulator.asked(since)).filter(({ service }) => service === "content");
  expect(asked.map(({ status, headers }) => [status, headers["range"]])).toEqual([
    [302, "bytes=1200000-"],
    [206, "bytes=1200000-"],
  ]);
  expect(await computer.findFaults()).toEqual([]);
});

test("redirects in circles are left after a few", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { simulator } = computer;
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  const match = { service: "content" };
  const redirect = `${simulator.url}/B/round`;
  await simulator.fault({ match, times: "always", action: { redirect } });
  const { code, stderr } = await computer.run("sync", "-d", "photos", "--max-retries", "0");
  expect([code, stderr]).toEqual([2, expect.stringContaining("circles")]);
  expect(await computer.countAsked("content")).toBeLessThan(12);
  await simulator.clearFaults();
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});
