/** File names as cameras, messengers and people make them. */
import type { Kind } from "./kinds.ts";
import type { Master } from "./records.ts";
import { below, hex } from "./random.ts";

/** What is unusual about a few assets of every library. */
export const oddNames: readonly string[] = [
  "海边的日落.HEIC",
  "Sommer 🏖️🐳.JPG",
  "img_4711.jpg",
  "IMG_4711.JPG",
  "Cafe\u0301.JPG",
  "Caf\u00e9.JPG",
  "Beach: day 1/2.JPG",
  "no extension",
  `${"Long name ".repeat(20)}.JPG`,
];

/** Camera names are made when asked for: a hundred thousand of them need not be kept. */
export function fileNameOf({ givenName, kind, nameNumber }: Master): string {
  return givenName ?? cameraName(kind, nameNumber);
}

/** IMG_0001 to IMG_9999 and again, as phones count; some movies come from a messenger. */
function cameraName(kind: Kind, number: number): string {
  const shown = String((number % 9999) + 1).padStart(4, "0");
  if (kind.name === "raw" || kind.name.includes("raw-")) return `DSC0${shown}.${kind.extension}`;
  if (kind.name === "mp4") return `video-${hex(5, number).slice(0, 12)}.mp4`;
  const extension = below(12, 5, number) === 0 ? kind.extension.toLowerCase() : kind.extension;
  return `IMG_${shown}.${extension}`;
}
