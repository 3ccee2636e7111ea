/** Taking over what icloudpd left: pictures whose EXIF it rewrote, and transfers it never finished. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, truncateSync, utimesSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";

setDefaultTimeout(120_000);

/** A library that was downloaded once, and of which kei remembers nothing. */
async function filledComputer(): Promise<Computer> {
  const computer = await signedInComputer(["--assets", "0"]);
  for (const number of [1, 2, 3]) await computer.addPhoto(`IMG_000${number}.JPG`, 90_000 + number);
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect((await computer.run("reset", "state", "-y")).code).toBe(0);
  return computer;
}

/** As piexif does it: another segment after the start of the picture, and the time of the file as before. */
function rewrite(path: string): void {
  const { mtime } = statSync(path);
  const bytes = readFileSync(path);
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 10]), Buffer.from("8 bytes!")]);
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 2), segment, bytes.subarray(2)]));
  utimesSync(path, mtime, mtime);
}

test("pictures whose EXIF icloudpd rewrote are taken over with --trust-names, those that broke off are not", async () => {
  await using computer = await filledComputer();
  const [first, second, third] = filesBelow(computer.place.photos).map(({ path }) =>
    join(computer.place.photos, path),
  );
  rewrite(first!);
  rewrite(second!);
  truncateSync(second!, 60_000);
  const strict = await computer.run("import-existing", "-d", "photos", "--dry-run");
  expect(strict.stdout).toMatch(/by path: +1\n[^]*Unmatched versions: +2\n/);
  const before = [first!, second!, third!].map((path) => readFileSync(path));
  const since = await computer.simulator.mark();
  const { code, stdout } = await computer.run("import-existing", "-d", "photos", "--trust-names");
  expect(code).toBe(0);
  expect(stdout).toMatch(/by path: +1\n[^]*by name and date: +1\n[^]*Unmatched versions: +1\n/);
  expect(await computer.countAsked("content", since)).toBe(0);
  expect([first!, second!, third!].map((path) => readFileSync(path))).toEqual(before);
  // Only the one that broke off is fetched, beside what is there.
  expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
  expect(await computer.countAsked("content", since)).toBe(1);
  expect(readFileSync(first!)).toEqual(before[0]!);
});

test("two imports at once: one of them waits or is refused, and the rows are right", async () => {
  await using computer = await filledComputer();
  const runs = [1, 2].map(() => computer.run("import-existing", "-d", "photos"));
  const codes = (await Promise.all(runs)).map(({ code }) => code);
  expect(codes).toContain(0);
  expect(codes.filter((code) => code !== 0 && code !== 3)).toEqual([]);
  expect(await computer.findFaults()).toEqual([]);
});
