import { describe, expect, test } from "bun:test";
import { Series } from "../../../src/lib/series.ts";

const LIMITS = { stuckMax: 3, barrenMax: 5, answersMax: 20 };

/** How many answers are taken before the series is given up, and the words for it. */
function lifeOf(answer: (index: number) => [string | null, readonly string[]], limits = LIMITS) {
  const series = new Series("Apple's tales", limits, "start");
  for (let taken = 0; taken < 1000; taken++) {
    try {
      series.promisesMore(...answer(taken));
    } catch (error) {
      return [taken, (error as Error).message];
    }
  }
  return "endless";
}

describe("Series", () => {
  const rows = [
    {
      name: "no position",
      answer: (at: number) => [null, [`${at}`]],
      taken: 2,
      how: "do not go on",
    },
    {
      name: "one position",
      answer: (at: number) => ["p", [`${at}`]],
      taken: 3,
      how: "do not go on",
    },
    {
      name: "the position it began at",
      answer: (at: number) => ["start", [`${at}`]],
      taken: 2,
      how: "do not go on",
    },
    {
      name: "positions in a circle",
      answer: (at: number) => [`${at % 7}`, [`${at}`]],
      taken: 9,
      how: "do not go on",
    },
    {
      name: "empty answers",
      answer: (at: number) => [`${at}`, []],
      taken: 4,
      how: "bring nothing new any more",
    },
    {
      name: "the same things again and again",
      answer: (at: number) => [`${at}`, [`A${at % 3}`, "B"]],
      taken: 7,
      how: "bring nothing new any more",
    },
    {
      name: "new things for ever",
      answer: (at: number) => [`${at}`, [`${at}`]],
      taken: 19,
      how: "have no end",
    },
  ] satisfies {
    name: string;
    answer: (at: number) => [string | null, string[]];
    taken: number;
    how: string;
  }[];
  for (const { name, answer, taken, how } of rows) {
    test(`gives up ${name}`, () =>
      expect(lifeOf(answer as (at: number) => [string | null, string[]])).toEqual([
        taken,
        `Apple's tales ${how}`,
      ]));
  }

  test("forgives gaps, and positions that stand still for a moment", () => {
    const answer = (at: number): [string, string[]] => [
      at % 4 < 2 ? "p" : `${at}`,
      at % 5 === 0 ? [`${at}`] : [],
    ];
    expect(lifeOf(answer, { ...LIMITS, answersMax: 5000 })).toBe("endless");
  });
});
