import { describe, expect, test } from "bun:test";
import { judgeNames } from "../../../src/sync/album-names.ts";
import type { NamesJudged } from "../../../src/sync/album-names.ts";

const NONE = { unknown: [], unknownExcluded: [], ambiguous: new Map<string, string[]>() };
const FINE: NamesJudged = { missing: [], missingExcluded: [], ambiguous: null };

describe("judgeNames()", () => {
  const rows: {
    name: string;
    choices: Parameters<typeof judgeNames>[0];
    judged: Partial<NamesJudged>;
  }[] = [
    { name: "says nothing without a library", choices: [], judged: {} },
    { name: "finds nothing wrong with names that are known", choices: [NONE, NONE], judged: {} },
    {
      name: "misses what one library alone does not know",
      choices: [{ ...NONE, unknown: ["A", "B"] }],
      judged: { missing: ["A", "B"] },
    },
    {
      name: "misses only what no library knows",
      choices: [
        { ...NONE, unknown: ["A", "B"], unknownExcluded: ["C", "D"] },
        { ...NONE, unknown: ["B"], unknownExcluded: ["D", "E"] },
      ],
      judged: { missing: ["B"], missingExcluded: ["D"] },
    },
    {
      name: "knows a name that another library has",
      choices: [{ ...NONE, unknown: ["A"] }, NONE],
      judged: {},
    },
    {
      name: "tells the first name that means several places",
      choices: [NONE, { ...NONE, ambiguous: new Map([["A", ["x/A", "y/A"]]]) }],
      judged: { ambiguous: { name: "A", paths: ["x/A", "y/A"] } },
    },
  ];
  for (const { name, choices, judged } of rows) {
    test(name, () => expect(judgeNames(choices)).toEqual({ ...FINE, ...judged }));
  }
});
