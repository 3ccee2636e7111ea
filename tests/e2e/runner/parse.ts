/**
 * Reads a file of cases.
 *
 * A case begins with `# title`. Each further line is a step: a word, spaces, the rest. Lines that begin with spaces
 * belong to the step above. `;` begins a comment.
 */
export interface Step {
  readonly word: string;
  readonly rest: string;
  /** The lines that belong to it. */
  readonly block: readonly string[];
  readonly line: number;
}

export interface Case {
  readonly title: string;
  readonly steps: readonly Step[];
}

export function parseCases(text: string): Case[] {
  const cases: { title: string; steps: (Step & { block: string[] })[] }[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "" || line.startsWith(";")) continue;
    if (line.startsWith("# ")) cases.push({ title: line.slice(2), steps: [] });
    else if (/^\s/.test(line)) cases.at(-1)?.steps.at(-1)?.block.push(line.trim());
    else cases.at(-1)?.steps.push(readStep(line, index + 1));
  }
  return cases;
}

function readStep(line: string, number: number): Step & { block: string[] } {
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/.exec(line) ?? [];
  return { word, rest, block: [], line: number };
}

/** Splits words as a shell does: spaces part them, quotes hold them together. */
export function splitWords(text: string): string[] {
  const words = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

/** Reads `name=value` pairs; a value is JSON where it can be, else text. */
export function readPairs(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      return at === -1 ? [word, true] : [word.slice(0, at), readValue(word.slice(at + 1))];
    }),
  );
}

function readValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text; // a word
  }
}
