import { expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { carriedBy } from "../../../../src/metadata/payload/carried.ts";
import type { Format } from "../../../../src/metadata/payload/format.ts";
import { folderOfTest } from "../../../support/temp-folder.ts";
import {
  box,
  chunk,
  exif,
  heif,
  jpeg,
  movie,
  png,
  segment,
  u32,
} from "../../../support/tiny-media.ts";

const MEDIA = join(import.meta.dir, "../../../fixtures/media");
const BOTH = exif({ date: "2021:06:05 14:03:21", latitude: [48, 1] });
const ITEM = { id: 1, type: "hvc1", bytes: "pixels" };

const inHeif = (bytes: Buffer) =>
  heif({
    items: [ITEM, { id: 2, type: "Exif", bytes: `\0\0\0\x02xx${bytes.toString("latin1")}` }],
  });
const inJpeg = (bytes: Buffer) =>
  jpeg([segment(0xe0, "JFIF"), segment(0xe1, Buffer.concat([Buffer.from("Exif\0\0"), bytes]))]);

const rows: { name: string; format: Format; bytes: Buffer; is: string }[] = [
  { name: "a JPEG with both", format: "jpeg", bytes: inJpeg(BOTH), is: "date place" },
  { name: "a JPEG without EXIF", format: "jpeg", bytes: jpeg([]), is: "" },
  {
    name: "a JPEG with a date only",
    format: "jpeg",
    bytes: inJpeg(exif({ date: "2021:06:05 14:03:21" })),
    is: "date",
  },
  {
    name: "a JPEG of a clock never set",
    format: "jpeg",
    bytes: inJpeg(exif({ date: "0000:00:00 00:00:00" })),
    is: "",
  },
  {
    name: "a JPEG with a blank date",
    format: "jpeg",
    bytes: inJpeg(exif({ date: "    :  :     :  :  " })),
    is: "",
  },
  {
    name: "a JPEG with an empty block of GPS",
    format: "jpeg",
    bytes: inJpeg(exif({ latitude: [0, 0] })),
    is: "",
  },
  { name: "a JPEG whose EXIF is cut", format: "jpeg", bytes: inJpeg(BOTH.subarray(0, 40)), is: "" },
  { name: "a HEIC with both", format: "heif", bytes: inHeif(BOTH), is: "date place" },
  { name: "a HEIC without EXIF", format: "heif", bytes: heif({ items: [ITEM] }), is: "" },
  {
    name: "a PNG with both",
    format: "png",
    bytes: png([chunk("eXIf", BOTH.toString("latin1"))]),
    is: "date place",
  },
  { name: "a TIFF with both", format: "tiff", bytes: BOTH, is: "date place" },
  { name: "a movie without", format: "movie", bytes: movie({ dates: "\0\0\0\0\0\0\0\0" }), is: "" },
  { name: "a movie with a date in its head", format: "movie", bytes: movie(), is: "date" },
  {
    name: "a movie changed and never made",
    format: "movie",
    bytes: movie({ dates: "\0\0\0\0abcd" }),
    is: "",
  },
  {
    name: "a movie of a phone",
    format: "movie",
    bytes: movie({
      dates: "\0\0\0\0\0\0\0\0",
      inMovie: [
        box("meta", "com.apple.quicktime.creationdate com.apple.quicktime.location.ISO6709"),
      ],
    }),
    is: "date place",
  },
  {
    name: "a movie of an older phone",
    format: "movie",
    bytes: movie({ dates: "\0\0\0\0\0\0\0\0", user: `${u32(12).toString("latin1")}\xa9xyzhere` }),
    is: "place",
  },
  { name: "junk", format: "heif", bytes: Buffer.from("junk"), is: "" },
];
for (const { name, format, bytes, is } of rows) {
  test(`carriedBy() finds "${is}" in ${name}`, () => {
    const path = join(folderOfTest("kei-carried"), "file");
    writeFileSync(path, bytes);
    expect(words(carriedBy(path, format))).toBe(is);
  });
}

const media: [name: string, format: Format, is: string][] = [
  ["photo.jpg", "jpeg", "date place"],
  ["photo.heic", "heif", "date place"],
  ["plain.jpg", "jpeg", ""],
  ["movie.mov", "movie", "date"],
  ["live.mov", "movie", ""],
];
for (const [name, format, is] of media) {
  test(`carriedBy() finds "${is}" in ${name}`, () => {
    expect(words(carriedBy(join(MEDIA, name), format))).toBe(is);
  });
}

function words({ hasDate, hasPlace }: { hasDate: boolean; hasPlace: boolean }): string {
  return [...(hasDate ? ["date"] : []), ...(hasPlace ? ["place"] : [])].join(" ");
}
