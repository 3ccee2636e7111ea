import { expect, setDefaultTimeout, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow, sha256Of } from "../support/disk.ts";
import { filesWanted } from "../support/manifest.ts";
import { canMount, smallDisk } from "../support/small-disk.ts";

setDefaultTimeout(60_000);

const testOnDisk = test.skipIf(!canMount);

testOnDisk("a disk that gets full is said, exit 2, and room brings the rest", async () => {
  await using computer = await computerWithMegabytes(8);
  using disk = smallDisk(computer.place.photos, 5);
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([2, expect.stringMatching(/error: .*full/i)]);
  expect(await wrongFiles(computer)).toEqual([]);
  disk.remount("size=20m");
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

testOnDisk("a read-only disk is said before Apple is asked, exit 1", async () => {
  await using computer = await computerWithMegabytes(1);
  using disk = smallDisk(computer.place.photos, 5);
  disk.remount("ro");
  const since = await computer.simulator.mark();
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([1, expect.stringMatching(/error: .*read-only/i)]);
  expect(await computer.simulator.asked(since)).toEqual([]);
});

testOnDisk("where no hard link leads, albums get copies, with one warning", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { simulator, place } = computer;
  for (const name of ["IMG_1.JPG", "IMG_2.JPG"]) await computer.addPhoto(name, 30_000);
  const recordNames = (await simulator.manifest()).map((asset) => asset.recordName);
  for (const name of ["Hills", "Sea"]) {
    const created = (await simulator.library("album/create", { name })) as {
      recordNames: string[];
    };
    await simulator.library("album/add", { album: created.recordNames[0], recordNames });
  }
  using _disk = smallDisk(join(place.photos, "Sea"), 5);
  const flags = ["--folder-structure", "{album}", "--album-copies", "hardlink"];
  const { code, stderr } = await computer.run("sync", "-d", "photos", ...flags);
  expect([code, stderr.match(/ WARN .*link/g)?.length]).toEqual([0, 1]);
  expect(await computer.countAsked("content")).toBe(2);
  expect(filesBelow(place.photos)).toHaveLength(4);
  const verified = await computer.run("verify", "--checksums");
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("Verified:  4")]);
});

testOnDisk("--relayout carries files to a folder that is on another disk", async () => {
  await using computer = await signedInComputer(["--assets", "0"]);
  const { place } = computer;
  for (const year of [2022, 2023, 2024]) {
    await computer.addPhoto(`IMG_${year}.JPG`, 30_000, `${year}-01-05`);
  }
  expect((await computer.run("sync", "-d", "photos", "--folder-structure", "all")).code).toBe(0);
  const before = statSync(join(place.photos, "all", "IMG_2023.JPG"));
  using _disk = smallDisk(join(place.photos, "2023"), 5);
  const flags = ["--folder-structure", "%Y", "--relayout"];
  const { code, stderr } = await computer.run("sync", "-d", "photos", ...flags);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  expect(await computer.countAsked("content")).toBe(3);
  const paths = filesBelow(place.photos).map(({ path }) => path);
  expect(paths).toEqual(["2022/IMG_2022.JPG", "2023/IMG_2023.JPG", "2024/IMG_2024.JPG"]);
  expect(statSync(join(place.photos, "2023", "IMG_2023.JPG")).mtimeMs).toBe(before.mtimeMs);
  const verified = await computer.run("verify", "--checksums");
  expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining("Verified:  3")]);
});

test("a disk without links takes the library all the same", async () => {
  await using computer = await signedInComputer(["--assets", "30"]);
  await computer.addPhoto("IMG_0001.JPG", 30_000);
  const { photos } = computer.place;
  mkdirSync(join(photos, "2024/01/05"), { recursive: true });
  writeFileSync(join(photos, "2024/01/05/IMG_0001.JPG"), "not ours");
  computer.useDiskWithoutLinks();
  const first = await computer.run("sync", "-d", "photos");
  expect([first.code, first.stderr]).toEqual([0, expect.stringContaining(" 0 failed")]);
  expect(readFileSync(join(photos, "2024/01/05/IMG_0001.JPG"), "utf8")).toBe("not ours");
  const files = filesBelow(photos).length;
  const relayout = ["--folder-structure", "%Y", "--relayout"];
  expect((await computer.run("sync", "-d", "photos", ...relayout)).code).toBe(0);
  expect(filesBelow(photos)).toHaveLength(files);
  const since = await computer.simulator.mark();
  const again = await computer.run("sync", "-d", "photos", "--folder-structure", "%Y");
  expect([again.code, await computer.countAsked("content", since)]).toEqual([0, 0]);
  const verified = await computer.run("verify", "--checksums");
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringContaining(`Verified:  ${files - 1}`),
  ]);
});

testOnDisk("a full disk under the database is said, exit 2, and loses nothing", async () => {
  await using computer = await signedInComputer(["--assets", "3000", "--file-bytes", "5000"]);
  const { data } = computer.place;
  cpSync(data, `${data}-before`, { recursive: true });
  using disk = smallDisk(data, 1);
  cpSync(`${data}-before`, data, { recursive: true });
  rmSync(`${data}-before`, { recursive: true });
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).toEqual([2, expect.stringMatching(/error: .*full/i)]);
  disk.remount("size=50m");
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.findFaults()).toEqual([]);
});

testOnDisk("a database on a read-only disk is said, exit 1, and harms nothing", async () => {
  await using computer = await signedInComputer(["--assets", "5"]);
  const { data } = computer.place;
  cpSync(data, `${data}-before`, { recursive: true });
  using disk = smallDisk(data, 5);
  cpSync(`${data}-before`, data, { recursive: true });
  rmSync(`${data}-before`, { recursive: true });
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  disk.remount("ro");
  const { code, stderr } = await computer.run("sync", "-d", "photos");
  expect([code, stderr]).not.toEqual([0, expect.anything()]);
  expect(stderr).toMatch(/error: .*read-only/i);
  disk.remount("rw");
  expect(await computer.findFaults()).toEqual([]);
});

async function computerWithMegabytes(count: number): Promise<Computer> {
  const computer = await signedInComputer(["--assets", "0"]);
  for (let number = 1; number <= count; number++) {
    await computer.addPhoto(`IMG_000${number}.JPG`, 1_000_000 + number);
  }
  return computer;
}

/** Files under a final name whose bytes are not those of the library. */
async function wrongFiles({ place, simulator }: Computer): Promise<string[]> {
  const files = (await simulator.manifest()).flatMap(filesWanted);
  const hashes = new Set(files.map(({ sha256 }) => sha256));
  return filesBelow(place.photos).flatMap(({ path }) => {
    const isPart = path.endsWith(".kei-tmp");
    return isPart || hashes.has(sha256Of(join(place.photos, path))) ? [] : [path];
  });
}
