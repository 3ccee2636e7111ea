/** Disks that refuse a deed: what is optional is left out with one warning, what concerns a file fails it by name. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";

setDefaultTimeout(60_000);

const SYNC = ["sync", "-d", "photos", "--max-retries", "0"];

async function computerWithPhotos(count: number): Promise<Computer> {
  const computer = await signedInComputer(["--assets", "0"]);
  for (let number = 1; number <= count; number++) {
    await computer.addPhoto(`IMG_000${number}.JPG`, 30_000 + number);
  }
  return computer;
}

/** What kei holds for saved. */
async function savedIn(computer: Computer): Promise<number> {
  const odd = computer.env["BUN_OPTIONS"] ?? "";
  delete computer.env["BUN_OPTIONS"];
  const { stdout } = await computer.run("status");
  if (odd !== "") computer.env["BUN_OPTIONS"] = odd;
  return Number(/Downloaded: +(\d+)/.exec(stdout)?.[1]);
}

for (const code of ["EPERM", "EACCES", "ENOSYS", "EOPNOTSUPP", "EINVAL", "EOVERFLOW"]) {
  test.concurrent(
    `a disk that keeps no times (${code}) takes all photos, with one warning`,
    async () => {
      await using computer = await computerWithPhotos(3);
      computer.useOddDisk(`futimesSync=${code}`);
      const { code: exit, stderr } = await computer.run(...SYNC);
      expect([exit, stderr]).toEqual([0, expect.stringContaining(" 0 failed")]);
      expect(stderr.match(/ WARN .*times/g)).toHaveLength(1);
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}

for (const code of ["EINVAL", "ENOSYS", "EOPNOTSUPP"]) {
  test.concurrent(
    `a disk that syncs nothing (${code}) takes all photos, with one warning`,
    async () => {
      await using computer = await computerWithPhotos(3);
      computer.useOddDisk(`fsync=${code}`, `fdatasync=${code}`);
      const { code: exit, stderr } = await computer.run(...SYNC);
      expect([exit, stderr]).toEqual([0, expect.stringContaining(" 0 failed")]);
      expect(stderr.match(/ WARN .*power cut/g)).toHaveLength(1);
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}

test("a failed sync voids the part: nothing of it is trusted by the next run", async () => {
  await using computer = await computerWithPhotos(1);
  computer.useOddDisk("fsync=EIO:.kei-tmp");
  const { code, stderr } = await computer.run(...SYNC);
  expect([code, stderr]).toEqual([2, expect.stringContaining("failed IMG_0001.JPG")]);
  expect([await savedIn(computer), filesBelow(computer.place.photos)]).toEqual([0, []]);
  computer.useOddDisk();
  const since = await computer.simulator.mark();
  expect((await computer.run(...SYNC)).code).toBe(0);
  expect(await computer.countAsked("content", since)).toBe(1);
  expect(await computer.findFaults()).toEqual([]);
});

test("what cannot be made durable is not noted as saved, be it downloaded or adopted", async () => {
  await using computer = await computerWithPhotos(2);
  computer.useOddDisk("fsync=EIO:2024/01/05");
  expect((await computer.run(...SYNC)).code).not.toBe(0);
  expect(await savedIn(computer)).toBe(0);
  computer.useOddDisk();
  expect((await computer.run(...SYNC)).code).toBe(0);
  const { data } = computer.place;
  for (const name of readdirSync(data)) if (name.includes(".db")) rmSync(join(data, name));
  for (const place of ["IMG_0001.JPG", "2024/01/05"]) {
    computer.useOddDisk(`fsync=EIO:${place}`);
    expect((await computer.run(...SYNC)).code).not.toBe(0);
    expect(await savedIn(computer)).toBeLessThan(2);
  }
  computer.useOddDisk();
  expect((await computer.run(...SYNC)).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

test("a folder whose names cannot be made durable costs its own photos and no others", async () => {
  await using computer = await computerWithPhotos(2);
  await computer.addPhoto("IMG_0003.JPG", 30_003, "2024-02-07");
  computer.useOddDisk("fsync=EIO:2024/02/07$");
  const { code, stderr } = await computer.run(...SYNC);
  expect([code, stderr]).toEqual([2, expect.stringContaining("failed IMG_0003.JPG")]);
  expect(stderr).not.toMatch(/failed IMG_000[12]/);
  expect(await savedIn(computer)).toBe(2);
  computer.useOddDisk();
  const since = await computer.simulator.mark();
  expect((await computer.run(...SYNC)).code).toBe(0);
  expect(await computer.countAsked("content", since)).toBeLessThan(2);
  expect(await computer.findFaults()).toEqual([]);
});

test("a file that is too large for the disk is said once, by name, and leaves no part", async () => {
  await using computer = await computerWithPhotos(3);
  computer.useOddDisk("writeSync=EFBIG:.kei-tmp");
  const parts = await computer.run(...SYNC);
  expect(parts.code).toBe(2);
  for (const number of [1, 2, 3]) {
    expect(parts.stderr.match(new RegExp(`failed IMG_000${number}.*too large`, "g"))).toHaveLength(
      1,
    );
  }
  expect(filesBelow(computer.place.photos)).toEqual([]);
  computer.useOddDisk();
  expect((await computer.run(...SYNC)).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});
