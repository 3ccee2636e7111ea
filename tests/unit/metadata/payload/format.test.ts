import { expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { fitnessOf } from "../../../../src/metadata/payload/format.ts";
import { payloadDifference } from "../../../../src/metadata/payload/compare.ts";
import { folderOfTest } from "../../../support/temp-folder.ts";
import { box, chunk, heif, jpeg, movie, png, tiff, u32 } from "../../../support/tiny-media.ts";

const ITEM = { id: 1, type: "hvc1", bytes: "pixels" };
const MEDIA = join(import.meta.dir, "../../../fixtures/media");

const rows: { name: string; bytes: Buffer; extension?: string; is: string }[] = [
  { name: "a JPEG", bytes: jpeg([]), is: "jpeg" },
  { name: "a JPEG by another name", bytes: jpeg([]), extension: ".heic", is: "jpeg" },
  { name: "a HEIC", bytes: heif({ items: [ITEM] }), is: "heif" },
  { name: "an AVIF", bytes: heif({ items: [ITEM], brand: "avif" }), is: "heif" },
  {
    name: "a HEIC with a motion photo behind it",
    bytes: heif({ items: [ITEM], more: [box("mpvd", "movie")] }),
    is: "unknown-parts",
  },
  {
    name: "a HEIC that is also a movie",
    bytes: heif({ items: [ITEM], more: [box("moov")] }),
    is: "unknown-parts",
  },
  { name: "a PNG", bytes: png([chunk("IHDR"), chunk("IDAT")]), is: "png" },
  {
    name: "an animated PNG",
    bytes: png([chunk("IHDR"), chunk("acTL"), chunk("IDAT")]),
    is: "animated-png",
  },
  { name: "a PNG without an end", bytes: png([]).subarray(0, 10), is: "unreadable" },
  { name: "a TIFF", bytes: tiff(), extension: ".TIF", is: "tiff" },
  { name: "a raw photo in the form of a TIFF", bytes: tiff(), extension: ".nef", is: "raw" },
  {
    name: "a DNG by the name of a TIFF",
    bytes: tiff({ more: [[50706, 1]] }),
    extension: ".tif",
    is: "raw",
  },
  {
    name: "a BigTIFF",
    bytes: Buffer.from("II\x2b\0\x08\0\0\0"),
    extension: ".tif",
    is: "big-tiff",
  },
  { name: "a movie", bytes: movie(), is: "movie" },
  { name: "a movie without ftyp", bytes: movie({ before: [box("wide")] }), is: "movie" },
  {
    name: "a movie that came in fragments",
    bytes: movie({ more: [box("moof")] }),
    is: "fragmented",
  },
  {
    name: "a movie made for fragments",
    bytes: movie({ inMovie: [box("mvex")] }),
    is: "fragmented",
  },
  {
    name: "a movie with a box nobody knows",
    bytes: movie({ more: [box("sefd")] }),
    is: "unknown-parts",
  },
  { name: "a movie without a head", bytes: box("ftyp", "qt  "), is: "unreadable" },
  { name: "a movie whose last box is cut", bytes: movie().subarray(0, -2), is: "unreadable" },
  {
    name: "a movie with junk behind it",
    bytes: Buffer.concat([movie(), Buffer.from("junk")]),
    is: "unreadable",
  },
  {
    name: "a box that claims the whole world",
    bytes: Buffer.concat([u32(1), Buffer.from("ftypqt  "), Buffer.alloc(8, 0xff)]),
    is: "unreadable",
  },
  { name: "a CR3", bytes: box("ftyp", "crx ", u32(0)), extension: ".cr3", is: "raw" },
  { name: "a GIF", bytes: Buffer.from("GIF89a..."), is: "gif" },
  { name: "a WebP", bytes: Buffer.from("RIFF\n\0\0\0WEBPVP8 "), is: "webp" },
  { name: "a RAF", bytes: Buffer.from("FUJIFILMCCD-RAW 0201"), extension: ".RAF", is: "raw" },
  { name: "nothing", bytes: Buffer.alloc(0), is: "unknown-format" },
  { name: "junk", bytes: Buffer.from("hello, I am no picture"), is: "unknown-format" },
];

for (const { name, bytes, extension = ".x", is } of rows) {
  test(`fitnessOf() takes ${name} for ${is}`, () => {
    const path = join(folderOfTest("kei-format"), "file");
    writeFileSync(path, bytes);
    const fitness = fitnessOf(path, extension);
    expect(fitness.kind === "fit" ? fitness.format : fitness.reason).toBe(is as never);
  });
}

test("fitnessOf() and payloadDifference() never throw, however a file is bent", async () => {
  const names = ["photo.heic", "movie.mov", "photo.jpg", "screenshot.png"];
  const real: Buffer[] = names.map((name) => readFileSync(join(MEDIA, name)));
  const seeds = [...real, tiff(), heif({ items: [ITEM] }), movie()];
  const folder = folderOfTest("kei-bent");
  const [one, other] = [join(folder, "one"), join(folder, "other.tif")];
  const change = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 127, 255));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(change, { maxLength: 8 }),
      fc.option(fc.nat(), { freq: 5 }),
      async (seed, changes, cut) => {
        const bytes = Buffer.from(seed);
        for (const [at, value] of changes) bytes[at % Math.min(bytes.length, 4000)] = value;
        writeFileSync(one, seed);
        writeFileSync(other, cut === null ? bytes : bytes.subarray(0, cut % bytes.length));
        fitnessOf(other, ".tif");
        for (const format of ["jpeg", "heif", "png", "tiff", "movie"] as const) {
          await payloadDifference(one, other, format, new AbortController().signal);
          await payloadDifference(other, other, format, new AbortController().signal);
        }
      },
    ),
    { numRuns: 60 },
  );
});
