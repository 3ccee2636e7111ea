/** What Apple knows travels with the file: written, read by others, kept true, and never at the price of a picture. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { signedInComputer } from "../support/computer.ts";
import { filesBelow } from "../support/disk.ts";

const TIMEOUT_MS = 120_000;
const ALL = [
  "--set-exif-datetime",
  "--set-exif-gps",
  "--set-exif-rating",
  "--set-exif-description",
  "--embed-xmp",
];
const FLAT = ["--folder-structure", "none"];

const WISHES = {
  caption: "Größe 🙂 <&amp;>",
  description: "Zwei\nZeilen",
  keywords: ["Meer", "Zwei Wörter"],
  location: { latitude: -33.5, longitude: 151.25 },
  favorite: true,
  offsetSeconds: 7200,
};

const asset = (name: string, kind: string, more: Record<string, unknown> = {}) => ({
  ...{ name, kind, date: "2024-05-06T05:08:09Z", bytes: 0, ...WISHES },
  ...more,
});

const KINDS = [
  asset("IMG_1.HEIC", "heic"),
  asset("IMG_2.JPG", "jpeg"),
  asset("IMG_3.PNG", "screenshot"),
  asset("IMG_4.MOV", "mov"),
  asset("IMG_5.GIF", "gif"),
  asset("IMG_6.DNG", "raw"),
];

async function aComputer(assets: readonly unknown[]) {
  const computer = await signedInComputer(["--assets", "0"]);
  await computer.simulator.library("add", { assets });
  const { photos } = computer.place;
  const sync = (...flags: string[]) => computer.run("sync", "-d", photos, ...FLAT, ...flags);
  const path = (name: string) => join(photos, name);
  return {
    computer,
    photos,
    sync,
    path,
    [Symbol.asyncDispose]: () => computer[Symbol.asyncDispose](),
  };
}

/** Tags as Debian's ExifTool reads them. */
function tagsOf(path: string, ...names: string[]): Record<string, unknown> {
  const argv = ["exiftool", "-j", "-n", "-G1", "-api", "QuickTimeUTC=1", ...names, path];
  const said = Bun.spawnSync(argv, {
    env: { LC_ALL: "C.UTF-8", PATH: "/usr/bin:/bin", TZ: "UTC" },
  });
  return (JSON.parse(said.stdout.toString()) as Record<string, unknown>[])[0]!;
}

describe("metadata in files", () => {
  test(
    "every kind that can carry it says it all, the others count, and a second run does nothing",
    async () => {
      await using home = await aComputer(KINDS);
      const { sync, path, computer, photos } = home;
      const first = await sync(...ALL, "--xmp-sidecar");
      expect([first.code, first.stderr]).toEqual([
        0,
        expect.stringContaining("Metadata: 4 written"),
      ]);
      expect(first.stderr).toContain("2 cannot carry it (1 gif, 1 raw)");
      for (const name of ["IMG_1.HEIC", "IMG_2.JPG", "IMG_3.PNG"]) {
        expect(tagsOf(path(name))).toMatchObject({
          "IFD0:Rating": 5,
          "XMP-xmp:Rating": 5,
          "IFD0:ImageDescription": "Zwei\nZeilen",
          "XMP-dc:Title": "Größe 🙂 <&amp;>",
          "XMP-dc:Subject": ["Meer", "Zwei Wörter"],
        });
      }
      expect(tagsOf(path("IMG_3.PNG"))).toMatchObject({
        "ExifIFD:DateTimeOriginal": "2024:05:06 07:08:09",
        "ExifIFD:OffsetTimeOriginal": "+02:00",
        "GPS:GPSLatitudeRef": "S",
        "XMP-exif:GPSLongitude": 151.25,
      });
      // The camera's own date stays.
      expect(tagsOf(path("IMG_1.HEIC"))["ExifIFD:DateTimeOriginal"]).toBe("2022:08:14 09:30:00");
      expect(tagsOf(path("IMG_4.MOV"))).toMatchObject({
        "Keys:GPSCoordinates": expect.stringContaining("-33.5 151.25"),
        "Keys:Title": "Größe 🙂 <&amp;>",
        "XMP-xmp:Rating": 5,
      });
      for (const { name } of KINDS) {
        expect(tagsOf(path(`${name}.xmp`))).toMatchObject({
          "XMP-dc:Title": "Größe 🙂 <&amp;>",
          "XMP-exif:GPSLatitude": -33.5,
          "XMP-exif:DateTimeOriginal": "2024:05:06 07:08:09+02:00",
        });
      }
      const before = filesBelow(photos).map(({ path: one }) => statSync(path(one)).mtimeMs);
      const mark = await computer.simulator.mark();
      const second = await sync(...ALL, "--xmp-sidecar");
      expect([second.code, second.stderr]).toEqual([0, expect.not.stringContaining("written")]);
      expect(await computer.countAsked("content", mark)).toBe(0);
      expect(filesBelow(photos).map(({ path: one }) => statSync(path(one)).mtimeMs)).toEqual(
        before,
      );
      expect((await computer.run("verify", "--checksums")).code).toBe(0);
      expect((await computer.run("status")).stdout).toMatch(
        /Metadata: +4 written, 6 sidecars, 2 cannot carry it/,
      );
    },
    TIMEOUT_MS,
  );

  test(
    "a flag that is turned on writes into what is here, without a download; what iCloud takes back goes",
    async () => {
      await using home = await aComputer(KINDS.slice(0, 4));
      const { sync, path, computer } = home;
      expect((await sync()).code).toBe(0);
      const mark = await computer.simulator.mark();
      const trial = await sync(...ALL, "--dry-run");
      expect([trial.code, trial.stderr]).toEqual([0, expect.stringContaining("write metadata")]);
      expect(tagsOf(path("IMG_2.JPG"))["IFD0:Rating"]).toBeUndefined();
      const on = await sync(...ALL);
      expect([on.code, on.stderr]).toEqual([0, expect.stringContaining("Metadata: 4 written")]);
      expect(on.stderr).not.toMatch(/[1-9]\d* downloaded/);
      expect(await computer.countAsked("content", mark)).toBe(0);
      expect(tagsOf(path("IMG_2.JPG"))["IFD0:Rating"]).toBe(5);
      expect(new Date(statSync(path("IMG_2.JPG")).mtimeMs).toISOString()).toBe(
        "2024-05-06T05:08:09.000Z",
      );

      await computer.simulator.library("favorite", {
        fileName: "IMG_2.JPG",
        value: false,
      });
      const off = await sync(...ALL);
      expect([off.code, off.stderr]).toEqual([0, expect.stringContaining("Metadata: 1 written")]);
      expect(tagsOf(path("IMG_2.JPG"))["IFD0:Rating"]).toBeUndefined();
      expect(tagsOf(path("IMG_2.JPG"))["XMP-xmp:Rating"]).toBeUndefined();
      expect(tagsOf(path("IMG_2.JPG"))["XMP-dc:Title"]).toBeDefined();
      expect(tagsOf(path("IMG_1.HEIC"))["IFD0:Rating"]).toBe(5);
      expect((await computer.run("verify", "--checksums")).code).toBe(0);
      // Nothing is taken out because nobody asks for it any more.
      expect((await sync()).code).toBe(0);
      expect(tagsOf(path("IMG_1.HEIC"))["IFD0:Rating"]).toBe(5);
    },
    TIMEOUT_MS,
  );

  test(
    "what a person changed is theirs: named, counted, and not written into",
    async () => {
      await using home = await aComputer([KINDS[1]]);
      const { sync, path } = home;
      expect((await sync()).code).toBe(0);
      const bytes = Buffer.concat([readFileSync(path("IMG_2.JPG")), Buffer.from("mine")]);
      writeFileSync(path("IMG_2.JPG"), bytes);
      const after = await sync(...ALL);
      expect([after.code, after.stderr]).toEqual([
        0,
        expect.stringContaining("left IMG_2.JPG as it is"),
      ]);
      expect(readFileSync(path("IMG_2.JPG"))).toEqual(bytes);
    },
    TIMEOUT_MS,
  );

  test(
    "without a tool that works it is said before signing in, and sidecars need none",
    async () => {
      await using home = await aComputer([KINDS[1]]);
      const { sync, path, computer } = home;
      writeFileSync(path("../nowhere"), "");
      const mark = await computer.simulator.mark();
      const { data } = computer.place;
      Object.assign(computer.env, { HOME: path("../nowhere") });
      writeFileSync(join(data, "cache"), "in the way");
      const refused = await sync(...ALL);
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringContaining("ExifTool cannot run here"),
      ]);
      expect(await computer.countAsked("auth", mark)).toBe(0);
      expect((await sync("--xmp-sidecar")).code).toBe(0);
      expect(readdirSync(home.photos).toSorted()).toEqual(["IMG_2.JPG", "IMG_2.JPG.xmp"]);
    },
    TIMEOUT_MS,
  );
});

describe("sidecars", () => {
  const FOREIGN = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:darktable="http://darktable.sf.net/" darktable:history_end="4">
  <darktable:masks><rdf:Seq/></darktable:masks>
 </rdf:Description>
</rdf:RDF></x:xmpmeta>`;

  test(
    "keep aside what a person said in them and iCloud says otherwise, once",
    async () => {
      await using home = await aComputer([KINDS[0]]);
      const { sync, path, computer } = home;
      expect((await sync()).code).toBe(0);
      const own = FOREIGN.replace(
        "darktable:history_end",
        'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3" darktable:history_end',
      );
      writeFileSync(path("IMG_1.HEIC.xmp"), own);
      const { code, stderr } = await sync("--xmp-sidecar");
      expect([code, stderr]).toEqual([0, expect.stringContaining("kept IMG_1.HEIC.xmp as")]);
      expect(readFileSync(path("IMG_1.HEIC.xmp.bak"), "utf8")).toBe(own);
      // What kei wrote itself gives way without a copy, also when it does not remember that it did.
      expect((await computer.run("reset", "state", "--yes")).code).toBe(0);
      expect((await sync("--xmp-sidecar")).stderr).not.toContain("kept IMG_1");
      expect(readdirSync(home.photos).toSorted()).toEqual([
        "IMG_1.HEIC",
        "IMG_1.HEIC.xmp",
        "IMG_1.HEIC.xmp.bak",
      ]);
    },
    TIMEOUT_MS,
  );

  test(
    "of another program keep what is not ours, follow changes, and one nobody can read is kept aside",
    async () => {
      await using home = await aComputer([KINDS[0], KINDS[1]]);
      const { sync, path, computer } = home;
      expect((await sync()).code).toBe(0);
      writeFileSync(path("IMG_1.HEIC.xmp"), FOREIGN);
      writeFileSync(path("IMG_2.JPG.xmp"), "not XML at all");
      const first = await sync("--xmp-sidecar");
      expect([first.code, first.stderr]).toEqual([
        0,
        expect.stringContaining("kept IMG_2.JPG.xmp as IMG_2.JPG.xmp.bak"),
      ]);
      expect(readFileSync(path("IMG_2.JPG.xmp.bak"), "utf8")).toBe("not XML at all");
      const merged = readFileSync(path("IMG_1.HEIC.xmp"), "utf8");
      for (const line of FOREIGN.split("\n").slice(0, 4)) expect(merged).toContain(line);
      expect(merged).toContain("<xmp:Rating>5</xmp:Rating>");

      // Another program goes on working with it.
      const developed = merged.replace('history_end="4"', 'history_end="9"');
      writeFileSync(path("IMG_1.HEIC.xmp"), developed);
      const looked = await computer.run("verify", "--checksums");
      expect([looked.code, looked.stdout]).toEqual([0, expect.stringContaining("CHANGED: ")]);
      await computer.simulator.library("favorite", {
        fileName: "IMG_1.HEIC",
        value: false,
      });
      expect((await sync("--xmp-sidecar")).code).toBe(0);
      const after = readFileSync(path("IMG_1.HEIC.xmp"), "utf8");
      expect(after).toContain('history_end="9"');
      expect(after).not.toContain("xmp:Rating>");
      expect(after).toContain("<dc:title>");
      expect((await computer.run("verify", "--checksums")).code).toBe(0);

      rmSync(path("IMG_1.HEIC.xmp"));
      expect((await sync("--xmp-sidecar")).code).toBe(0);
      expect(tagsOf(path("IMG_1.HEIC.xmp"))["XMP-dc:Title"]).toBeDefined();
    },
    TIMEOUT_MS,
  );

  test(
    "go where their photos go",
    async () => {
      await using home = await aComputer([KINDS[0]]);
      const { computer, photos, sync } = home;
      expect((await sync("--xmp-sidecar")).code).toBe(0);
      const argv = ["sync", "-d", photos, "--xmp-sidecar", "--relayout"];
      expect((await computer.run(...argv)).code).toBe(0);
      expect(
        filesBelow(photos)
          .map(({ path }) => path)
          .toSorted(),
      ).toEqual(["2024/05/06/IMG_1.HEIC", "2024/05/06/IMG_1.HEIC.xmp"]);
    },
    TIMEOUT_MS,
  );
});
