/** Oddities of a person's own disk: each costs what it must and no more, and the true culprit is named. */
import { expect, setDefaultTimeout, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { base32 } from "../support/base32.ts";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";
import { filesWanted } from "../support/manifest.ts";
import { canMount, smallDisk } from "../support/small-disk.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

const testOnDisk = test.skipIf(!canMount);

function namesIn({ place }: Computer): string[] {
  return filesBelow(place.photos).map(({ path }) => path);
}

test("a quiet run changes nothing of a folder, so that it need not be read", async () => {
  await using computer = await signedInComputer(["--assets", "5"]);
  const flags = ["sync", "-d", "photos", "--folder-structure", "none"];
  expect((await computer.run(...flags)).code).toBe(0);
  const before = statSync(computer.place.photos, { bigint: true });
  expect((await computer.run(...flags)).code).toBe(0);
  const after = statSync(computer.place.photos, { bigint: true });
  expect([after.mtimeNs, after.ctimeNs]).toEqual([before.mtimeNs, before.ctimeNs]);
});

test("a dry run makes no folder, and tells the disk it would write to", async () => {
  await using computer = await signedInComputer(["--assets", "5"]);
  for (const flag of ["--dry-run", "--only-print-filenames"]) {
    const { code } = await computer.run("sync", "-d", "some/photos", flag);
    expect([code, readdirSync(computer.place.cwd).includes("some")]).toEqual([0, false]);
  }
});

test("a record that is larger than any disk fails alone, by name, in each run", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { simulator } = computer;
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  const { masterName: recordName } = (await simulator.manifest())[0]!;
  const patch = (size: number) =>
    simulator.library("patch", { recordName, fields: { resOriginalRes: { value: { size } } } });
  await patch(2 ** 50);
  for (const number of [2, 3]) await computer.addPhoto(`IMG_000${number}.JPG`, 30_000 + number);
  for (let run = 1; run <= 2; run++) {
    const { code, stderr } = await computer.run("sync", "-d", "photos");
    expect([code, stderr]).toEqual([2, expect.stringContaining("failed IMG_0001.JPG")]);
    expect(stderr.match(/failed IMG_0001/g)).toHaveLength(1);
    expect(namesIn(computer)).toEqual(["2024/01/05/IMG_0002.JPG", "2024/01/05/IMG_0003.JPG"]);
  }
  await patch(30_000);
  const mended = await computer.run("sync", "-d", "photos");
  expect([mended.code, mended.stderr]).toEqual([0, expect.any(String)]);
  expect(await computer.findFaults()).toEqual([]);
});

testOnDisk(
  "a file that does not fit fails alone and leaves no part, and smaller ones come",
  async () => {
    await using computer = await signedInComputer(["--assets", "0"]);
    await computer.addPhoto("IMG_0001.JPG", 9_000_000);
    for (const number of [2, 3]) await computer.addPhoto(`IMG_000${number}.JPG`, 30_000 + number);
    using disk = smallDisk(computer.place.photos, 8);
    computer.env["KEI_MIN_FREE_BYTES"] = "1000000";
    const { code, stderr } = await computer.run("sync", "-d", "photos");
    expect([code, stderr]).toEqual([2, expect.stringContaining("failed IMG_0001.JPG")]);
    expect(namesIn(computer)).toEqual(["2024/01/05/IMG_0002.JPG", "2024/01/05/IMG_0003.JPG"]);
    disk.remount("size=20m");
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect(await computer.findFaults()).toEqual([]);
  },
);

testOnDisk(
  "room that somebody else takes meanwhile ends the file before the disk is full",
  async () => {
    await using computer = await signedInComputer(["--assets", "0"]);
    await computer.addPhoto("IMG_0001.JPG", 60_000_000);
    using _disk = smallDisk(computer.place.photos, 100);
    computer.env["KEI_MIN_FREE_BYTES"] = "10000000";
    const drip = { match: { service: "content" }, times: "always", action: { drip: 20_000_000 } };
    await computer.simulator.fault(drip);
    const running = computer.start("sync", "-d", "photos");
    await until("the part", async () =>
      namesIn(computer).some((name) => name.endsWith(".kei-tmp")),
    );
    await Bun.write(join(computer.place.photos, "somebody's"), new Uint8Array(60_000_000));
    const { code, stderr } = await running.result;
    expect([code, stderr]).toEqual([2, expect.stringContaining("failed IMG_0001.JPG")]);
    expect(namesIn(computer)).toEqual(["somebody's"]);
  },
);

testOnDisk("a year on a disk of its own that cannot be written fails alone", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (const year of [2022, 2023])
    await computer.addPhoto(`IMG_${year}.JPG`, 30_000, `${year}-01-05`);
  using disk = smallDisk(join(computer.place.photos, "2022"), 5);
  disk.remount("ro");
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([2, expect.stringMatching(/failed IMG_2022.JPG.*read-only/)]);
  expect(namesIn(computer)).toEqual(["2023/01/05/IMG_2023.JPG"]);
  disk.remount("rw");
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

testOnDisk(
  "a disk that is taken away in mid-run is said, and nothing lands beneath it",
  async () => {
    await using computer = await signedInComputer(["--assets", "0"]);
    const { photos } = computer.place;
    for (let number = 1; number <= 6; number++) {
      await computer.addPhoto(`IMG_${number}.JPG`, 300_000 + number, `2024-01-0${number}`);
    }
    const drip = { match: { service: "content" }, times: "always", action: { drip: 300_000 } };
    await computer.simulator.fault(drip);
    const disk = smallDisk(photos, 20);
    const running = computer.start("sync", "-d", "photos", "--threads-num", "2");
    await until("a part", async () => namesIn(computer).some((name) => name.endsWith(".kei-tmp")));
    disk[Symbol.dispose]();
    const { code, stderr } = await running.result;
    expect([code, stderr]).toEqual([2, expect.stringContaining(`is gone: ${photos}`)]);
    expect(readdirSync(photos)).toEqual([]);
    await computer.simulator.clearFaults();
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    expect(await computer.findFaults()).toEqual([]);
  },
);

test("years that a person keeps elsewhere, with a link to them, are adopted; nothing new is put there", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { photos, data, cwd } = computer.place;
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  renameSync(join(photos, "2024"), join(cwd, "elsewhere"));
  symlinkSync("../elsewhere", join(photos, "2024"));
  for (const name of readdirSync(data)) if (name.includes(".db")) rmSync(join(data, name));
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(await computer.countAsked("content")).toBe(1);
  await computer.addPhoto("IMG_0002.JPG", 30_002);
  const later = await computer.run("sync", "-d", "photos");
  expect([later.code, later.stderr]).toEqual([2, expect.stringContaining("failed IMG_0002.JPG")]);
  expect(readdirSync(join(cwd, "elsewhere/01/05"))).toEqual(["IMG_0001.JPG"]);
});

test("a part is gone on with when the data folder has moved, and by a kei of another data folder", async () => {
  for (const how of ["moved", "another"]) {
    await using computer = await signedInComputer(["--assets", "0"]);
    await computer.addPhoto("IMG_0001.JPG", 8_000_000);
    const drip = { match: { service: "content" }, times: "always", action: { drip: 4_000_000 } };
    await computer.simulator.fault(drip);
    const running = computer.start("sync", "-d", "photos");
    const isBegun = () =>
      filesBelow(computer.place.photos).some((file) => file.sizeBytes > 1_000_000);
    await until("a part", async () => isBegun());
    running.kill("SIGKILL");
    await running.result;
    await computer.simulator.clearFaults();
    renameSync(computer.place.data, `${computer.place.data}-elsewhere`);
    computer.env["KEI_DATA_DIR"] = `${computer.place.data}-elsewhere`;
    if (how === "another") {
      const files = readdirSync(computer.env["KEI_DATA_DIR"]).filter((name) =>
        name.includes(".db"),
      );
      for (const name of files)
        renameSync(join(computer.env["KEI_DATA_DIR"], name), join(computer.place.cwd, name));
    }
    const { code, stderr } = await computer.run("sync", "-d", "photos");
    expect([code, stderr]).toEqual([0, expect.stringContaining("resumed IMG_0001.JPG")]);
    expect(namesIn(computer)).toEqual(["2024/01/05/IMG_0001.JPG"]);
  }
});

test("a part of icloudpd is gone on with, and stays where it is", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  await computer.addPhoto("IMG_0001.JPG", 200_000);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  const { photos, data } = computer.place;
  const day = join(photos, "2024/01/05");
  const bytes = readFileSync(join(day, "IMG_0001.JPG"));
  const { fileChecksum } = (await computer.simulator.manifest()).flatMap(filesWanted)[0]!;
  const part = `${base32(Buffer.from(fileChecksum, "base64")).padEnd(40, "=")}.part`;
  rmSync(join(day, "IMG_0001.JPG"));
  for (const name of readdirSync(data)) if (name.includes(".db")) rmSync(join(data, name));
  writeFileSync(join(day, part), bytes.subarray(0, 150_000));
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([0, expect.stringContaining("resumed IMG_0001.JPG at 150000")]);
  expect(readFileSync(join(day, "IMG_0001.JPG")).equals(bytes)).toBe(true);
  expect(readFileSync(join(day, part)).length).toBe(150_000);
  rmSync(join(day, part));
  expect(await computer.findFaults()).toEqual([]);
});

test("two kei that bring the same photo to one folder at once keep out of each other's way", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (let number = 1; number <= 4; number++) {
    await computer.addPhoto(`IMG_000${number}.JPG`, 500_000 + number);
  }
  const drip = { match: { service: "content" }, times: "always", action: { drip: 500_000 } };
  await computer.simulator.fault(drip);
  const { data, cwd } = computer.place;
  cpSync(data, join(cwd, "other"), { recursive: true });
  const first = computer.start("sync", "-d", "photos");
  const second = computer.start("sync", "-d", "photos", "--data-dir", "other");
  const results = [await first.result, await second.result];
  expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, expect.any(String)],
    [0, expect.any(String)],
  ]);
  expect(namesIn(computer)).toHaveLength(4);
  rmSync(join(cwd, "other"), { recursive: true });
  await computer.simulator.clearFaults();
  expect(await computer.findFaults()).toEqual([]);
});

test("a folder that is swapped for a link again and again lets nothing out of the library", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  for (let number = 1; number <= 40; number++)
    await computer.addPhoto(`IMG_${number}.JPG`, 30_000 + number);
  const [day, outside] = [
    join(computer.place.photos, "2024/01/05"),
    join(computer.place.cwd, "outside"),
  ];
  mkdirSync(day, { recursive: true });
  mkdirSync(outside);
  const running = computer.start("sync", "-d", "photos", "--max-retries", "0");
  let hasEnded = false;
  void running.result.then(() => (hasEnded = true));
  for (let turn = 0; !hasEnded; turn++) {
    const aside = join(computer.place.cwd, `aside-${turn}`);
    renameSync(day, aside);
    try {
      symlinkSync(outside, day);
    } catch {
      continue; // kei was quicker, and made it anew
    }
    await Bun.sleep(1);
    unlinkSync(day);
    if (!existsSync(day)) renameSync(aside, day);
    await Bun.sleep(1);
  }
  expect(readdirSync(outside)).toEqual([]);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(existsSync(join(day, "IMG_40.JPG"))).toBe(true);
});
