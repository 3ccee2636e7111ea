import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { payloadDifference } from "../../../../src/metadata/payload/compare.ts";
import type { Format } from "../../../../src/metadata/payload/format.ts";
import { folderOfTest } from "../../../support/temp-folder.ts";
import {
  box,
  chunk,
  heif,
  jpeg,
  movie,
  png,
  segment,
  tiff,
  wideBox,
} from "../../../support/tiny-media.ts";
import type { TinyHeif, TinyItem } from "../../../support/tiny-media.ts";

const QUANTIZATION = segment(0xdb, "tables");
const MPF = segment(0xe2, "MPF\0index");
const EXIF = segment(0xe1, "Exif\0\0II");
const XMP = segment(0xe1, "http://ns.adobe.com/xap/1.0/\0<x/>");
const JPEG = jpeg([EXIF, MPF, QUANTIZATION], "pixels", "second picture, movie");

const PICTURE: TinyItem = { id: 1, type: "hvc1", bytes: "pixels" };
const DEPTH: TinyItem = { id: 2, type: "hvc1", bytes: "depth" };
const GRID: TinyItem = { id: 3, type: "tmap", bytes: "tone map", isInside: true };
const URI: TinyItem = { id: 4, type: "uri ", bytes: "settings" };
const EXIF_ITEM: TinyItem = { id: 5, type: "Exif", bytes: "exif" };
const XMP_ITEM: TinyItem = {
  id: 6,
  type: "mime",
  bytes: "<x/>",
  contentType: "application/rdf+xml",
};
const keys = (...names: string[]) => [
  box("meta", names.map((name) => `com.apple.quicktime.${name}`).join("\0")),
];

const HEIF: TinyHeif = {
  items: [PICTURE, DEPTH, GRID, URI],
  references: [["auxl", 2, 1]],
  more: [box("free", "1234")],
};

const PNG = png([chunk("IHDR", "16"), chunk("prIv", "mine"), chunk("IDAT", "pixels")], "after");

interface Row {
  readonly name: string;
  readonly format: Format;
  readonly original: Buffer;
  readonly copy: Buffer;
}

const same: Row[] = [
  row(
    "jpeg",
    "with other EXIF and XMP",
    JPEG,
    jpeg(
      [XMP, segment(0xe1, "Exif\0\0longer"), MPF, QUANTIZATION],
      "pixels",
      "second picture, movie",
    ),
  ),
  row(
    "heif",
    "with EXIF and XMP added, so that all else lies elsewhere",
    heif(HEIF),
    heif({
      ...HEIF,
      items: [EXIF_ITEM, PICTURE, DEPTH, GRID, URI, XMP_ITEM],
      references: [
        ["auxl", 2, 1],
        ["cdsc", 5, 1],
      ],
    }),
  ),
  row(
    "heif",
    "with its items in another order of places",
    heif(HEIF),
    heif({
      ...HEIF,
      items: [PICTURE, DEPTH, GRID, URI],
      more: [box("free", "1234"), box("free", "x")],
    }),
    true,
  ),
  row(
    "png",
    "with texts and EXIF added",
    PNG,
    png(
      [
        chunk("IHDR", "16"),
        chunk("eXIf", "II"),
        chunk("iTXt", "XML"),
        chunk("prIv", "mine"),
        chunk("IDAT", "pixels"),
      ],
      "after",
    ),
  ),
  row(
    "tiff",
    "with a description, and its strips elsewhere",
    tiff(),
    tiff({ description: "words", dataAt: 5000 }),
  ),
  row(
    "tiff",
    "of two pages",
    tiff({ pages: [{ strips: ["a"] }, { strips: ["b"] }], isBig: true }),
    tiff({ pages: [{ strips: ["a"] }, { strips: ["b"] }], isBig: true, dataAt: 6000 }),
  ),
  row(
    "movie",
    "with other dates and words, and its chunks moved along",
    movie(),
    movie({ dates: "changed-", user: "title and place" }),
  ),
  row(
    "movie",
    "without ftyp, beginning with wide",
    movie({ before: [box("wide")] }),
    movie({ before: [box("wide")], user: "w" }),
  ),
  row(
    "movie",
    "with 64-bit media data first",
    movie({ data: wideBox("mdat", "samples"), isDataFirst: true }),
    movie({ data: wideBox("mdat", "samples"), isDataFirst: true, user: "w" }),
  ),
  row(
    "movie",
    "with more said of it, and less of what kei said",
    movie({ inMovie: keys("content.identifier", "title") }),
    movie({ inMovie: keys("content.identifier", "description") }),
  ),
];

const different: Row[] = [
  row("jpeg", "with another scan", JPEG, flipped(JPEG, "pixels")),
  row("jpeg", "with other tables", JPEG, flipped(JPEG, "tables")),
  row("jpeg", "with another index of its pictures", JPEG, flipped(JPEG, "index")),
  row("jpeg", "with another trailer", JPEG, flipped(JPEG, "movie")),
  row("jpeg", "without its trailer", JPEG, JPEG.subarray(0, -5)),
  row("jpeg", "with more behind it", JPEG, Buffer.concat([JPEG, Buffer.from("x")])),
  row(
    "jpeg",
    "without a segment",
    JPEG,
    jpeg([EXIF, QUANTIZATION], "pixels", "second picture, movie"),
  ),
  row(
    "jpeg",
    "with segments in another order",
    JPEG,
    jpeg([EXIF, QUANTIZATION, MPF], "pixels", "second picture, movie"),
  ),
  row("jpeg", "with an APP1 of another kind", jpeg([segment(0xe1, "mine")]), jpeg([])),
  row("jpeg", "that is cut before the scan", JPEG, JPEG.subarray(0, 20)),
  row("jpeg", "that is empty", JPEG, Buffer.alloc(0)),
  row("heif", "with other pixels", heif(HEIF), flipped(heif(HEIF), "pixels")),
  row("heif", "with another depth", heif(HEIF), flipped(heif(HEIF), "depth")),
  row("heif", "with another tone map", heif(HEIF), flipped(heif(HEIF), "tone map")),
  row("heif", "with other settings of the camera", heif(HEIF), flipped(heif(HEIF), "settings")),
  row("heif", "with other properties", heif(HEIF), heif({ ...HEIF, properties: "q" })),
  row("heif", "without an item", heif(HEIF), heif({ ...HEIF, items: [PICTURE, DEPTH, GRID] })),
  row("heif", "without a reference", heif(HEIF), heif({ ...HEIF, references: [] })),
  row(
    "heif",
    "with a reference that does not describe",
    heif(HEIF),
    heif({
      ...HEIF,
      references: [
        ["auxl", 2, 1],
        ["thmb", 2, 1],
      ],
    }),
  ),
  row("heif", "with another brand", heif(HEIF), heif({ ...HEIF, brand: "mif1" })),
  row("heif", "that is cut", heif(HEIF), heif(HEIF).subarray(0, -20)),
  row("png", "with other pixels", PNG, flipped(PNG, "pixels")),
  row(
    "png",
    "without a private chunk",
    PNG,
    png([chunk("IHDR", "16"), chunk("IDAT", "pixels")], "after"),
  ),
  row(
    "png",
    "without what follows its end",
    PNG,
    png([chunk("IHDR", "16"), chunk("prIv", "mine"), chunk("IDAT", "pixels")]),
  ),
  row("tiff", "with another strip", tiff(), flipped(tiff(), "strip-2")),
  row(
    "tiff",
    "with another compression",
    tiff(),
    tiff({ pages: [{ strips: ["strip-1", "strip-2"], compression: 5 }] }),
  ),
  row(
    "tiff",
    "without a page",
    tiff({ pages: [{ strips: ["a"] }, { strips: ["b"] }] }),
    tiff({ pages: [{ strips: ["a"] }] }),
  ),
  row("tiff", "with its pages in a circle", tiff(), tiff({ next: 8 })),
  row("tiff", "with the other order of bytes", tiff(), tiff({ isBig: true })),
  row("movie", "with other samples", movie(), flipped(movie(), "samples")),
  row("movie", "whose chunks did not move along", movie(), movie({ user: "w", shift: 1 })),
  row("movie", "with another codec", movie(), movie({ track: "hevc" })),
  row("movie", "with chunks outside of the media data", movie(), movie({ shift: 4000 })),
  row("movie", "with fewer chunks", movie(), movie({ chunks: [0] })),
  row("movie", "with another head", movie(), flipped(movie(), "rest")),
  row(
    "movie",
    "without a box it had",
    movie({ more: [box("uuid", "0123456789abcdefmine")] }),
    movie(),
  ),
  row(
    "movie",
    "without what ties it to its still",
    movie({ inMovie: keys("content.identifier", "title") }),
    movie({ inMovie: keys("title") }),
  ),
];

for (const { name, format, original, copy } of same) {
  test(`payloadDifference() finds none in a ${format} ${name}`, async () => {
    expect(await compared(format, original, copy)).toBeNull();
  });
}

for (const { name, format, original, copy } of different) {
  test(`payloadDifference() sees a ${format} ${name}`, async () => {
    expect(await compared(format, original, copy)).toBeString();
  });
}

test("payloadDifference() compares long files to their last byte", async () => {
  const original = jpeg([], "x".repeat(3_000_000));
  expect(await compared("jpeg", original, Buffer.from(original))).toBeNull();
  const copy = Buffer.from(original);
  copy[copy.length - 1]! ^= 1;
  expect(await compared("jpeg", original, copy)).toBeString();
});

test("payloadDifference() gives up on a file that names all of itself again and again", async () => {
  const bytes = tiff({ pages: [{ strips: ["x".repeat(100_000)] }] });
  const many = Buffer.alloc(bytes.length + 200_000);
  bytes.copy(many);
  for (let entry = 10; entry < 46; entry += 12) {
    if (![273, 279].includes(many.readUInt16LE(entry))) continue;
    const [count, value] = [20_000, many.readUInt16LE(entry) === 273 ? 0 : 90_000];
    const at = bytes.length + (value === 0 ? 0 : 80_000);
    many.writeUInt32LE(count, entry + 4);
    many.writeUInt32LE(at, entry + 8);
    for (let index = 0; index < count; index++) many.writeUInt32LE(value, at + index * 4);
  }
  expect(await compared("tiff", many, many)).toContain("larger than itself");
});

function row(format: Format, name: string, original: Buffer, copy: Buffer, _ = false): Row {
  return { format, name, original, copy };
}

/** The same bytes but for one bit of the last letter of a text within them. */
function flipped(bytes: Buffer, text: string): Buffer {
  const at = bytes.indexOf(text, 0, "latin1");
  if (at < 0) throw new Error(`no "${text}" in the file`);
  const copy = Buffer.from(bytes);
  copy[at + text.length - 1]! ^= 1;
  return copy;
}

function compared(format: Format, original: Buffer, copy: Buffer): Promise<string | null> {
  const folder = folderOfTest("kei-payload");
  const [one, other] = [join(folder, "original"), join(folder, "copy")];
  writeFileSync(one, original);
  writeFileSync(other, copy);
  return payloadDifference(one, other, format, new AbortController().signal);
}
