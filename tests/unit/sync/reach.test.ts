import { describe, expect, test } from "bun:test";
import { AuthError, Bug, DataError, LocalError, RemoteError } from "../../../src/lib/errors.ts";
import type { LocalFault, RemoteFault } from "../../../src/lib/errors.ts";
import { concernsTheRun, speaksOfFile } from "../../../src/sync/reach.ts";

const remote = (fault: RemoteFault) => new RemoteError(fault, "");
const local = (fault: LocalFault) => new LocalError(fault, "", "");

describe("speaksOfFile()", () => {
  const rows: { name: string; error: unknown; speaks: boolean }[] = [
    { name: "content that is gone", error: remote("gone"), speaks: true },
    { name: "wrong bytes", error: remote("mismatch"), speaks: true },
    { name: "a refusal", error: remote("refused"), speaks: true },
    { name: "a name the disk cannot hold", error: local("too-long"), speaks: true },
    { name: "a file the disk cannot hold", error: local("too-large"), speaks: true },
    { name: "a file there is no room for", error: local("no-room"), speaks: false },
    { name: "throttling", error: remote("throttled"), speaks: false },
    { name: "an outage", error: remote("unavailable"), speaks: false },
    { name: "a lost network", error: remote("unreachable"), speaks: false },
    {
      name: "an address that is stale again and again",
      error: remote("expired-url"),
      speaks: false,
    },
    { name: "a full disk", error: local("full"), speaks: false },
    { name: "a refused folder", error: local("denied"), speaks: false },
    { name: "a failing disk", error: local("failed"), speaks: false },
    { name: "an unreadable answer", error: new DataError("", ""), speaks: false },
  ];
  for (const { name, error, speaks } of rows) {
    test(`is ${speaks} for ${name}`, () => expect(speaksOfFile(error)).toBe(speaks));
  }
});

describe("concernsTheRun()", () => {
  const rows: { name: string; error: unknown; isFatal: boolean }[] = [
    { name: "a full disk", error: local("full"), isFatal: true },
    { name: "a read-only disk", error: local("read-only"), isFatal: true },
    { name: "a database in use", error: local("busy"), isFatal: true },
    { name: "a damaged database", error: local("corrupt"), isFatal: true },
    { name: "one folder without permission", error: local("denied"), isFatal: false },
    { name: "one name that is too long", error: local("too-long"), isFatal: false },
    { name: "one host that cannot be reached", error: remote("unreachable"), isFatal: false },
    { name: "a busy host", error: remote("unavailable"), isFatal: false },
    { name: "content that is gone", error: remote("gone"), isFatal: false },
    { name: "wrong bytes", error: remote("mismatch"), isFatal: false },
    { name: "a lost session", error: new AuthError("two-factor", ""), isFatal: true },
    { name: "an unreadable record", error: new DataError("", ""), isFatal: false },
    { name: "a false claim", error: new Bug("x"), isFatal: true },
    { name: "an error of no class", error: new TypeError("x"), isFatal: true },
  ];
  for (const { name, error, isFatal } of rows) {
    test(`is ${isFatal} for ${name}`, () => expect(concernsTheRun(error)).toBe(isFatal));
  }
});
