/** Strict base64 and UTF-8: JavaScript's own decoders accept broken input silently. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The bytes of a base64 text, or null when it is not base64. */
export function decodeBase64(text: string): Uint8Array | null {
  return BASE64.test(text) ? Buffer.from(text, "base64") : null;
}

/** The UTF-8 text inside a base64 text, or null when either layer is broken. */
export function decodeBase64Text(text: string): string | null {
  const bytes = decodeBase64(text);
  if (!bytes) return null;
  try {
    return utf8.decode(bytes);
  } catch {
    return null; // not UTF-8: the caller falls back to another name
  }
}
