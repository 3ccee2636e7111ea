/**
 * Recognises error pages served with status 200. Used only where a checksum cannot decide; unusual but real media
 * (a QuickTime file that starts with `wide`, say) must pass.
 */
const PAGES = ["<!doctype", "<html", '{"error"', '{"errors"', '{"message"', '{"code"'];

/** True when the first bytes are those of an HTML or JSON error page. */
export function looksLikeErrorPage(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 32)).toString("latin1").trimStart().toLowerCase();
  return PAGES.some((page) => text.startsWith(page));
}
