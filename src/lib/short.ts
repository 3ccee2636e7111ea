const LENGTH_MAX = 300;

/**
 * Foreign words for use in ours: whoever wrote them may have gone on for megabytes. A word is kept whole or not at all,
 * because half a secret would not be known for one.
 */
export function short(text: string): string {
  if (text.length <= LENGTH_MAX) return text;
  const words = text.slice(0, LENGTH_MAX + 1).replace(/\S+$/, "");
  return `${words.trimEnd()} …`.trimStart();
}
