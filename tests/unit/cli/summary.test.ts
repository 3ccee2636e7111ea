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
    filesMoved: 0,
    filesLeft: 0,
    filesUnverified: 0,
    filesExhausted: 0,
    assetsGone: 0,
    bytesDownloaded: 0,
    recordsUnreadable: 0,
    listingFaults: 0,
    elapsedMs: 0,
    ...some,
  };
}

const FULL = { isIncremental: false, isInterrupted: false };
const CHANGES = { isIncremental: true, isInterrupted: false };
const CUT_SHORT = { isIncremental: false, isInterrupted: true };

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
    expect(summaryLines(tally, FULL)).toEqual([
      "--- Summary ---",
      "50 downloaded, 348 skipped, 2 failed (400 total)",
      "Skipped: 330 already downloaded, 10 filtered by media type, 8 filtered by filename",
      "Transferred 1.5 KiB",
      "Completed in 1m 03s",
    ]);
  });
  test("leaves out the skipped when there are none", () => {
    const tally = aTally({ seen: 1, saved: 1, filesDownloaded: 1 });
    expect(summaryLines(tally, FULL)[1]).toBe("1 downloaded, 0 failed (1 total)");
  });
  test("tells files apart from assets when they differ", () => {
    const tally = aTally({ seen: 2, saved: 2, filesDownloaded: 3, filesAdopted: 1 });
    expect(summaryLines(tally, FULL)).toContain("Files: 3 downloaded, 1 on disk, 0 failed");
  });
  test("tells troubles", () => {
    const tally = aTally({ seen: 1, interrupted: 1, recordsUnreadable: 3, listingFaults: 1 });
    const lines = summaryLines(tally, FULL);
    expect(lines).toContain("0 downloaded, 0 failed, 1 interrupted (1 total)");
    expect(lines).toContain("Unreadable records: 3");
    expect(lines).toContain("Listing errors: 1");
  });
  test("tells files that were moved, even when nothing else was to do", () => {
    expect(summaryLines(aTally({ filesMoved: 12 }), FULL)).toContain("Moved: 12 files");
    expect(summaryLines(aTally({ saved: 1, filesLeft: 1 }), FULL)).toContain(
      "Left as they were, not written by kei: 1 older version",
    );
    expect(summaryLines(aTally({ saved: 1, filesUnverified: 2 }), FULL)).toContain(
      "Unverified, Apple's checksum does not fit: 2 files (kei verify names them)",
    );
  });
  test("tells files that failed too often, even when nothing else was to do", () => {
    expect(summaryLines(aTally({ filesExhausted: 3 }), FULL)).toContain(
      "Retries exhausted: 3 files",
    );
  });
  test("tells that it was interrupted", () => {
    const tally = aTally({ seen: 1, saved: 1, filesDownloaded: 1, elapsedMs: 3000 });
    const lines = summaryLines(tally, CUT_SHORT);
    expect(lines[0]).toBe("--- Summary (interrupted) ---");
    expect(lines.at(-1)).toBe("Interrupted after 3s");
    expect(summaryLines(aTally({}), CUT_SHORT)).toEqual([
      "Interrupted before anything was downloaded (0s)",
    ]);
  });
  test("is titled by the kind of cycle", () => {
    const tally = aTally({ seen: 1, saved: 1, filesDownloaded: 1 });
    expect(summaryLines(tally, FULL)[0]).toBe("--- Summary ---");
    expect(summaryLines(tally, CHANGES)[0]).toBe("--- Incremental Sync Summary ---");
  });
  test("is one line when nothing was to do", () => {
    const tally = aTally({ seen: 9, skipped: { current: 9 }, elapsedMs: 1200 });
    expect(summaryLines(tally, FULL)).toEqual(["No new photos to download (1s)"]);
    expect(summaryLines(aTally({}), CHANGES)[0]).toStartWith("No new photos");
  });
});
