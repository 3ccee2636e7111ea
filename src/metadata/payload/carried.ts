/** What a file says about its own date and place, as far as kei must not say it again. */
import { DataError, unreachable } from "../../lib/errors.ts";
import { boxOf, innerBoxes, topBoxes } from "./boxes.ts";
import { ByteFile } from "./byte-file.ts";
import type { Bytes } from "./byte-file.ts";
import type { Format } from "./format.ts";
import { heifExif } from "./heif.ts";
import { jpegExif } from "./jpeg.ts";
import { pngExif } from "./png.ts";
import { TiffReader } from "./tiff-directories.ts";
import type { Entry } from "./tiff-directories.ts";

export interface Carried {
  readonly hasDate: boolean;
  readonly hasPlace: boolean;
}

const EXIF_DIRECTORY = 34665;
const GPS_DIRECTORY = 34853;
const DATE_TIME_ORIGINAL = 36867;
const [LATITUDE, LONGITUDE] = [2, 4];

const NOTHING: Carried = { hasDate: false, hasPlace: false };

/** Reads what a file carries; what cannot be read counts as not there. */
export function carriedBy(path: string, format: Format): Carried {
  using file = ByteFile.open(path);
  try {
    if (format === "movie") return carriedByMovie(file);
    const exif = exifOf(file, format);
    return exif ? carriedByExif(exif) : NOTHING;
  } catch (error) {
    if (error instanceof DataError) return NOTHING;
    throw error;
  }
}

function exifOf(file: ByteFile, format: Exclude<Format, "movie">): Bytes | null {
  switch (format) {
    case "jpeg":
      return jpegExif(file);
    case "heif":
      return heifExif(file);
    case "png":
      return pngExif(file);
    case "tiff":
      return file;
    default:
      return unreachable(format);
  }
}

function carriedByExif(exif: Bytes): Carried {
  const reader = new TiffReader(exif);
  const top = reader.directory(reader.first());
  const below = (tag: number) => {
    const at = top.numbers(tag)[0];
    return at === undefined ? undefined : reader.directory(at);
  };
  const gps = below(GPS_DIRECTORY);
  return {
    hasDate: isDate(below(EXIF_DIRECTORY)?.entry(DATE_TIME_ORIGINAL)),
    hasPlace: [LATITUDE, LONGITUDE].some((tag) => isFilled(gps?.entry(tag))),
  };
}

// Cameras whose clock was never set write zeros or blanks.
function isDate(entry: Entry | undefined): boolean {
  return entry !== undefined && /[1-9]/.test(entry.bytes.toString("latin1"));
}

function isFilled(entry: Entry | undefined): boolean {
  return entry !== undefined && entry.bytes.some((byte) => byte !== 0);
}

const DATE_WORDS = ["com.apple.quicktime.creationdate", "\xa9day"];
const PLACE_WORDS = ["com.apple.quicktime.location.ISO6709", "\xa9xyz"];

function carriedByMovie(file: ByteFile): Carried {
  const top = boxOf(topBoxes(file), "moov");
  if (!top) return NOTHING;
  const moov = file.read(top.at, top.lengthBytes);
  const boxes = innerBoxes(moov, top.from - top.at, moov.length, file);
  const words = boxes
    .filter(({ type }) => type === "meta" || type === "udta")
    .map(({ from, end }) => moov.toString("latin1", from, end))
    .join("\n");
  const head = boxOf(boxes, "mvhd");
  const created = head && moov.subarray(head.from + 4, Math.min(head.from + 12, head.end));
  // Of eight bytes the first half is zero anyway; of four the other four are when it was changed.
  const isCreated = created?.subarray(0, moov[head!.from] === 1 ? 8 : 4).some((byte) => byte !== 0);
  return {
    hasDate: Boolean(isCreated) || DATE_WORDS.some((word) => words.includes(word)),
    hasPlace: PLACE_WORDS.some((word) => words.includes(word)),
  };
}
