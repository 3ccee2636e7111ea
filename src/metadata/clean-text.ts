/** Makes words from a phone safe for every format and reader: what EXIF, XMP and ExifTool would each bend differently. */

// Control characters but tab and line feed, and what is no character at all.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g;
const PLANE_ENDS = /[\u{1fffe}\u{1ffff}\u{2fffe}\u{2ffff}\u{10fffe}\u{10ffff}]/gu;

/**
 * A text without control characters and blanks at its ends, line breaks as line feeds; null when nothing is left.
 * Half characters become U+FFFD.
 */
export function cleanText(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const clean = text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, "\n")
    .replace(UNSAFE, "")
    .replace(PLANE_ENDS, "")
    .trim();
  return clean === "" ? null : clean;
}

/** A text in one line: a keyword, or the name of an album. */
export function cleanLine(text: string | null | undefined): string | null {
  return cleanText(text)?.replace(/\s+/g, " ") ?? null;
}

/** The longest beginning that fits, without half a character at its end. */
export function firstBytes(text: string, bytesMax: number): string {
  if (text.length * 3 <= bytesMax) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}
