/** One day's folder that lets kei not in: its photos fail by name, the others come, and nothing else is blamed. */
import { expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { signedInComputer, type Computer } from "../support/computer.ts";
import { EXECUTABLE } from "../support/kei.ts";
import type { Result } from "../support/kei.ts";

setDefaultTimeout(60_000);

const isRoot = process.geteuid?.() === 0;
const [USER, OTHER] = [12345, 23456];
const DAYS = ["2024-01-05", "2024-01-06", "2024-02-07"];
const SYNC = ["sync", "-d", "photos", "--max-retries", "0"];

/** Runs kei as an ordinary user, whom all belongs to: to root no folder is closed. */
async function runAsUser(computer: Computer, ...args: readonly string[]): Promise<Result> {
  const user = ["setpriv", `--reuid=${USER}`, `--regid=${USER}`, "--clear-groups"];
  const { cwd, env } = computer.setting;
  const child = Bun.spawn([...user, EXECUTABLE, ...args], {
    cwd,
    env,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return { code: await child.exited, signal: null, stdout, stderr };
}

function giveToUser(folder: string): void {
  lchownSync(folder, USER, USER);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    lchownSync(join(entry.parentPath, entry.name), USER, USER);
  }
}

async function computerOfUser(): Promise<Computer> {
  const computer = await signedInComputer(["--assets", "0"]);
  for (const [n, day] of DAYS.entries()) await computer.addPhoto(`IMG_${n}.JPG`, 30_000 + n, day);
  mkdirSync(computer.place.photos);
  giveToUser(computer.place.cwd);
  return computer;
}

const CLOSED: Record<string, (path: string) => void> = {};
for (const mode of [0o700, 0o333, 0o711, 0o555, 0o000]) {
  CLOSED[`another user's folder of mode ${mode.toString(8)}`] = (path) => {
    chownSync(path, OTHER, OTHER);
    chmodSync(path, mode);
  };
}
CLOSED["our own folder of mode 0"] = (path) => chmodSync(path, 0);
CLOSED["our own folder of mode 500"] = (path) => chmodSync(path, 0o500);
CLOSED["a circle of links"] = (path) => {
  rmSync(path, { recursive: true });
  symlinkSync("05", path);
};

function photosIn({ place }: Computer): string[] {
  const { stdout } = Bun.spawnSync(["find", place.photos, "-name", "*.JPG", "-type", "f"]);
  return stdout.toString().split("\n").filter(Boolean);
}

const isOpenAllTheSame = (what: string) => what.includes("mode 333");

for (const [what, close] of Object.entries(CLOSED)) {
  test
    .skipIf(!isRoot)
    .concurrent(
      `${what}, before its photo came: it fails by name and the rest goes on`,
      async () => {
        await using computer = await computerOfUser();
        const day = join(computer.place.photos, "2024/01/05");
        mkdirSync(day, { recursive: true });
        giveToUser(computer.place.photos);
        close(day);
        for (let run = 1; run <= 2; run++) {
          const { code, stderr } = await runAsUser(computer, ...SYNC);
          const saved = photosIn(computer);
          if (isOpenAllTheSame(what)) {
            expect([code, stderr, saved.length]).toEqual([0, expect.any(String), 3]);
            continue;
          }
          expect([code, stderr]).toEqual([2, expect.stringContaining("failed IMG_0.JPG")]);
          expect(stderr).not.toContain(computer.place.data);
          expect(saved.length).toBe(2);
        }
        const status = await runAsUser(computer, "status");
        expect(status.stdout).toContain("Downloaded: ");
        // Whoever opens the folder gets the photo.
        if (lstatSync(day).isSymbolicLink()) rmSync(day);
        else chmodSync(day, 0o700);
        giveToUser(computer.place.photos);
        expect((await runAsUser(computer, ...SYNC)).code).toBe(0);
        expect(photosIn(computer)).toHaveLength(3);
      },
    );

  // A circle has no photo in it.
  if (what === "a circle of links") continue;
  test
    .skipIf(!isRoot)
    .concurrent(`${what}, after its photo came: nothing is lost or fetched again`, async () => {
      await using computer = await computerOfUser();
      const day = join(computer.place.photos, "2024/01/05");
      expect((await runAsUser(computer, ...SYNC)).code).toBe(0);
      close(day);
      await computer.addPhoto("IMG_3.JPG", 30_003, "2024-03-08");
      const since = await computer.simulator.mark();
      const { code, stderr } = await runAsUser(computer, ...SYNC);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining("missing")]);
      expect(await computer.countAsked("content", since)).toBe(1);
      for (const flags of [[], ["--checksums"]]) {
        const verified = await runAsUser(computer, "verify", ...flags);
        expect(verified.stderr).not.toContain("kei-");
        expect(verified.stdout).toContain("Results:");
        expect(verified.stdout).toMatch(/Verified: +[34]/);
      }
    });
}

test.skipIf(!isRoot)(
  "--relayout leaves what it may not take away or put elsewhere, and moves the rest",
  async () => {
    await using computer = await computerOfUser();
    const { photos } = computer.place;
    expect((await runAsUser(computer, ...SYNC)).code).toBe(0);
    chmodSync(join(photos, "2024/01/05"), 0o555);
    mkdirSync(join(photos, "flat-06"), { mode: 0o555 });
    const relayout = [...SYNC, "--folder-structure", "flat-%d", "--relayout"];
    for (let run = 1; run <= 2; run++) {
      const { code, stderr } = await runAsUser(computer, ...relayout);
      expect([code, stderr]).toEqual([0, expect.stringContaining("left where they are: 2")]);
      const paths = photosIn(computer)
        .map((path) => path.slice(photos.length + 1))
        .toSorted();
      expect(paths).toEqual(["2024/01/05/IMG_0.JPG", "2024/01/06/IMG_1.JPG", "flat-07/IMG_2.JPG"]);
    }
    chmodSync(join(photos, "2024/01/05"), 0o755);
    giveToUser(photos);
    chmodSync(join(photos, "flat-06"), 0o755);
    expect((await runAsUser(computer, ...relayout)).code).toBe(0);
    expect(photosIn(computer).every((path) => path.includes("/flat-"))).toBe(true);
  },
);
