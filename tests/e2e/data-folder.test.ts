/** Whatever the folder of secrets is like: nobody else is let in, and the true culprit is named. */
import { expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { signedInComputer, signedOutComputer, type Computer } from "../support/computer.ts";
import { canMount, smallDisk } from "../support/small-disk.ts";

setDefaultTimeout(60_000);

const isRoot = process.geteuid?.() === 0;
const COMMANDS = [["sync", "-d", "photos"], ["login"], ["status"], ["verify"], ["list", "albums"]];

const HANDS: Record<string, { change: (path: string) => void; remedy: string }> = {
  "the group can write": { change: (path) => chmodSync(path, 0o770), remedy: "chmod go-w" },
  "all can write": { change: (path) => chmodSync(path, 0o777), remedy: "chmod go-w" },
  ...(isRoot && {
    "somebody else owns": {
      change: (path: string) => chownSync(path, 12345, 0),
      remedy: "chown 0",
    },
  }),
};

for (const [what, { change, remedy }] of Object.entries(HANDS)) {
  test(`a data folder that ${what} is refused, with the command that mends it`, async () => {
    await using computer = await signedOutComputer(["--assets", "1"]);
    const { data } = computer.place;
    mkdirSync(data);
    change(data);
    for (const command of COMMANDS) {
      const { code, stderr } = await computer.run(...command);
      expect([code, stderr]).toEqual([1, expect.stringContaining(`${remedy} ${data}`)]);
    }
    expect(readdirSync(data)).toEqual([]);
    expect(await computer.simulator.asked()).toEqual([]);
  });

  test(`a session file that ${what} is refused, with the command that mends it`, async () => {
    await using computer = await signedInComputer(["--assets", "1"]);
    const name = readdirSync(computer.place.data).find((each) => each.endsWith(".session.json"))!;
    const path = join(computer.place.data, name);
    change(path);
    const since = await computer.simulator.mark();
    const { code, stderr } = await computer.run("sync", "-d", "photos");
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${remedy} ${path}`)]);
    expect(await computer.simulator.asked(since)).toEqual([]);
  });
}

/** Under each name that is fixed, whatever somebody may plant there. */
const NAMES = [".session.json", ".lock", ".lock.json", ".db", ".db-wal", ".db-shm", ".db-journal"];
const SENTINELS: Record<string, (path: string, victim: string) => void> = {
  "a link": (path, victim) => symlinkSync(victim, path),
  "a dead link": (path, victim) => symlinkSync(`${victim}-not`, path),
  "a folder": (path) => mkdirSync(path),
  "a pipe": (path) => void Bun.spawnSync(["mkfifo", path]),
  ...(isRoot && {
    "somebody else's file": (path: string) => {
      writeFileSync(path, "planted");
      chownSync(path, 12345, 12345);
    },
  }),
};

for (const [what, plant] of Object.entries(SENTINELS)) {
  test(`${what} under any fixed name of the data folder gets nothing, and nothing hangs`, async () => {
    await using computer = await signedInComputer(["--assets", "1"]);
    expect((await computer.run("sync", "-d", "photos")).code).toBe(0);
    const { data, cwd } = computer.place;
    const victim = join(cwd, "victim");
    writeFileSync(victim, "a person's own");
    const stem = readdirSync(data)
      .find((name) => name.endsWith(".db"))!
      .slice(0, -".db".length);
    for (const ending of NAMES) {
      const path = join(data, stem + ending);
      cpSync(data, `${data}-before`, { recursive: true });
      rmSync(path, { force: true });
      plant(path, victim);
      const planted = lstatSync(path);
      const { code, stderr } = await computer.run("sync", "-d", "photos");
      // Who holds the lock is a courtesy, and the run can do without.
      const isCourtesy = ending === ".lock.json";
      expect([ending, code]).toEqual([ending, isCourtesy ? 0 : 1]);
      if (!isCourtesy) expect(stderr).toContain(path);
      expect(lstatSync(path)).toMatchObject({
        ino: planted.ino,
        mode: planted.mode,
        size: planted.size,
      });
      expect(readFileSync(victim, "utf8")).toBe("a person's own");
      expect(readdirSync(cwd)).not.toContain("victim-not");
      rmSync(data, { recursive: true });
      renameSync(`${data}-before`, data);
    }
    rmSync(victim);
    expect(await computer.findFaults()).toEqual([]);
  });
}

test("a file in place of the data folder is said by every command, exit 1", async () => {
  await using computer = await signedOutComputer(["--assets", "1"]);
  writeFileSync(computer.place.data, "a file");
  for (const command of [...COMMANDS, ["reset", "state", "--yes"]]) {
    const { code, stderr, stdout } = await computer.run(...command);
    expect([code, stderr]).toEqual([1, expect.stringContaining("is no folder")]);
    expect(stdout).not.toContain("No state database");
  }
});

test.skipIf(!canMount)(
  "what is on a disk that cannot be written is read all the same",
  async () => {
    for (const isCrashed of [false, true]) {
      await using computer = await signedInComputer(["--assets", "5"]);
      const albums = ["--folder-structure", "{album}/%Y"];
      expect((await computer.run("sync", "-d", "photos", ...albums)).code).toBe(0);
      const { data, photos } = computer.place;
      for (const path of [data, photos]) cpSync(path, `${path}-before`, { recursive: true });
      rmSync(data, { recursive: true });
      rmSync(photos, { recursive: true });
      using dataDisk = smallDisk(data, 5);
      using photosDisk = smallDisk(photos, 50);
      for (const path of [data, photos]) cpSync(`${path}-before`, path, { recursive: true });
      if (isCrashed) leaveJournal(computer);
      for (const disk of [dataDisk, photosDisk]) disk.remount("ro");
      for (const command of [
        ["status"],
        ["verify", "--checksums"],
        ["list", "albums", "--offline"],
      ]) {
        const { code, stderr } = await computer.run(...command);
        expect([command, code, stderr]).toEqual([command, 0, ""]);
      }
    }
  },
);

/** As a power cut leaves a database: a journal, and no index of it. */
function leaveJournal({ place }: Computer): void {
  const name = readdirSync(place.data).find((each) => each.endsWith(".db"))!;
  const script = `
    const { Database } = require("bun:sqlite");
    const db = new Database(process.argv[1]);
    db.run("PRAGMA journal_mode = WAL");
    db.run("INSERT INTO settings (key, value) VALUES ('x', '1')");
    process.kill(process.pid, "SIGKILL");`;
  Bun.spawnSync([process.execPath, "-e", script, join(place.data, name)]);
  rmSync(join(place.data, `${name}-shm`), { force: true });
}

test("a folder of the system is refused, also by a link and below one", async () => {
  await using computer = await signedOutComputer(["--assets", "1"]);
  symlinkSync("/etc", join(computer.place.cwd, "link"));
  symlinkSync("/usr/share", join(computer.place.cwd, "share"));
  for (const target of ["link", "link/photos", "share/photos", "/etc/photos", "/usr/photos"]) {
    for (const flags of [[], ["--dry-run"]]) {
      const { code, stderr } = await computer.run("sync", "-d", target, ...flags);
      expect([code, stderr]).toEqual([1, expect.stringContaining("operating system")]);
    }
  }
  expect(await computer.simulator.asked()).toEqual([]);
});
