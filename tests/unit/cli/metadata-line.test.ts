import { expect, test } from "bun:test";
import { metadataLine } from "../../../src/cli/metadata-line.ts";

const NONE = { written: 0, sidecars: 0, failed: 0, putOff: 0, foreign: 0, unfit: {} };

test("metadataLine() says nothing when nothing happened", () => {
  expect(metadataLine(undefined)).toEqual([]);
  expect(metadataLine(NONE)).toEqual([]);
});

test("metadataLine() tells every count, kinds in a fixed order", () => {
  const tally = {
    written: 1,
    sidecars: 2,
    failed: 3,
    putOff: 4,
    foreign: 5,
    unfit: { raw: 1, gif: 2 },
  };
  expect(metadataLine(tally)).toEqual([
    "Metadata: 1 written, 2 sidecars, 3 failed, 4 put off, 5 left, changed by somebody else, 3 cannot carry it (2 gif, 1 raw)",
  ]);
});
