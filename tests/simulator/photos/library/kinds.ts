/** The sorts of photos and movies in the simulated library, and the files each consists of. */
import { seeds, type SeedName } from "../../media/seeds.ts";

/** Field prefixes of the resources of a record; the order is part of each file's number. */
export const resourceKeys = [
  "resOriginal",
  "resOriginalAlt",
  "resOriginalVidCompl",
  "resJPEGFull",
  "resJPEGLarge",
  "resJPEGMed",
  "resJPEGThumb",
  "resVidFull",
  "resVidMed",
  "resVidSmall",
  "resSidecar",
] as const;
export type ResourceKey = (typeof resourceKeys)[number];

export interface Part {
  readonly key: ResourceKey;
  readonly seed: SeedName;
}

export interface Kind {
  readonly name: KindName;
  /** Resources of the CPLMaster. */
  readonly parts: readonly Part[];
  readonly itemType: string;
  /** 1 photo, 2 video. */
  readonly dataClassType: 1 | 2;
  readonly extension: string;
  /** 1 panorama, 100 slow motion, 101 time-lapse. */
  readonly assetSubtype: number;
  /** 2 Live Photo, 3 screenshot, 101 time-lapse. */
  readonly assetSubtypeV2: number;
  /** Bit 2 portrait, bit 4 long exposure. */
  readonly renderType: number;
  readonly durationMs: number;
}

type Traits = Partial<Pick<Kind, "assetSubtype" | "assetSubtypeV2" | "renderType">>;

const medium: Part = { key: "resJPEGMed", seed: "mediumJpeg" };
const thumb: Part = { key: "resJPEGThumb", seed: "thumbJpeg" };
const live: Traits = { assetSubtypeV2: 2 };
const hevcMovie: Part = { key: "resOriginalVidCompl", seed: "liveHevcMov" };
const jpegMovie: Part = { key: "resOriginalVidCompl", seed: "liveMov" };
const movieTranscodes: readonly Part[] = [
  { key: "resVidMed", seed: "smallMp4" },
  { key: "resVidSmall", seed: "smallMp4" },
];
const liveTranscodes: readonly Part[] = [
  { key: "resVidMed", seed: "liveMov" },
  { key: "resVidSmall", seed: "liveMov" },
];

const kindTable = {
  heic: photo("photoHeic", "HEIC"),
  jpeg: photo("photoJpeg", "JPG"),
  "jpeg-plain": photo("plainJpeg", "JPG"),
  screenshot: photo("screenshot", "PNG", { assetSubtypeV2: 3 }),
  gif: photo("animation", "GIF"),
  webp: photo("webp", "WEBP"),
  raw: photo("raw", "DNG"),
  "raw-jpeg": photo("raw", "DNG", {}, [{ key: "resOriginalAlt", seed: "photoJpeg" }]),
  "jpeg-raw": photo("photoJpeg", "JPG", {}, [{ key: "resOriginalAlt", seed: "raw" }]),
  "heic-live": photo("photoHeic", "HEIC", live, [hevcMovie, ...liveTranscodes]),
  "jpeg-live": photo("photoJpeg", "JPG", live, [jpegMovie, ...liveTranscodes]),
  portrait: photo("photoHeic", "HEIC", { renderType: 2 }),
  "long-exposure": photo("photoHeic", "HEIC", { ...live, renderType: 4 }, [hevcMovie]),
  panorama: photo("photoJpeg", "JPG", { assetSubtype: 1 }),
  mov: video("movieMov", "MOV"),
  mp4: video("movieMp4", "MP4"),
  slomo: video("movieMov", "MOV", { assetSubtype: 100 }),
  timelapse: video("movieMov", "MOV", { assetSubtype: 101, assetSubtypeV2: 101 }),
};

export type KindName = keyof typeof kindTable;

export const kindNames = Object.keys(kindTable) as readonly KindName[];
export const kinds = Object.fromEntries(
  kindNames.map((name) => [name, { name, ...kindTable[name] }]),
) as Readonly<Record<KindName, Kind>>;

function photo(
  seed: SeedName,
  extension: string,
  traits: Traits = {},
  more: readonly Part[] = [],
): Omit<Kind, "name"> {
  const parts: Part[] = [{ key: "resOriginal", seed }, ...more, thumb];
  // Small originals have no medium rendition.
  if (seed !== "animation" && seed !== "webp" && seed !== "plainJpeg") parts.push(medium);
  return { ...base(seed, extension, traits), parts, dataClassType: 1, durationMs: 0 };
}

function video(seed: SeedName, extension: string, traits: Traits = {}): Omit<Kind, "name"> {
  const parts: Part[] = [{ key: "resOriginal", seed }, ...movieTranscodes, medium, thumb];
  return { ...base(seed, extension, traits), parts, dataClassType: 2, durationMs: 500 };
}

function base(seed: SeedName, extension: string, traits: Traits) {
  const defaults = { assetSubtype: 0, assetSubtypeV2: 0, renderType: 0 };
  return { itemType: seeds[seed].uti, extension, ...defaults, ...traits };
}
