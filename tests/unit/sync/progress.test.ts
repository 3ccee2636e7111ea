import { describe, expect, test } from "bun:test";
import type { Event } from "../../../src/sync/events.ts";
import {
  MEBIBYTE,
  due,
  listed,
  listing,
  page,
  play,
  saved,
  started,
} from "../../support/progress-events.ts";

describe("ProgressState", () => {
  test("knows the listing before any file", () => {
    expect(
      play(
        [
          [0, listing],
          [1, page],
        ],
        2,
      ),
    ).toMatchObject({
      filesTotal: 0,
      assetsSeen: 1200,
      assetsExpected: 45_000,
      isListing: true,
    });
  });
  test("adds up several listings, and admits an unknown total", () => {
    const other: Event = { ...listing, zone: "SharedSync-1", expected: null };
    const read = play(
      [
        [0, listing],
        [0, other],
        [1, page],
        [1, { ...page, zone: "SharedSync-1" }],
      ],
      2,
    );
    expect([read.assetsSeen, read.assetsExpected]).toEqual([2400, null]);
  });
  test("computes the rate of the last ten seconds and the time left", () => {
    const script: [number, Event][] = [
      [0, listing],
      [0, listed],
      [0, due],
      [0, { ...started, sizeBytes: 20 * MEBIBYTE } as Event],
    ];
    for (let second = 0; second <= 10; second++) {
      script.push([
        20_000 + second * 1000,
        { kind: "bytes", path: "2024/a.heic", count: MEBIBYTE },
      ]);
    }
    const read = play(script, 30_000);
    expect(read.bytesPerSecond).toBeCloseTo(MEBIBYTE, 0);
    expect(read.bytesDone).toBe(11 * MEBIBYTE);
    expect(read.remainingMs).toBeCloseTo(29_000, -1);
  });
  test("tells no time left while it is still listing, and no rate when nothing flows", () => {
    const flow: [number, Event][] = [
      [0, { kind: "bytes", path: "2024/a.heic", count: 100 }],
      [1000, { kind: "bytes", path: "2024/a.heic", count: 100 }],
    ];
    expect(play([[0, listing], [0, due], ...flow], 1000).remainingMs).toBeNull();
    expect(play([[0, due], ...flow], 60_000)).toMatchObject({
      bytesPerSecond: 0,
      remainingMs: null,
    });
  });
  test("counts files that ended, and bytes that were there already", () => {
    const read = play(
      [
        [0, due],
        [0, { ...saved, how: "adopted" } as Event],
        [0, { kind: "file-started", path: "b", sizeBytes: 10 * MEBIBYTE }],
        [0, { kind: "file-resumed", path: "b", fromBytes: MEBIBYTE }],
      ],
      1,
    );
    expect(read).toMatchObject({ filesDone: 1, filesTotal: 4, bytesDone: 11 * MEBIBYTE });
  });
  test("does not count a file that failed, nor its bytes, until it comes", () => {
    const some: Event = { kind: "bytes", path: "2024/a.heic", count: 6 * MEBIBYTE };
    const { path } = saved as { path: string };
    const failed: Event = { kind: "file-failed", path, code: "remote/gone", message: "gone" };
    const script: [number, Event][] = [
      [0, due],
      [0, started],
      [1, some],
      [2, failed],
    ];
    expect(play(script, 3)).toMatchObject({ filesDone: 0, filesTotal: 4, bytesDone: 0 });
    const again: [number, Event][] = [...script, [4, started], [5, some], [6, saved]];
    expect(play(again, 7)).toMatchObject({ filesDone: 1, bytesDone: 10 * MEBIBYTE });
  });
  test("counts bytes once, however often a file is tried", () => {
    const { path } = saved as { path: string };
    const some: Event = { kind: "bytes", path, count: 6 * MEBIBYTE };
    const retried: Event = { kind: "file-retried", path, attempt: 1, code: "x", waitMs: 1 };
    const script: [number, Event][] = [
      [0, due],
      [0, started],
      [1, some],
      [2, retried],
    ];
    expect(play(script, 3).bytesDone).toBe(0);
    const resumed: Event = { kind: "file-resumed", path, fromBytes: 6 * MEBIBYTE };
    expect(play([...script, [3, resumed]], 3).bytesDone).toBe(6 * MEBIBYTE);
    expect(play([...script, [3, resumed], [4, some]], 4).bytesDone).toBe(10 * MEBIBYTE);
  });
  test("never passes its total", () => {
    const read = play(
      [
        [0, due],
        [0, { ...started, sizeBytes: 900 * MEBIBYTE } as Event],
        [0, { kind: "bytes", path: "2024/a.heic", count: 800 * MEBIBYTE }],
      ],
      1,
    );
    expect(read.bytesDone).toBe(read.bytesTotal);
  });
});
