import { describe, expect, test } from "bun:test";
import { summaryLines } from "../../../src/cli/summary.ts";
import type { Tally } from "../../../src/sync/events.ts";

function aTally(some: Partial<Tally>): Tally {
  return {
    seen: 0,
    saved: 0,
    failed: 0,
    interrupted: 0,
    skipped: {},
    filesDownloaded: 0,
    filesAdopted: 0,
    filesFailed: 0,
    bytesDownloaded: 0,
    recordsUnreadable: 0,
    listingFaults: 0,
    elapsedMs: 0,
    ...some,
  };
}

describe("summaryLines()", () => {
  test("tells what was done", () => {
    const tally = aTally({
      seen: 400,
      saved: 50,
      failed: 2,
      skipped: { filename: 8, current: 330, "media-type": 10 },
      filesDownloaded: 50,
      filesFailed: 2,
      bytesDownloaded: 1536,
      elapsedMs: 63_500,
    });
    expect(summaryLines(tally, false)).toEqual([
      "--- Summary ---",
      "50 downloaded, 348 skipped, 2 failed (400 total)",
      "Skipped: 330 already downloaded, 10 filtered by media type, 8 filtered by filename",
      "Transferred 1.5 KiB",
      "Completed in 1m 03s",
    ]);
  });
  test("leaves out the skipped when there are none", () => {
    const tally = aTally({ seen: 1, saved: 1, filesDownloaded: 1 });
    expect(summaryLines(tally, false)[1]).toBe("1 downloaded, 0 failed (1 total)");
  });
  test("tells files apart from assets when they differ", () => {
    const tally = aTally({ seen: 2, saved: 2, filesDownloaded: 3, filesAdopted: 1 });
    expect(summaryLines(tally, false)).toContain("Files: 3 downloaded, 1 on disk, 0 failed");
  });
  test("tells troubles", () => {
    const tally = aTally({ seen: 1, interrupted: 1, recordsUnreadable: 3, listingFaults: 1 });
    const lines = summaryLines(tally, false);
    expect(lines).toContain("0 downloaded, 0 failed, 1 interrupted (1 total)");
    expect(lines).toContain("Unreadable records: 3");
    expect(lines).toContain("Listing errors: 1");
  });
  test("is titled by the kind of cycle", () => {
    const tally = aTally({ seen: 1, saved: 1, filesDownloaded: 1 });
    expect(summaryLines(tally, false)[0]).toBe("--- Summary ---");
    expect(summaryLines(tally, true)[0]).toBe("--- Incremental Sync Summary ---");
  });
  test("is one line when nothing was to do", () => {
    const tally = aTally({ seen: 9, skipped: { current: 9 }, elapsedMs: 1200 });
    expect(summaryLines(tally, false)).toEqual(["No new photos to download (1s)"]);
    expect(summaryLines(aTally({}), true)[0]).toStartWith("No new photos");
  });
});
