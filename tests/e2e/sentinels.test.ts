/** What somebody planted in the target folder under a name that kei gives, or gave: it stays, and the photos come. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { Database } from "bun:sqlite";
import {
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { filesBelow } from "../support/disk.ts";
import { filesWanted } from "../support/manifest.ts";
import { base32 } from "../support/base32.ts";
import { signedInComputer, type Computer } from "../support/computer.ts";

setDefaultTimeout(60_000);

const isRoot = process.geteuid?.() === 0;
const NEXT_BYTES = 30_002;
const SYNC = ["sync", "-d", "photos"];

const SENTINELS: Record<string, (path: string, victim: string) => void> = {
  "a link": (path, victim) => symlinkSync(victim, path),
  "a dead link": (path, victim) => symlinkSync(`${victim}-not`, path),
  "a folder": (path) => {
    mkdirSync(path);
    writeFileSync(join(path, "inside"), "somebody's");
  },
  "a pipe": (path) => void Bun.spawnSync(["mkfifo", path]),
  ...(isRoot && {
    "somebody else's file": (path: string) => {
      writeFileSync(path, "planted");
      chownSync(path, 12345, 12345);
    },
  }),
};

/** The part of the photo that comes next, as only who reads kei's memory can know it. */
async function nextPart(computer: Computer): Promise<string> {
  const { data, photos } = computer.place;
  const name = readdirSync(data).find((each) => each.endsWith(".db"))!;
  using db = new Database(join(data, name), { readonly: true });
  const query = db.query<{ value: string }, []>(
    "SELECT value FROM settings WHERE key = 'part owner'",
  );
  const owner = query.get()!.value;
  const { fileChecksum } = (await computer.simulator.manifest())
    .flatMap(filesWanted)
    .find(({ size }) => size === NEXT_BYTES)!;
  const content = base32(Buffer.from(fileChecksum, "base64"));
  return join(photos, "2024/01/06", `${content}-${owner}.kei-tmp`);
}

for (const [what, plant] of Object.entries(SENTINELS)) {
  test.concurrent(
    `${what} under names of parts and of the probe stays, and the photos come`,
    async () => {
      await using computer = await signedInComputer(["--assets", "0"]);
      const { photos, cwd } = computer.place;
      await computer.addPhoto("IMG_0001.JPG", 30_001);
      expect((await computer.run(...SYNC)).code).toBe(0);
      await computer.addPhoto("IMG_0002.JPG", NEXT_BYTES, "2024-01-06");
      mkdirSync(join(photos, "2024/01/06"));
      const victim = join(cwd, "victim");
      writeFileSync(victim, "a person's own");
      const planted = [
        join(photos, ".kei_probe"),
        join(photos, "2024/01/06/.moving.kei-tmp"),
        await nextPart(computer),
      ];
      for (const path of planted) plant(path, victim);
      const before = planted.map(looksLike);
      for (const flags of [["--dry-run"], [], []]) {
        const { code, stderr } = await computer.run(...SYNC, ...flags);
        expect([code, stderr]).toEqual([0, expect.not.stringContaining("failed IMG")]);
        expect(planted.map(looksLike)).toEqual(before);
        expect(readFileSync(victim, "utf8")).toBe("a person's own");
        expect(readdirSync(cwd)).not.toContain("victim-not");
      }
      for (const path of [...planted, victim]) rmSync(path, { recursive: true });
      expect(filesBelow(photos).map(({ path }) => path)).toEqual([
        "2024/01/05/IMG_0001.JPG",
        "2024/01/06/IMG_0002.JPG",
      ]);
      expect(await computer.findFaults()).toEqual([]);
    },
  );
}

function looksLike(path: string): string {
  const { ino, mode, size, uid } = lstatSync(path);
  return [path, ino, mode, size, uid].join(" ");
}
