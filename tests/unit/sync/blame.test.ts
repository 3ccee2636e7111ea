import { describe, expect, test } from "bun:test";
import { RemoteError } from "../../../src/lib/errors.ts";
import { Blame } from "../../../src/sync/blame.ts";

const GONE = new RemoteError("gone", "");
const DOWN = new RemoteError("unavailable", "");

test("Blame takes no record that waits for its bytes for guilty", () => {
  const blame = new Blame();
  blame.failed(1, new RemoteError("pending", "no address yet"));
  blame.fetched();
  expect(blame.guilty).toEqual([]);
});

describe("Blame", () => {
  type Deed =
    readonly ["failed", number, unknown] | readonly ["fetched"] | readonly ["forget", number];
  const rows: { name: string; deeds: readonly Deed[]; guilty: number[] }[] = [
    { name: "a fault of the file at once", deeds: [["failed", 1, GONE]], guilty: [1] },
    {
      name: "nothing in an outage",
      deeds: [
        ["failed", 1, DOWN],
        ["failed", 2, DOWN],
      ],
      guilty: [],
    },
    {
      name: "what failed before another file came",
      deeds: [["failed", 1, DOWN], ["fetched"], ["failed", 2, DOWN]],
      guilty: [1],
    },
    {
      name: "each file once",
      deeds: [["failed", 1, GONE], ["failed", 1, DOWN], ["fetched"], ["failed", 1, GONE]],
      guilty: [1],
    },
    {
      name: "nothing for a file that came at last",
      deeds: [["failed", 1, DOWN], ["fetched"], ["forget", 1], ["failed", 2, GONE], ["forget", 2]],
      guilty: [],
    },
    {
      name: "nothing for a file that came before others did",
      deeds: [["failed", 1, DOWN], ["forget", 1], ["fetched"]],
      guilty: [],
    },
  ];
  for (const { name, deeds, guilty } of rows) {
    test(`counts ${name}`, () => {
      const blame = new Blame();
      for (const deed of deeds) {
        if (deed[0] === "failed") blame.failed(deed[1], deed[2]);
        else if (deed[0] === "forget") blame.forget(deed[1]);
        else blame.fetched();
      }
      expect(blame.guilty).toEqual(guilty);
    });
  }
});
