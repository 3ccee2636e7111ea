/**
 * Makes the media seeds under tests/fixtures/media; run by hand, never by the tests.
 *
 * Needs ffmpeg, heif-enc, convert (ImageMagick) and exiftool. The seeds are committed because their bytes
 * differ from one version of these programs to the next.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rawPhoto } from "./make-raw-photo.ts";

const seedFolder = join(import.meta.dir, "../tests/fixtures/media");
const workFolder = await mkdtemp(join(tmpdir(), "make-media-"));
const seed = (name: string): string => join(seedFolder, name);
const work = (name: string): string => join(workFolder, name);

await makeStills();
await makeMovies();
await writeFile(seed("raw.dng"), rawPhoto());
await rm(workFolder, { recursive: true });

async function makeStills(): Promise<void> {
  await draw("photo", "160x120", "plasma:steelblue-wheat");
  await draw("edit", "160x120", "plasma:wheat-tomato");
  await convert("photo", ["-quality", "70"], seed("photo.jpg"));
  await tagCamera(seed("photo.jpg"), "2021:06:05 14:03:21");
  await convert("photo", ["-quality", "60", "-flop"], seed("plain.jpg"));
  await convert("photo", ["-quality", "50", "-resize", "96x72"], seed("medium.jpg"));
  await convert("photo", ["-quality", "40", "-resize", "48x36"], seed("thumb.jpg"));
  await convert("edit", ["-quality", "70"], seed("edit.jpg"));
  await convert("photo", ["-quality", "60"], seed("picture.webp"));
  await heif("photo", seed("photo.heic"));
  await tagCamera(seed("photo.heic"), "2022:08:14 09:30:00");
  await heif("edit", seed("edit.heic"));
  await draw("screen", "90x160", "gradient:navy-white");
  await convert("screen", ["-colors", "16"], seed("screenshot.png"));
  const frames = ["red", "green", "blue"].map((colour) => `xc:${colour}`);
  await run("convert", [
    "-size",
    "32x32",
    "-delay",
    "20",
    ...frames,
    "-loop",
    "0",
    seed("dance.gif"),
  ]);
}

async function makeMovies(): Promise<void> {
  const source = ["-f", "lavfi", "-i", "testsrc2=size=128x96:rate=10:duration=0.5"];
  const quiet = ["-y", "-loglevel", "error"];
  const h264 = ["-c:v", "libx264", "-crf", "38", "-pix_fmt", "yuv420p"];
  const taken = ["-metadata", "creation_time=2023-03-04T05:06:07Z"];
  await run("ffmpeg", [...quiet, ...source, ...h264, ...taken, seed("movie.mov")]);
  await run("ffmpeg", [...quiet, ...source, ...h264, ...taken, seed("movie.mp4")]);
  await run("ffmpeg", [...quiet, ...source, ...h264, "-vf", "scale=64:48", seed("small.mp4")]);
  await run("ffmpeg", [...quiet, ...source, ...h264, "-vf", "hue=h=90", seed("edit.mov")]);
  await run("ffmpeg", [...quiet, ...source, ...h264, work("live.mov")]);
  await writeFile(seed("live.mov"), startWithWide(await readFile(work("live.mov"))));
  const h265 = [
    "-c:v",
    "libx265",
    "-tag:v",
    "hvc1",
    "-crf",
    "40",
    "-x265-params",
    "log-level=none:info=0",
  ];
  await run("ffmpeg", [...quiet, ...source, ...h265, seed("live-hevc.mov")]);
}

/** Drops the ftyp atom, as old QuickTime files have none, and moves the chunk offsets by its length. */
function startWithWide(file: Buffer): Buffer {
  const ftypBytes = file.readUInt32BE(0);
  const movie = Buffer.from(file.subarray(ftypBytes));
  if (movie.toString("latin1", 4, 8) !== "wide")
    throw new Error("live.mov has no wide atom after ftyp");
  const table = movie.indexOf("stco") + 4;
  const count = movie.readUInt32BE(table + 4);
  for (let entry = 0; entry < count; entry += 1) {
    const at = table + 8 + 4 * entry;
    movie.writeUInt32BE(movie.readUInt32BE(at) - ftypBytes, at);
  }
  return movie;
}

async function draw(name: string, size: string, picture: string): Promise<void> {
  await run("convert", ["-seed", "7", "-size", size, picture, "-blur", "0x2", work(`${name}.png`)]);
}

async function convert(name: string, options: string[], target: string): Promise<void> {
  await run("convert", [work(`${name}.png`), ...options, "-strip", target]);
}

async function heif(name: string, target: string): Promise<void> {
  await run("heif-enc", ["-q", "40", work(`${name}.png`), "-o", target]);
}

async function tagCamera(path: string, taken: string): Promise<void> {
  const tags = {
    Make: "Apple",
    Model: "iPhone 13",
    DateTimeOriginal: taken,
    CreateDate: taken,
    OffsetTimeOriginal: "+02:00",
    GPSLatitude: "48.2082",
    GPSLatitudeRef: "N",
    GPSLongitude: "16.3738",
    GPSLongitudeRef: "E",
  };
  const options = Object.entries(tags).map(([tag, value]) => `-EXIF:${tag}=${value}`);
  await run("exiftool", ["-q", "-overwrite_original", ...options, path]);
}

async function run(program: string, options: string[]): Promise<void> {
  const child = Bun.spawn([program, ...options], { stdout: "inherit", stderr: "inherit" });
  if ((await child.exited) !== 0) throw new Error(`Cannot run ${program} ${options.join(" ")}`);
}
