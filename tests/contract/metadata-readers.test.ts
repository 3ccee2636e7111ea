/**
 * What is written is found by programs that have nothing to do with ExifTool, and the pictures decode to the same
 * pixels before and after: for every format, and for the structures that are easily hurt.
 */
import { afterAll, beforeAll, expect } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { dueFacets } from "../../src/metadata/due.ts";
import { embed } from "../../src/metadata/embed.ts";
import { FACETS } from "../../src/metadata/facets.ts";
import type { Values } from "../../src/metadata/facets.ts";
import { momentOf } from "../../src/metadata/moment.ts";
import { ExifToolProcess } from "../../src/metadata/tool/exiftool.ts";
import { locateTool, SYSTEM_PERLS } from "../../src/metadata/tool/locate.ts";
import { testWith } from "../support/test-with.ts";
import { segment } from "../support/tiny-media.ts";

const MEDIA = join(import.meta.dir, "../fixtures/media");
const VALUES: Values = {
  datetime: momentOf(Date.UTC(2024, 4, 6, 5, 8, 9), 7200, "UTC"),
  gps: { latitude: -33.5, longitude: 151.25, altitude: 12 },
  rating: 5,
  description: "Grüße & mehr",
  title: "Titel",
  keywords: ["Meer", "Zwei Wörter"],
};
const NEEDS = ["ffmpeg", "heif-convert", "exiv2"] as const;

let folder: string;
let exiftool: ExifToolProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kei-readers-"));
  const packs = { exiftool: null, perl: null };
  exiftool = new ExifToolProcess(
    await locateTool({ packs, caches: [], perls: SYSTEM_PERLS, nowMs: 0 }),
  );
});
afterAll(async () => {
  await exiftool.close();
  rmSync(folder, { recursive: true });
});

/** How each file is made. */
const STILLS: Record<string, (path: string) => void> = {
  "plain.jpg": (path) => copyFileSync(join(MEDIA, "plain.jpg"), path),
  "trailer.jpg": (path) => appendTo("plain.jpg", "MotionPhoto_Data and whatever else", path),
  "mpf.jpg": (path) => insertInto("plain.jpg", segment(0xe2, "MPF\0II*\0index"), path),
  "photo.heic": (path) => copyFileSync(join(MEDIA, "photo.heic"), path),
  "edit.heic": (path) => copyFileSync(join(MEDIA, "edit.heic"), path),
  "picture.avif": (path) => {
    draw(`${path}.png`, "rgb24");
    run(["heif-enc", "-A", `${path}.png`, "-o", path]);
  },
  "screenshot.png": (path) => copyFileSync(join(MEDIA, "screenshot.png"), path),
  "deep.png": (path) => draw(path, "rgb48be"),
  "packed.tif": (path) => draw(path, "rgb24", ["-compression_algo", "lzw"]),
  "raw.tif": (path) => draw(path, "rgb48le", ["-compression_algo", "raw"]),
};

for (const [name, make] of Object.entries(STILLS)) {
  testWith(...NEEDS)(`exiv2 finds it all in ${name}, and its pixels are the same`, async () => {
    const path = join(folder, name);
    make(path);
    const before = pixels(path);
    const copy = await written(path);
    expect(pixels(copy)).toEqual(before);
    const found = readByExiv2(copy);
    for (const line of [
      /Exif\.Image\.ImageDescription +Grüße & mehr/,
      /Xmp\.dc\.title +lang="x-default" Titel/,
      /Xmp\.dc\.subject +Meer, Zwei Wörter/,
      /Xmp\.xmp\.Rating +5/,
    ]) {
      expect(found).toMatch(line);
    }
    // What the camera says of date and place stays.
    if (name !== "photo.heic") {
      expect(found).toMatch(/Exif\.Photo\.DateTimeOriginal +2024:05:06 07:08:09/);
      expect(found).toMatch(/Exif\.GPSInfo\.GPSLatitudeRef +South/);
    }
  });
}

const MOVIES = ["movie.mov", "movie.mp4", "live.mov", "live-hevc.mov"];
for (const name of MOVIES) {
  testWith(...NEEDS)(`ffprobe finds it all in ${name}, and its frames are the same`, async () => {
    const path = join(folder, name);
    copyFileSync(join(MEDIA, name), path);
    const before = pixels(path);
    const copy = await written(path);
    expect(pixels(copy)).toEqual(before);
    const asked = ["ffprobe", "-v", "error", "-show_format", "-of", "json", copy];
    const { format } = JSON.parse(run(asked)) as { format: { tags: Record<string, string> } };
    const tags = Object.values(format.tags).join("\n");
    for (const word of ["Titel", "Grüße & mehr", "-33.5"]) expect(tags).toContain(word);
  });
}

/** The copy with everything in it. */
async function written(original: string): Promise<string> {
  const copy = join(folder, `copy-${basename(original)}`);
  const have = new Map();
  const done = await embed(
    {
      original,
      makeCopy: async () => (copyFileSync(original, copy), copy),
      dropCopy: async () => rmSync(copy, { force: true }),
      extension: extname(original),
      values: VALUES,
      due: dueFacets(VALUES, new Set(FACETS), have),
      have,
    },
    exiftool,
    new AbortController().signal,
  );
  expect(done).toMatchObject({ kind: "written" });
  return copy;
}

/** What exiv2 finds; of HEIF it is given what libheif takes out, because Debian's reads none of it. */
function readByExiv2(path: string): string {
  const read = (file: string) => run(["exiv2", "-q", "-PEXkt", "pr", file]);
  if (!isHeif(path)) return read(path);
  const taken = `${path}.taken`;
  const how = ["--with-xmp", "--with-exif", "--skip-exif-offset", "--quiet"];
  run(["heif-convert", ...how, path, `${taken}.png`]);
  return read(`${taken}.exif`) + read(`${taken}.xmp`);
}

function isHeif(path: string): boolean {
  return /\.(heic|avif)$/.test(path);
}

/** What a decoder makes of a picture or movie, in one short text. */
function pixels(path: string): string {
  if (!isHeif(path)) {
    return run(["ffmpeg", "-v", "error", "-i", path, "-map", "0", "-f", "framemd5", "-"]);
  }
  const decoded = `${path}.decoded.png`;
  run(["heif-convert", path, decoded]);
  return run(["ffmpeg", "-v", "error", "-i", decoded, "-f", "framemd5", "-"]);
}

function draw(path: string, pixelFormat: string, more: readonly string[] = []): void {
  const source = ["-f", "lavfi", "-i", "testsrc2=size=64x48", "-frames:v", "1"];
  run(["ffmpeg", "-y", "-v", "error", ...source, "-pix_fmt", pixelFormat, ...more, path]);
}

function appendTo(name: string, text: string, path: string): void {
  writeFileSync(path, Buffer.concat([readFileSync(join(MEDIA, name)), Buffer.from(text)]));
}

function insertInto(name: string, part: Buffer, path: string): void {
  const bytes = readFileSync(join(MEDIA, name));
  writeFileSync(path, Buffer.concat([bytes.subarray(0, 2), part, bytes.subarray(2)]));
}

function run(argv: string[]): string {
  const env = { PATH: process.env["PATH"]!, LC_ALL: "C.UTF-8", TZ: "UTC" };
  const { exitCode, stdout, stderr } = Bun.spawnSync(argv, { env, timeout: 60_000 });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr.toString()}`);
  return stdout.toString();
}
