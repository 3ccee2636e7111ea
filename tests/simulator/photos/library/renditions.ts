/** Which files a master has, and the files an edit makes. */
import { checksumOf, type Content } from "../../media/content.ts";
import { resourceKeys, type Kind, type Part, type ResourceKey } from "./kinds.ts";
import type { Edit, Master, Rendition, Sizes } from "./records.ts";

/** Each record owns 16 file numbers, one for each resource it may have. */
const numbersPerRecord = 16;

export function renditionsOf(master: Master): Rendition[] {
  const { kind, contentNumber, sizes } = master;
  // A master whose content was replaced keeps its name.
  const checksum = contentNumber === master.nameNumber ? master.name : undefined;
  return kind.parts.map((part) => {
    const content = contentOf(part, contentNumber, sizes);
    return part.key === "resOriginal"
      ? { key: part.key, content, checksum }
      : { key: part.key, content };
  });
}

/** The CPLMaster is named after the checksum of its original. */
export function masterName(kind: Kind, contentNumber: number, sizes: Sizes): string {
  const [original] = kind.parts;
  if (!original) throw new Error(`Kind ${kind.name} has no original`);
  return checksumOf(contentOf(original, contentNumber, sizes));
}

/** An edit keeps HEIC for HEIC and renders everything else as JPEG; a movie is rendered as a movie. */
export function makeEdit(kind: Kind, contentNumber: number): Edit {
  const parts: Part[] = [];
  if (kind.dataClassType === 1) {
    const isHeic = kind.itemType === "public.heic";
    parts.push({ key: "resJPEGFull", seed: isHeic ? "editHeic" : "editJpeg" });
    if (isHeic) parts.push({ key: "resJPEGMed", seed: "mediumJpeg" });
    parts.push({ key: "resJPEGThumb", seed: "thumbJpeg" });
  }
  if (kind.dataClassType === 2 || hasMovie(kind))
    parts.push({ key: "resVidFull", seed: "editMov" });
  const isScreenshot = kind.name === "screenshot";
  return {
    adjustmentType: isScreenshot ? "ScreenshotServices" : "com.apple.photo",
    renderType: kind.itemType === "public.heic" ? 2050 : 0,
    renditions: parts.map((part) => ({
      key: part.key,
      content: contentOf(part, contentNumber, naturalSizes),
    })),
  };
}

/** Slow motion is an adjustment without a rendered file. */
export const slowMotionEdit: Edit = {
  adjustmentType: "com.apple.video.slomo",
  renderType: 0,
  renditions: [],
};

export function hasMovie(kind: Kind): boolean {
  return kind.parts.some(({ key }) => key === "resOriginalVidCompl");
}

export const naturalSizes: Sizes = { originalBytes: 0, liveBytes: 0 };

function contentOf({ key, seed }: Part, contentNumber: number, sizes: Sizes): Content {
  const number = contentNumber * numbersPerRecord + resourceKeys.indexOf(key);
  return { seed, number, sizeBytes: wantedBytes(key, sizes) };
}

function wantedBytes(key: ResourceKey, sizes: Sizes): number {
  if (key === "resOriginal") return sizes.originalBytes;
  return key === "resOriginalVidCompl" ? sizes.liveBytes : 0;
}
