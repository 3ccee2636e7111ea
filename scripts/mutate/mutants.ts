/** Small changes to a program text that a test should notice. Pure. */
import { bareCode } from "../tidy.ts";
import type { Random } from "../../tests/support/random.ts";

export interface Mutant {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
  /** The whole file with the change. */
  readonly text: string;
}

interface Swap {
  readonly pattern: RegExp;
  readonly to: (found: string) => string;
}

const as = (after: string) => () => after;

/** What is looked for in code without comments, and what stands there instead. */
const SWAPS: readonly Swap[] = [
  { pattern: / === /g, to: as(" !== ") },
  { pattern: / !== /g, to: as(" === ") },
  { pattern: / < /g, to: as(" <= ") },
  { pattern: / > /g, to: as(" >= ") },
  { pattern: / <= /g, to: as(" < ") },
  { pattern: / >= /g, to: as(" > ") },
  { pattern: / && /g, to: as(" || ") },
  { pattern: / \|\| /g, to: as(" && ") },
  { pattern: / \+ /g, to: as(" - ") },
  { pattern: / - /g, to: as(" + ") },
  { pattern: / \+= /g, to: as(" -= ") },
  { pattern: /\btrue\b/g, to: as("false") },
  { pattern: /\bfalse\b/g, to: as("true") },
  { pattern: /\.some\(/g, to: as(".every(") },
  { pattern: /\.every\(/g, to: as(".some(") },
  { pattern: /\bMath\.max\(/g, to: as("Math.min(") },
  { pattern: /\bMath\.min\(/g, to: as("Math.max(") },
  { pattern: /(?<=[(&|] ?|return )!(?=[\w(])/g, to: as("") },
  { pattern: /(?<=[\s(=])\d+(?=[;,)\s])/g, to: (found) => String(Number(found) + 1) },
  // A deed that is left out.
  { pattern: /(?<=\n +)(?:await )?(?:this\.)?#?[\w.#]+\([^\n]*\);(?=\n)/g, to: as(";") },
];

/** Every mutant of a file. */
export function mutantsOf(path: string, source: string): Mutant[] {
  const code = bareCode(source);
  return SWAPS.flatMap(({ pattern, to }) =>
    [...code.matchAll(pattern)].map((found) => {
      const end = found.index + found[0].length;
      const before = source.slice(found.index, end);
      const after = to(found[0]);
      const line = source.slice(0, found.index).split("\n").length;
      const text = source.slice(0, found.index) + after + source.slice(end);
      return { path, line, before: before.trim(), after: after.trim(), text };
    }),
  );
}

/** So many of them, by chance. */
export function sample(mutants: readonly Mutant[], count: number, random: Random): Mutant[] {
  const left = [...mutants];
  const taken: Mutant[] = [];
  while (taken.length < count && left.length > 0) {
    taken.push(...left.splice(random.below(left.length), 1));
  }
  return taken;
}
