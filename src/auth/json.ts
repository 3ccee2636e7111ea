/** Reads foreign JSON without believing it. */

/** The value of a text, or undefined when it is no JSON: an HTML page, half an answer, nothing. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What lies at the end of a path of keys, or undefined as soon as one is missing. */
export function at(value: unknown, ...keys: (string | number)[]): unknown {
  let inner = value;
  for (const key of keys) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = (inner as Record<string | number, unknown>)[key];
  }
  return inner;
}

/**
 * The JSON inside the page Apple shows to browsers, which at times is the only place of the list. Each letter of the
 * page is looked at a fixed number of times, whatever it holds.
 */
export function readBootArgs(html: string): unknown {
  const opening = /<script\b/gi;
  const closing = /<\/script>/gi;
  while (opening.exec(html)) {
    const tagEnd = html.indexOf(">", opening.lastIndex);
    if (tagEnd < 0) return undefined;
    const tag = html.slice(opening.lastIndex, tagEnd);
    opening.lastIndex = tagEnd;
    if (!tag.includes("boot_args")) continue;
    closing.lastIndex = tagEnd + 1;
    const end = closing.exec(html);
    return end ? readJson(html.slice(tagEnd + 1, end.index)) : undefined;
  }
  return undefined;
}
