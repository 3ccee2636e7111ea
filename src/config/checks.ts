/**
 * Rules of single settings that hold wherever the value came from. Each says what is wrong, or null; a rule of another
 * room throws its UsageError.
 */
import { isSystemFolder } from "../disk/system-folders.ts";
import { parseDateBound } from "../plan/date-bound.ts";
import { checkTemplate } from "../plan/folders.ts";
import { compileGlob } from "../plan/globs.ts";

/** Endings that belong to finished files: a part file must never look like one. */
const LIBRARY_ENDINGS = new Set(
  (
    ".jpg .jpeg .jpe .heic .heif .hif .png .gif .tif .tiff .webp .bmp .avif .jp2 .jxl .psd .svg .pdf " +
    ".dng .cr2 .cr3 .crw .nef .nrw .arw .sr2 .raf .orf .rw2 .pef .srw .3fr .iiq .erf .raw .mov .mp4 " +
    ".m4v .qt .avi .3gp .3g2 .mpg .mpeg .mts .m2ts .mkv .webm .wmv .hevc .m4a .mp3 .wav .aac .xmp .aae .json"
  ).split(" "),
);

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Refuses the folders of the operating system as a destination. */
export function checkDirectory(path: string): string | null {
  if (isSystemFolder(path)) return "it is a folder of the operating system";
  return reasonAgainstPath(path);
}

/** Refuses what no path needs: paths are printed one a line. */
export function reasonAgainstPath(path: string): string | null {
  return CONTROL.test(path) ? "it holds a control character" : null;
}

/** Refuses endings by which a part file could be taken for a photo, or a photo for a part file. */
export function checkTempSuffix(suffix: string): string | null {
  if (!suffix.startsWith(".") || suffix.length < 2) return 'it must be "." and something more';
  if (suffix.includes("/")) return 'it must not contain "/"';
  if (CONTROL.test(suffix)) return "it holds a control character";
  if (LIBRARY_ENDINGS.has(suffix.toLowerCase())) return "photos or sidecars end like that";
  return null;
}

/** Refuses what is no date, whatever the time and the zone are. */
export function checkDate(text: string): null {
  parseDateBound(text, 0, "UTC");
  return null;
}

export function checkFolderStructure(template: string): null {
  checkTemplate(template);
  return null;
}

export function checkPattern(pattern: string): null {
  compileGlob(pattern);
  return null;
}
