import { expect, test } from "bun:test";
import { tallyOf } from "../../../src/sync/tally.ts";

const COUNTED = {
  filesDownloaded: 1,
  filesAdopted: 2,
  filesFailed: 3,
  bytesDownloaded: 4,
  recordsUnreadable: 5,
  listingFaults: 6,
  filesMoved: 7,
  filesLeft: 0,
  filesUnverified: 0,
  filesExhausted: 8,
  assetsGone: 9,
  elapsedMs: 7,
};

test("tallyOf() puts every outcome where it belongs, and they add up", () => {
  const tally = tallyOf(
    [
      { outcome: "saved", assets: 10 },
      { outcome: "failed", assets: 2 },
      { outcome: "interrupted", assets: 3 },
      { outcome: "unread", assets: 1 },
      { outcome: "skip:current", assets: 20 },
      { outcome: "skip:hidden", assets: 4 },
    ],
    COUNTED,
  );
  expect(tally).toEqual({
    ...COUNTED,
    seen: 40,
    saved: 10,
    failed: 3,
    interrupted: 3,
    skipped: { current: 20, hidden: 4 },
  });
});

test("tallyOf() is all zeros when nothing was seen", () => {
  expect(tallyOf([], COUNTED)).toMatchObject({ seen: 0, saved: 0, failed: 0, skipped: {} });
});
