import { describe, expect, test } from "bun:test";
import type { Log } from "../../../src/app/io.ts";
import { liveProgress, plainProgress, statusLine } from "../../../src/cli/progress.ts";
import type { Screen } from "../../../src/cli/screen.ts";
import type { Event, Tally } from "../../../src/sync/events.ts";
import { due, listed, listing, page, play, saved, started } from "../../support/progress-events.ts";

/** A clock that only moves when it is told to. */
function handClock() {
  const clock = {
    ms: 1_000_000,
    // Set back and forth all the time; what is shown must not care.
    now: () => (clock.ms * 7919) % 1_000_000,
    steadyMs: () => clock.ms,
    sleep: () => Promise.resolve(),
  };
  return clock;
}

function recordingScreen() {
  const shown: (string | null)[] = [];
  const screen: Screen = {
    line() {},
    prompt() {},
    endPrompt() {},
    columns: () => 79,
    status: (text) => void shown.push(text),
  };
  return { shown, screen };
}

function recordingLog() {
  const lines: string[] = [];
  const write = (message: string) => void lines.push(message);
  const log: Log = { debug: write, info: write, warn: write, error: write };
  return { lines, log };
}

const ended: Event = { kind: "cycle-ended", isTrial: false, error: null, tally: {} as Tally };

describe("statusLine()", () => {
  test("tells the listing when no file is due", () => {
    expect(
      statusLine(
        play(
          [
            [0, listing],
            [0, page],
          ],
          0,
        ),
        79,
      ),
    ).toBe("listing: 1,200 of 45,000 assets seen");
  });
  test("tells files, bytes and the present file", () => {
    const line = statusLine(
      play(
        [
          [0, listing],
          [0, listed],
          [0, due],
          [0, started],
          [0, saved],
        ],
        0,
      ),
      79,
    );
    expect(line).toBe("[======------------------] 1/4 files  10.0 MiB/40.0 MiB  a.heic");
  });
  test("the ETA of a large library fits a terminal of 80 columns", () => {
    const line = statusLine(
      {
        filesDone: 123_456,
        filesTotal: 234_567,
        bytesDone: 234.5 * 1024 ** 3,
        bytesTotal: 456.7 * 1024 ** 3,
        bytesPerSecond: 153.5 * 1024 ** 2,
        remainingMs: 4_380_000,
        isListing: false,
        assetsSeen: 200_000,
        assetsExpected: 200_000,
        current: "2024/01/02/IMG_0001.HEIC",
      },
      79,
    );
    expect(line.slice(0, 78)).toEndWith("  ETA 1h 13m 00s");
    expect(line).toEndWith("IMG_0001.HEIC");
  });
});

describe("liveProgress()", () => {
  test("draws ten times a second at most, and cleans up", () => {
    const clock = handClock();
    const { shown, screen } = recordingScreen();
    const observe = liveProgress(screen, clock);
    observe(due);
    for (let event = 0; event < 100; event++)
      observe({ kind: "bytes", path: "2024/a.heic", count: 1 });
    clock.ms += 100;
    observe({ kind: "bytes", path: "2024/a.heic", count: 1 });
    observe(ended);
    expect(shown).toHaveLength(3);
    expect(shown.at(-1)).toBeNull();
  });
  test("starts a cycle afresh", () => {
    const clock = handClock();
    const { shown, screen } = recordingScreen();
    const observe = liveProgress(screen, clock);
    observe(due);
    observe(ended);
    clock.ms += 1000;
    observe({ kind: "cycle-started", cycle: 1 });
    clock.ms += 1000;
    observe(listing);
    expect(shown.at(-1)).toContain("listing: 0 of 45,000");
  });
});

describe("plainProgress()", () => {
  test("says something every ten seconds", () => {
    const clock = handClock();
    const { lines, log } = recordingLog();
    const observe = plainProgress(log, clock);
    for (const event of [{ kind: "cycle-started", cycle: 1 } as const, due, started, saved])
      observe(event);
    expect(lines).toEqual([]);
    clock.ms += 10_000;
    observe({ kind: "bytes", path: "2024/a.heic", count: 1 });
    observe({ kind: "bytes", path: "2024/a.heic", count: 1 });
    expect(lines).toEqual(["progress: 1/4 files  10.0 MiB/40.0 MiB"]);
  });
  test("says something every thousand files", () => {
    const { lines, log } = recordingLog();
    const observe = plainProgress(log, handClock());
    for (let file = 0; file < 2500; file++) observe(saved);
    expect(lines).toHaveLength(2);
  });
});
