/** The small real media files that every simulated photo and movie is made from. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dir, "../../fixtures/media");

const seedTable = {
  photoJpeg: seed("photo.jpg", "jpeg", "public.jpeg", 160, 120),
  plainJpeg: seed("plain.jpg", "jpeg", "public.jpeg", 160, 120),
  photoHeic: seed("photo.heic", "box", "public.heic", 160, 120),
  screenshot: seed("screenshot.png", "png", "public.png", 90, 160),
  animation: seed("dance.gif", "gif", "com.compuserve.gif", 32, 32),
  raw: seed("raw.dng", "trailing", "com.adobe.raw-image", 48, 32),
  webp: seed("picture.webp", "webp", "org.webmproject.webp", 160, 120),
  movieMov: seed("movie.mov", "box", "com.apple.quicktime-movie", 128, 96),
  movieMp4: seed("movie.mp4", "box", "public.mpeg-4", 128, 96),
  smallMp4: seed("small.mp4", "box", "public.mpeg-4", 64, 48),
  liveMov: seed("live.mov", "box", "com.apple.quicktime-movie", 128, 96),
  liveHevcMov: seed("live-hevc.mov", "box", "com.apple.quicktime-movie", 128, 96),
  editJpeg: seed("edit.jpg", "jpeg", "public.jpeg", 160, 120),
  editHeic: seed("edit.heic", "box", "public.heic", 160, 120),
  editMov: seed("edit.mov", "box", "com.apple.quicktime-movie", 128, 96),
  mediumJpeg: seed("medium.jpg", "jpeg", "public.jpeg", 96, 72),
  thumbJpeg: seed("thumb.jpg", "jpeg", "public.jpeg", 48, 36),
};

export type SeedName = keyof typeof seedTable;
export type ContainerName = "jpeg" | "png" | "gif" | "box" | "webp" | "trailing";

export interface Seed {
  readonly bytes: Buffer;
  readonly container: ContainerName;
  /** Apple's uniform type identifier. */
  readonly uti: string;
  readonly width: number;
  readonly height: number;
}

export const seeds: Readonly<Record<SeedName, Seed>> = seedTable;
export const seedNames = Object.keys(seedTable) as readonly SeedName[];

function seed(
  file: string,
  container: ContainerName,
  uti: string,
  width: number,
  height: number,
): Seed {
  return { bytes: readFileSync(join(folder, file)), container, uti, width, height };
}
