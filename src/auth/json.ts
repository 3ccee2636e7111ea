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

/** True for an object that is neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON inside the page Apple shows to browsers, which at times is the only place of the list. */
export function readBootArgs(html: string): unknown {
  const match = /<script[^>]*class="[^"]*boot_args[^"]*"[^>]*>([\s\S]*?)<\/script>/i.exec(html);
  return match ? readJson(match[1]!) : undefined;
}
