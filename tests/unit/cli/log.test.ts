import { describe, expect, test } from "bun:test";
import { eventLog } from "../../../src/cli/event-log.ts";
import { fanOut } from "../../../src/cli/fan-out.ts";
import { formatLine, openLog, type LogLevel } from "../../../src/cli/log.ts";
import { openScreen } from "../../../src/cli/screen.ts";
import type { Tally } from "../../../src/sync/events.ts";

const clock = {
  now: () => Date.UTC(2026, 3, 22, 10),
  steadyMs: () => 0,
  sleep: () => Promise.resolve(),
};

const emptyTally: Tally = {
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
};

function logAt(level: LogLevel) {
  const lines: string[] = [];
  return { log: openLog(level, clock, (line) => void lines.push(line)), lines };
}

describe("formatLine()", () => {
  const rows = [
    { facts: {}, is: "" },
    { facts: { n: 1, b: true, none: undefined, nothing: null }, is: " n=1 b=true nothing=null" },
    { facts: { path: "a/b.jpg" }, is: " path=a/b.jpg" },
    { facts: { path: 'a "b" c' }, is: ' path="a \\"b\\" c"' },
    { facts: { path: "" }, is: ' path=""' },
    { facts: { path: "a\u001b[0m\nb" }, is: ' path="a\\u001b[0m\\nb"' },
  ];
  for (const { facts, is } of rows) {
    test(JSON.stringify(facts), () => {
      const line = formatLine(clock.now(), "info", "message", facts as Record<string, string>);
      expect(line).toBe(`2026-04-22T10:00:00.000Z  INFO message${is}`);
    });
  }
});

describe("openLog()", () => {
  const rows: [LogLevel, number][] = [
    ["debug", 4],
    ["info", 3],
    ["warn", 2],
    ["error", 1],
  ];
  for (const [level, count] of rows) {
    test(`at ${level} passes ${count} of four levels`, () => {
      const { log, lines } = logAt(level);
      for (const say of [log.debug, log.info, log.warn, log.error]) say("x");
      expect(lines).toHaveLength(count);
    });
  }
  test("passes every line, also when they are all the same", () => {
    const { log, lines } = logAt("info");
    for (let line = 0; line < 50; line++) log.info("same", { a: 1 });
    expect(lines).toHaveLength(50);
  });
});

describe("eventLog()", () => {
  test("tells resumed, retried and failed files", () => {
    const { log, lines } = logAt("info");
    const observe = eventLog(log, new AbortController().signal);
    const path = "2024/IMG_0001.HEIC";
    observe({ kind: "file-started", path, sizeBytes: 9 });
    observe({ kind: "file-resumed", path, fromBytes: 1200000 });
    observe({ kind: "file-retried", path, attempt: 1, code: "remote/unavailable", waitMs: 5000 });
    observe({ kind: "file-failed", path, code: "remote/gone", message: "it is gone" });
    observe({ kind: "file-saved", path, sizeBytes: 9, how: "downloaded" });
    expect(lines.map((line) => line.slice(25))).toEqual([
      " INFO resumed IMG_0001.HEIC at 1200000 path=2024/IMG_0001.HEIC",
      " WARN trying IMG_0001.HEIC again path=2024/IMG_0001.HEIC attempt=1 code=remote/unavailable wait=5s",
      "ERROR failed IMG_0001.HEIC: it is gone path=2024/IMG_0001.HEIC code=remote/gone",
    ]);
  });
  test("closes a cycle with its summary", () => {
    const { log, lines } = logAt("info");
    const observe = eventLog(log, new AbortController().signal);
    observe({ kind: "listing-started", zone: "PrimarySync", mode: "incremental", expected: null });
    observe({
      kind: "cycle-ended",
      isTrial: false,
      error: null,
      tally: { ...emptyTally, seen: 1, failed: 1 },
    });
    expect(lines[0]).toEndWith("listing PrimarySync mode=incremental");
    expect(lines[1]).toContain("Incremental Sync Summary");
    expect(lines[2]).toContain("1 failed (1 total)");
  });
  test("tells that a cycle was cut short", () => {
    const { log, lines } = logAt("info");
    eventLog(
      log,
      AbortSignal.abort(),
    )({ kind: "cycle-ended", isTrial: false, error: null, tally: emptyTally });
    expect(lines[0]).toContain("Interrupted before anything was downloaded");
  });
  test("tells what is waited for before Apple is asked again", () => {
    const { log, lines } = logAt("info");
    const event = { message: "Apple answered 503", code: "remote/unavailable", waitMs: 120_000 };
    eventLog(log, new AbortController().signal)({ kind: "call-retried", ...event });
    expect(lines[0]).toEndWith(
      'asking Apple again: Apple answered 503 code=remote/unavailable wait="2m 00s"',
    );
  });
  test("tells moved files and links that cannot be made", () => {
    const { log, lines } = logAt("info");
    const observe = eventLog(log, new AbortController().signal);
    observe({ kind: "file-moved", from: "a/1.JPG", path: "b/1.JPG", isTrial: false });
    observe({ kind: "file-moved", from: "a/1.JPG", path: "b/1.JPG", isTrial: true });
    observe({ kind: "links-unsupported", how: "hardlink" });
    expect(lines[0]).toEndWith("moved 1.JPG from=a/1.JPG path=b/1.JPG");
    expect(lines[1]).toEndWith("[DRY RUN] would move 1.JPG from=a/1.JPG path=b/1.JPG");
    expect(lines[2]).toContain("no hard links");
  });
});

test("fanOut() reaches every reader though one is broken, and tells of it once", () => {
  let reached = 0;
  const breaches: unknown[] = [];
  const broken = () => {
    throw new Error("broken");
  };
  const observe = fanOut([broken, () => void reached++], (error) => void breaches.push(error));
  observe({ kind: "cycle-started", cycle: 1 });
  observe({ kind: "cycle-started", cycle: 1 });
  expect([reached, breaches.length]).toEqual([2, 1]);
});

describe("openScreen()", () => {
  function screenOf(columns: number) {
    const written: string[] = [];
    return {
      written,
      screen: openScreen(
        (text) => void written.push(text),
        () => columns,
      ),
    };
  }
  test("writes plain lines when there is no status", () => {
    const { screen, written } = screenOf(80);
    screen.line("a");
    expect(written).toEqual(["a\n"]);
  });
  test("keeps the status below the lines", () => {
    const { screen, written } = screenOf(80);
    screen.status("busy");
    screen.line("a");
    screen.status(null);
    screen.line("b");
    expect(written.slice(1)).toEqual(["\r\u001b[Ka\nbusy", "\r\u001b[K", "b\n"]);
  });
  test("cuts the status to the width", () => {
    const { screen, written } = screenOf(6);
    screen.status("写真写真写真");
    expect(written).toEqual(["\r\u001b[K写真…"]);
  });
  test("shows what is foreign as one line each, and a status no wider than the terminal", () => {
    const evil = "写\u001b[2J\r\nFORGED\u202e\u2028FORGED\u0085FORGED";
    const { screen, written } = screenOf(20);
    screen.line(evil);
    screen.prompt(evil);
    screen.status(evil);
    for (const text of written) {
      expect(text.replace("\r\u001b[K", "").replace(/\n$/, "")).not.toMatch(
        /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u,
      );
    }
    expect(Bun.stringWidth(written.at(-1)!)).toBeLessThanOrEqual(19);
  });
  test("does not draw the same status again", () => {
    const { screen, written } = screenOf(80);
    screen.status("busy");
    screen.status("busy");
    expect(written).toHaveLength(1);
  });
});
