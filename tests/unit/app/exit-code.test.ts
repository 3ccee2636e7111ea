import { describe, expect, test } from "bun:test";
import { exitCode, isAllDone } from "../../../src/app/exit-code.ts";
import {
  AuthError,
  Bug,
  DataError,
  LocalError,
  RemoteError,
  UsageError,
} from "../../../src/lib/errors.ts";
import type { Tally } from "../../../src/sync/events.ts";
import { tallyOf } from "../../../src/sync/tally.ts";

const CLEAN: Tally = tallyOf([], {
  filesDownloaded: 3,
  filesAdopted: 1,
  filesFailed: 0,
  filesMoved: 1,
  filesLeft: 1,
  filesUnverified: 0,
  filesExhausted: 0,
  bytesDownloaded: 9,
  recordsUnreadable: 0,
  assetsGone: 1,
  listingFaults: 0,
  elapsedMs: 1,
});

describe("exitCode()", () => {
  const rows: { name: string; error: unknown; is: number }[] = [
    { name: "typed wrong", error: new UsageError("x"), is: 2 },
    { name: "configured wrong", error: new UsageError("x", "y", "merged"), is: 1 },
    { name: "wrong password", error: new AuthError("password", "x"), is: 3 },
    { name: "no password", error: new AuthError("no-password", "x"), is: 3 },
    { name: "two-factor code needed", error: new AuthError("two-factor", "x"), is: 3 },
    { name: "wrong code", error: new AuthError("code", "x"), is: 3 },
    { name: "locked account", error: new AuthError("locked", "x"), is: 3 },
    { name: "sign-in throttled", error: new AuthError("throttled", "x"), is: 3 },
    { name: "security key", error: new AuthError("security-key", "x"), is: 3 },
    { name: "terms", error: new AuthError("terms", "x"), is: 3 },
    { name: "other region", error: new AuthError("region", "x"), is: 3 },
    { name: "sign-in down", error: new AuthError("unavailable", "x"), is: 3 },
    { name: "another kei", error: new AuthError("busy", "x"), is: 3 },
    { name: "Advanced Data Protection", error: new AuthError("protected", "x"), is: 1 },
    { name: "no iCloud Photos", error: new AuthError("not-set-up", "x"), is: 1 },
    { name: "Apple out of reach", error: new RemoteError("unreachable", "x"), is: 1 },
    { name: "disk full", error: new LocalError("full", "x", "/p"), is: 1 },
    { name: "database of a newer kei", error: new LocalError("newer", "x", "/p"), is: 1 },
    { name: "unreadable answer", error: new DataError("x", "y"), is: 1 },
    { name: "bug", error: new Bug("x"), is: 1 },
    { name: "anything else", error: new TypeError("x"), is: 1 },
    { name: "no error at all", error: "x", is: 1 },
  ];
  for (const { name, error, is } of rows)
    test(name, () => expect(exitCode({ kind: "error", error, isUnderWay: false })).toBe(is));

  const underWay: { name: string; error: unknown; is: number }[] = [
    { name: "disk full", error: new LocalError("full", "x", "/p"), is: 2 },
    { name: "disk turned read-only", error: new LocalError("read-only", "x", "/p"), is: 2 },
    { name: "saved files that are missing", error: new LocalError("missing", "x", "/p"), is: 1 },
    { name: "damaged database", error: new LocalError("corrupt", "x", "/p"), is: 1 },
    { name: "Apple out of reach", error: new RemoteError("unreachable", "x"), is: 1 },
    { name: "wrong password", error: new AuthError("password", "x"), is: 3 },
  ];
  for (const { name, error, is } of underWay) {
    test(`${name}, in mid-run`, () =>
      expect(exitCode({ kind: "error", error, isUnderWay: true })).toBe(is));
  }

  const tallies: { name: string; changes: Partial<Tally>; is: number; inTrial: number }[] = [
    { name: "all done", changes: { saved: 3, skipped: { current: 4 } }, is: 0, inTrial: 0 },
    { name: "a photo failed", changes: { failed: 1 }, is: 2, inTrial: 0 },
    { name: "a photo was interrupted by nobody", changes: { interrupted: 1 }, is: 2, inTrial: 0 },
    { name: "a file failed too often", changes: { filesExhausted: 1 }, is: 2, inTrial: 0 },
    { name: "a record could not be read", changes: { recordsUnreadable: 1 }, is: 2, inTrial: 2 },
    { name: "a listing came out short", changes: { listingFaults: 1 }, is: 2, inTrial: 2 },
    { name: "Apple was not asked to the end", changes: { isCutShort: true }, is: 2, inTrial: 2 },
  ];
  for (const { name, changes, is, inTrial } of tallies) {
    test(name, () => {
      const tally = { ...CLEAN, ...changes };
      expect(exitCode({ kind: "tally", tally, isTrial: false })).toBe(is);
      expect(exitCode({ kind: "tally", tally, isTrial: true })).toBe(inTrial);
      expect(isAllDone(tally, false)).toBe(is === 0);
    });
  }

  const stops = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    test(`stopped by ${signal}`, () =>
      expect(exitCode({ kind: "stop", signal })).toBe(stops[signal]));
  }
});
