import { describe, expect, onTestFinished, test } from "bun:test";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exiftoolFiles, localPerl } from "../../../scripts/pack.ts";
import { bootArguments } from "../../../src/metadata/tool/boot.ts";
import { ExifToolProcess } from "../../../src/metadata/tool/exiftool.ts";
import { locateTool, SYSTEM_PERLS } from "../../../src/metadata/tool/locate.ts";
import { writePack } from "../../../src/metadata/tool/pack.ts";
import { momentOf } from "../../../src/metadata/moment.ts";
import { wrongTags } from "../../../src/metadata/read-back.ts";
import { tagsOf } from "../../../src/metadata/tags.ts";
import { folderOfTest } from "../../support/temp-folder.ts";
import { until } from "../../support/until.ts";

const MEDIA = join(import.meta.dir, "../../fixtures/media");
const FAST = 1;
const exiftool = writePack(exiftoolFiles(), FAST);
const kitFiles = localPerl();
const kit = kitFiles && writePack(kitFiles, FAST);
const LIMITS = { deadlineMs: 30_000, signal: new AbortController().signal };
const DATE = momentOf(Date.UTC(2024, 4, 6), 3600, "UTC");

describe("locateTool() with what travels inside the executable", () => {
  test("runs on the perl of its own where there is no other, and writes dates of movies", async () => {
    if (kit === null) return; // no Linux, or no perl to make one of
    const cache = folderOfTest("kei cache");
    const places = {
      packs: { exiftool, perl: kit },
      caches: [cache],
      perls: [],
      nowMs: Date.now(),
    };
    const tool = await locateTool(places);
    expect(tool.argv[0]).toStartWith(cache);
    const path = join(cache, "movie.mov");
    copyFileSync(join(MEDIA, "movie.mov"), path);
    const program = new ExifToolProcess(tool);
    const tags = [...tagsOf("datetime", DATE, "movie"), ...tagsOf("title", "ü 🙂", "movie")];
    expect(await program.write(path, tags, LIMITS)).toEqual([]);
    const names = tags.map(({ name }) => name);
    expect(wrongTags(tags, await program.read(path, names, LIMITS))).toEqual([]);
    await program.close();
  });

  test("falls back to the system's perl when its own cannot be started", async () => {
    const perl = writePack([{ path: "loader", isExecutable: true, bytes: Buffer.from("junk") }]);
    const places = {
      packs: { exiftool, perl },
      caches: [folderOfTest("kei-cache")],
      perls: SYSTEM_PERLS,
      nowMs: Date.now(),
    };
    expect((await locateTool(places)).argv[0]).toBe("/usr/bin/perl");
  });

  test("takes the next cache when the first cannot be written", async () => {
    const [closed, open] = [folderOfTest("kei-cache"), folderOfTest("kei-cache")];
    writeFileSync(join(closed, "file"), "");
    const caches = [join(closed, "file", "cache"), open];
    const packs = { exiftool, perl: null };
    await locateTool({ packs, caches, perls: SYSTEM_PERLS, nowMs: Date.now() });
    expect(readdirSync(open).map((name) => name.split("-")[0])).toEqual(["exiftool"]);
  });

  test("says which cache had no room", async () => {
    const closed = join(folderOfTest("kei-cache"), "file");
    writeFileSync(closed, "");
    const packs = { exiftool, perl: null };
    const places = { packs, caches: [closed], perls: SYSTEM_PERLS, nowMs: Date.now() };
    const error = await locateTool(places).catch((caught: unknown) => caught);
    expect((error as Error).message).toContain(closed);
  });
});

describe("a perl that kei started", () => {
  const busy = '$| = 1; print "$$\\n"; while (1) { }';
  const waiting = '$| = 1; print "$$\\n"; while (<STDIN>) { }';
  for (const [name, code] of Object.entries({ "is busy": busy, "is waiting": waiting })) {
    test(`ends with kei on kill -9 while it ${name}`, async () => {
      const folder = folderOfTest("kei-orphan");
      const script = join(folder, "script.pl");
      writeFileSync(script, code);
      const argv = ["/usr/bin/perl", ...bootArguments(script)];
      const parent = join(folder, "parent.ts");
      writeFileSync(
        parent,
        `import { spawn } from "node:child_process";
         const child = spawn(${JSON.stringify(argv[0])}, ${JSON.stringify(argv.slice(1))}, { stdio: ["pipe", "inherit", "ignore"], detached: true, env: {} });
         await new Promise((resolve) => child.on("exit", resolve));`,
      );
      const env = { PATH: "/usr/bin" };
      const program = Bun.spawn([process.execPath, parent], {
        env,
        stdout: "pipe",
        stderr: "ignore",
      });
      onTestFinished(() => program.kill("SIGKILL"));
      const { value } = await program.stdout.getReader().read();
      const pid = Number(new TextDecoder().decode(value));
      expect(isRunning(pid)).toBeTrue();
      program.kill("SIGKILL");
      await until("the end of perl", async () => !isRunning(pid));
    });
  }
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // no such process
  }
}
