/** What a file is by its bytes, and whether metadata can be written into it without any risk to the picture. */
import { DataError } from "../../lib/errors.ts";
import type { Medium } from "../tags.ts";
import { boxOf, innerBoxes, topBoxes } from "./boxes.ts";
import { ByteFile } from "./byte-file.ts";
import { isAnimatedPng } from "./png.ts";
import { isDng } from "./tiff.ts";

export type Format = "jpeg" | "heif" | "png" | "tiff" | "movie";

/** Why nothing is written into a file; also the words of counts and reports. */
export type Unfit =
  | "raw"
  | "webp"
  | "gif"
  | "animated-png"
  | "big-tiff"
  | "fragmented"
  | "unknown-parts"
  | "unreadable"
  | "unknown-format";

export type Fitness =
  | { readonly kind: "fit"; readonly format: Format; readonly medium: Medium }
  | { readonly kind: "unfit"; readonly reason: Unfit };

const HEIF_BRANDS = new Set("heic heix heim heis hevc hevm hevs mif1 msf1 avif avis".split(" "));
const KNOWN_BOXES = new Set("ftyp meta mdat free skip wide moov uuid udta".split(" "));
/** What an old QuickTime file, which does not say what it is, may begin with. */
const MOVIE_STARTS = new Set(["moov", "mdat", "wide", "free", "skip"]);
const HEAD_BYTES = 16;

/** Looks at a file. `extension` is that of its final name: raw photos look like TIFFs. */
export function fitnessOf(path: string, extension: string): Fitness {
  using file = ByteFile.open(path);
  try {
    return judge(file, extension.toLowerCase());
  } catch (error) {
    if (error instanceof DataError) return { kind: "unfit", reason: "unreadable" };
    throw error;
  }
}

function judge(file: ByteFile, extension: string): Fitness {
  const head = file.read(0, Math.min(HEAD_BYTES, file.sizeBytes));
  const text = head.toString("latin1");
  if (text.startsWith("\xff\xd8\xff")) return fit("jpeg");
  if (text.startsWith("\x89PNG\r\n\x1a\n")) {
    return isAnimatedPng(file) ? unfit("animated-png") : fit("png");
  }
  if (/^GIF8[79]a/.test(text)) return unfit("gif");
  if (/^RIFF....WEBP/s.test(text)) return unfit("webp");
  if (text.startsWith("II\x2b\0") || text.startsWith("MM\0\x2b")) return unfit("big-tiff");
  if (text.startsWith("II\x2a\0") || text.startsWith("MM\0\x2a")) return judgeTiff(file, extension);
  const box = text.slice(4, 8);
  if (box === "ftyp" || MOVIE_STARTS.has(box)) return judgeBoxes(file, text.slice(8, 12));
  return unfit(RAW.has(extension) ? "raw" : "unknown-format");
}

const RAW = new Set(
  ".dng .raf .rw2 .orf .x3f .crw .cr2 .cr3 .nef .nrw .arw .pef .srw .iiq .3fr".split(" "),
);
const TIFF = new Set([".tif", ".tiff"]);

function judgeTiff(file: ByteFile, extension: string): Fitness {
  return !TIFF.has(extension) || isDng(file) ? unfit("raw") : fit("tiff");
}

function judgeBoxes(file: ByteFile, brand: string): Fitness {
  const tops = topBoxes(file);
  const types = tops.map(({ type }) => type);
  if (brand === "crx ") return unfit("raw");
  if (types.includes("moof")) return unfit("fragmented");
  if (types.some((type) => !KNOWN_BOXES.has(type))) return unfit("unknown-parts");
  const moov = boxOf(tops, "moov");
  if (HEIF_BRANDS.has(brand)) return moov ? unfit("unknown-parts") : fit("heif");
  if (!moov) return unfit("unreadable");
  const bytes = file.read(moov.at, moov.lengthBytes);
  const inner = innerBoxes(bytes, moov.from - moov.at, bytes.length, file);
  return boxOf(inner, "mvex") ? unfit("fragmented") : fit("movie");
}

function fit(format: Format): Fitness {
  return { kind: "fit", format, medium: format === "movie" ? "movie" : "picture" };
}

function unfit(reason: Unfit): Fitness {
  return { kind: "unfit", reason };
}
