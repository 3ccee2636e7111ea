import { describe, expect, test } from "bun:test";
import { existsSync, lstatSync, mkdirSync, statSync, symlinkSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { noPatience, shortPatience, takeAccountLock } from "../../../src/auth/lock.ts";
import { AuthError } from "../../../src/lib/errors.ts";
import { folderOfTest } from "../../support/temp-folder.ts";
import { TestClock, errorOf } from "./scripted-apple.ts";

const username = "me@x.com";
const bun = join(import.meta.dir, "../../../node_modules/.bin/bun");

function take(dataDir: string, patience = noPatience, clock = new TestClock()) {
  return takeAccountLock({ dataDir, username }, patience, { clock });
}

describe("takeAccountLock()", () => {
  for (const ending of ["-journal", "-wal", "-shm"]) {
    test(`leaves a link alone that somebody planted as ${ending}`, async () => {
      const dataDir = folderOfTest("kei-lock");
      const planted = join(dataDir, `mexcom.lock${ending}`);
      symlinkSync("/dev/null", planted);
      const error = await errorOf(take(dataDir));
      expect(error).toMatchObject({ fault: "occupied", path: planted });
      expect(lstatSync(planted).isSymbolicLink()).toBeTrue();
    });
  }

  test("lets one in at a time, and the next after a release", async () => {
    const dataDir = folderOfTest("kei-lock");
    const lock = await take(dataDir);
    expect(await errorOf(take(dataDir))).toMatchObject({ code: "auth/busy" });
    lock.release();
    lock.release();
    const next = await take(dataDir);
    // A release of somebody who no longer holds it changes nothing.
    lock.release();
    expect(await errorOf(take(dataDir))).toBeInstanceOf(AuthError);
    next.release();
  });

  test("keeps two accounts of one folder apart", async () => {
    const dataDir = folderOfTest("kei-lock");
    const clock = new TestClock();
    const first = await take(dataDir);
    const other = { dataDir, username: "you@x.com" };
    const second = await takeAccountLock(other, noPatience, { clock });
    first.release();
    second.release();
  });

  test("makes private files and takes away the one that names the holder", async () => {
    const dataDir = folderOfTest("kei-lock");
    const lock = await take(dataDir);
    expect(statSync(join(dataDir, "mexcom.lock")).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, "mexcom.lock.json")).mode & 0o777).toBe(0o600);
    lock.release();
    expect(existsSync(join(dataDir, "mexcom.lock.json"))).toBeFalse();
  });

  test("does without the name of the holder when that cannot be written", async () => {
    const dataDir = folderOfTest("kei-lock");
    mkdirSync(join(dataDir, "mexcom.lock.json"));
    const lock = await take(dataDir);
    expect(await errorOf(take(dataDir))).toMatchObject({ code: "auth/busy" });
    lock.release();
    (await take(dataDir)).release();
  });

  test("waits six times three seconds for a person", async () => {
    const dataDir = folderOfTest("kei-lock");
    const clock = new TestClock();
    const lock = await take(dataDir);
    await errorOf(take(dataDir, shortPatience, clock));
    expect(clock.slept).toEqual([3000, 3000, 3000, 3000, 3000]);
    lock.release();
  });

  test("names the process that holds it, and is free as soon as that one is killed", async () => {
    const dataDir = folderOfTest("kei-lock");
    const holder = join(import.meta.dir, "lock-holder.ts");
    const child = Bun.spawn([bun, holder, dataDir, username], {
      stdout: "pipe",
      stdin: "ignore",
      env: { PATH: process.env["PATH"], HOME: dataDir },
    });
    const { value } = await child.stdout.getReader().read();
    expect(new TextDecoder().decode(value)).toBe("locked\n");
    const error = await errorOf(take(dataDir));
    expect((error as Error).message).toContain(`process ${child.pid} on ${hostname()}`);
    child.kill("SIGKILL");
    await child.exited;
    (await take(dataDir)).release();
  });
});

test("takeAccountLock() says that it waits, and for whom, once", async () => {
  const dataDir = folderOfTest("kei-lock");
  const account = { dataDir, username };
  const clock = new TestClock();
  const heard: string[] = [];
  const tell = (line: string) => void heard.push(line);
  const lock = await takeAccountLock(account, noPatience, { clock, tell });
  const error = await errorOf(takeAccountLock(account, shortPatience, { clock, tell }));
  expect(error).toMatchObject({ reason: "busy" });
  expect(heard).toEqual([expect.stringMatching(/\(process \d+ on .*waiting up to 15 s/)]);
  lock.release();
});
