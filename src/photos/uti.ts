/** What Apple's uniform type identifiers say about a resource: its file extension and its kind. */
import type { AssetKind } from "./asset.ts";

const EXTENSIONS: ReadonlyMap<string, string> = new Map([
  ["public.heic", "HEIC"],
  ["public.heif", "HEIF"],
  ["public.jpeg", "JPG"],
  ["public.png", "PNG"],
  ["com.apple.quicktime-movie", "MOV"],
  ["org.webmproject.webp", "WEBP"],
  ["com.adobe.raw-image", "DNG"],
  ["com.canon.cr2-raw-image", "CR2"],
  ["com.canon.crw-raw-image", "CRW"],
  ["com.canon.cr3-raw-image", "CR3"],
  ["com.sony.arw-raw-image", "ARW"],
  ["com.fuji.raw-image", "RAF"],
  ["com.panasonic.rw2-raw-image", "RW2"],
  // Nikon's own extension is NRW; every library on disk has NRF, so NRF it stays.
  ["com.nikon.nrw-raw-image", "NRF"],
  ["com.nikon.raw-image", "NEF"],
  ["com.pentax.raw-image", "PEF"],
  ["com.olympus.raw-image", "ORF"],
  ["com.olympus.or-raw-image", "ORF"],
]);

const IMAGE_TYPES = new Set([
  "public.heic",
  "public.heif",
  "public.jpeg",
  "public.jpeg-2000",
  "public.png",
  "public.tiff",
  "public.avif",
  "org.webmproject.webp",
  "com.compuserve.gif",
  "com.microsoft.bmp",
  "com.adobe.photoshop-image",
]);

const MOVIE_TYPES = new Set([
  "com.apple.quicktime-movie",
  "com.apple.m4v-video",
  "public.mpeg-4",
  "public.mpeg",
  "public.avi",
  "public.3gpp",
  "public.3gpp2",
  "public.movie",
  "public.video",
  "public.mpeg-2-video",
  "public.mpeg-2-transport-stream",
  "public.avchd-mpeg-2-transport-stream",
  "com.apple.protected-mpeg-4-video",
  "com.microsoft.windows-media-wmv",
  "com.microsoft.advanced-systems-format",
  "com.adobe.flash.video",
  "org.matroska.mkv",
  "org.webmproject.webm",
  "org.xiph.ogv",
]);

const IMAGE_EXTENSIONS = new Set(
  (
    "heic heif hif jpg jpeg png webp gif tif tiff bmp avif " +
    "dng cr2 crw cr3 arw raf rw2 nrf nrw nef pef orf"
  ).split(" "),
);

const MOVIE_EXTENSIONS = new Set(
  (
    "mov qt mp4 m4v avi 3gp 3gpp 3g2 mpg mpeg mpe m2v mts m2ts m2t ts " +
    "mkv webm wmv asf flv f4v ogv vob mod tod dv divx mxf hevc insv"
  ).split(" "),
);

/** Apple's value of `dataClassType` for a movie. */
const MOVIE_CLASS = 2;

/** The extension we give files of this type, without dot and upper-case; null keeps the name's own. */
export function extensionOf(uti: string): string | null {
  return EXTENSIONS.get(uti) ?? null;
}

/** True for a camera's raw format. */
export function isRaw(uti: string): boolean {
  return uti.includes("raw");
}

/** The kind of an asset: by its type, else by the extension of its name, else by its data class, else an image. */
export function assetKind(
  itemType: string | null | undefined,
  name: string | null | undefined,
  dataClassType: number | null | undefined,
): AssetKind {
  return (
    kindOfType(itemType ?? "") ??
    kindOfName(name ?? "") ??
    (dataClassType === MOVIE_CLASS ? "movie" : "image")
  );
}

function kindOfType(uti: string): AssetKind | null {
  if (IMAGE_TYPES.has(uti) || uti.includes("raw-image")) return "image";
  return MOVIE_TYPES.has(uti) ? "movie" : null;
}

function kindOfName(name: string): AssetKind | null {
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  if (IMAGE_EXTENSIONS.has(extension)) return "image";
  return MOVIE_EXTENSIONS.has(extension) ? "movie" : null;
}
