import { describe, expect, test } from "bun:test";
import { mutantsOf, sample } from "../../../scripts/mutate/mutants.ts";
import { Random } from "../../support/random.ts";

function changesOf(source: string): string[] {
  return mutantsOf("src/a.ts", source).map(({ before, after }) => `${before} -> ${after}`);
}

describe("mutantsOf()", () => {
  const rows: { name: string; source: string; changes: string[] }[] = [
    { name: "a comparison", source: "if (a === b) c = 1;", changes: ["=== -> !==", "1 -> 2"] },
    { name: "a border", source: "while (a < b) c();", changes: ["< -> <="] },
    { name: "a choice", source: "a = b && c;", changes: ["&& -> ||"] },
    { name: "a sum", source: "a = b + c;", changes: ["+ -> -"] },
    { name: "a truth", source: "a = true;", changes: ["true -> false"] },
    { name: "a denial", source: "if (!a) b = c;", changes: ["! -> "] },
    { name: "a deed", source: "{\n  await this.#a(b);\n}", changes: ["await this.#a(b); -> ;"] },
    { name: "no word in a text", source: 'a = "b && c === true";', changes: [] },
    { name: "nothing in a comment", source: "// a === b && true\n/* c + d */", changes: [] },
    { name: "nothing in a type", source: "type A = Map<string, B> | null;", changes: [] },
  ];
  for (const { name, source, changes } of rows) {
    test(`changes ${name}`, () => expect(changesOf(source)).toEqual(changes));
  }

  test("tells the line, and leaves everything else as it was", () => {
    const source = 'a = "x"; // first\nif (b > c) d = e;\n';
    expect(mutantsOf("src/a.ts", source)).toEqual([
      {
        ...{ path: "src/a.ts", line: 2, before: ">", after: ">=" },
        text: 'a = "x"; // first\nif (b >= c) d = e;\n',
      },
    ]);
  });
});

test("sample() takes the same ones for a seed, each once, and no more than there are", () => {
  const mutants = mutantsOf("src/a.ts", "a = b + c + d + e - f - g;");
  const taken = sample(mutants, 3, new Random(7));
  expect(new Set(taken).size).toBe(3);
  expect(sample(mutants, 3, new Random(7))).toEqual(taken);
  expect(sample(mutants, 99, new Random(7))).toHaveLength(mutants.length);
});
