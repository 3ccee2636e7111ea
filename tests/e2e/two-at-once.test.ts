/** Two kei with databases of their own, at work on one folder at the same time. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { signedOutComputer, type Computer } from "../support/computer.ts";
import { filesBelow, sha256Of } from "../support/disk.ts";
import { kei, type Result } from "../support/kei.ts";

setDefaultTimeout(120_000);

const SIMULATOR = ["--assets", "0", "--two-factor", "none"];
const PHOTOS = 25;

/** Runs the same command with two data folders at once. */
function twice(
  computer: Computer,
  args: (data: string) => readonly string[],
): Promise<readonly Result[]> {
  const { cwd } = computer.place;
  return Promise.all(
    ["data", "other"].map((data) =>
      kei(args(data), { cwd, env: { ...computer.env, KEI_DATA_DIR: `${cwd}/${data}` } }),
    ),
  );
}

/** Both answer in the same moment, so that both want to name the same file at once. */
function makeThemMeet(computer: Computer): Promise<unknown> {
  const match = { service: "content" };
  return computer.simulator.fault({ match, times: "always", action: { delayMs: 700 } });
}

async function expectBothWell(computer: Computer, args: (data: string) => readonly string[]) {
  for (const { code, stdout } of await twice(computer, () => ["verify", "--checksums"])) {
    expect([code, stdout]).toEqual([0, expect.any(String)]);
  }
  const since = await computer.simulator.mark();
  for (const { code } of await twice(computer, args)) expect(code).toBe(0);
  expect(await computer.countAsked("content", since)).toBe(0);
}

test("one library: every photo is there once, and both know it", async () => {
  await using computer = await signedOutComputer(SIMULATOR);
  for (let number = 1; number <= PHOTOS; number++) {
    await computer.addPhoto(`IMG_${1000 + number}.JPG`, 30_000 + number);
  }
  await makeThemMeet(computer);
  const sync = () => ["sync", "-d", "photos", "--threads-num", "5"];
  for (const { code, stderr } of await twice(computer, sync)) {
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
  const names = filesBelow(computer.place.photos).map(({ path }) => path);
  const wanted = Array.from({ length: PHOTOS }, (_, index) => `2024/01/05/IMG_${1001 + index}.JPG`);
  expect(names).toEqual(wanted);
  await expectBothWell(computer, sync);
});

test("two libraries with photos of the same names: all are kept, nothing is replaced", async () => {
  await using computer = await signedOutComputer(SIMULATOR);
  await computer.simulator.library("zone/add", { name: "SharedSync-1", database: "shared" });
  for (let number = 1; number <= PHOTOS; number++) {
    const name = `IMG_${1000 + number}.JPG`;
    await computer.addPhoto(name, 30_000);
    const asset = { name, bytes: 30_000, date: "2024-01-05T12:00:00Z", kind: "jpeg" };
    await computer.simulator.library("add", { zone: "SharedSync-1", assets: [asset] });
  }
  await makeThemMeet(computer);
  const sync = (data: string) => {
    const library = data === "data" ? "PrimarySync" : "SharedSync-1";
    return ["sync", "-d", "photos", "--threads-num", "5", "--library", library];
  };
  for (const { code, stderr } of await twice(computer, sync)) {
    expect([code, stderr]).toEqual([0, expect.any(String)]);
  }
  const files = filesBelow(computer.place.photos).map(({ path }) => path);
  expect(files.filter((path) => !path.endsWith(".JPG"))).toEqual([]);
  const hashes = files.map((path) => sha256Of(`${computer.place.photos}/${path}`));
  expect(new Set(hashes).size).toBe(2 * PHOTOS);
  expect(files).toHaveLength(2 * PHOTOS);
  await expectBothWell(computer, sync);
});
