import { describe, expect, test } from "bun:test";
import { complaint, exitCode } from "../../../src/cli/complaint.ts";
import {
  AuthError,
  Bug,
  DataError,
  LocalError,
  RemoteError,
  UsageError,
} from "../../../src/lib/errors.ts";

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
  for (const { name, error, is } of rows) test(name, () => expect(exitCode(error)).toBe(is as 1));

  const underWay: { name: string; error: unknown; is: number }[] = [
    { name: "disk full", error: new LocalError("full", "x", "/p"), is: 2 },
    { name: "disk turned read-only", error: new LocalError("read-only", "x", "/p"), is: 2 },
    { name: "saved files that are missing", error: new LocalError("missing", "x", "/p"), is: 1 },
    { name: "damaged database", error: new LocalError("corrupt", "x", "/p"), is: 1 },
    { name: "Apple out of reach", error: new RemoteError("unreachable", "x"), is: 1 },
    { name: "wrong password", error: new AuthError("password", "x"), is: 3 },
  ];
  for (const { name, error, is } of underWay) {
    test(`${name}, in mid-run`, () => expect(exitCode(error, true)).toBe(is as 1));
  }
});

describe("complaint()", () => {
  test("says what is wrong and what can be done", () => {
    const error = new AuthError("two-factor", "A code is needed", { hint: "run kei login" });
    expect(complaint(error, false)).toEqual(["error: A code is needed", "hint: run kei login"]);
  });
  test("says no hint that it does not have", () => {
    expect(complaint(new LocalError("full", "The disk is full", "/p"), false)).toEqual([
      "error: The disk is full: /p",
    ]);
  });
  test("names the path of a local error once", () => {
    const rows = [
      {
        message: "The database is damaged",
        path: "/d/x.db",
        is: "The database is damaged: /d/x.db",
      },
      { message: 'Cannot write "/d/x"', path: "/d/x", is: 'Cannot write "/d/x"' },
      { message: "None can be there", path: "", is: "None can be there" },
    ];
    for (const { message, path, is } of rows) {
      const error = new LocalError("failed", message, path);
      expect(complaint(error, false)).toEqual([`error: ${is}`]);
    }
  });
  test("points to the help when something was typed wrong", () => {
    expect(complaint(new UsageError("--x needs a value"), false)[1]).toContain("kei help");
  });
  test("asks to report what nobody foresaw, without a stack", () => {
    const lines = complaint(new TypeError("x is not a function"), false);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain("x is not a function");
    expect(lines[1]).toContain("report");
  });
  test("shows stacks and causes at debug level", () => {
    const cause = new Error("ECONNREFUSED");
    const lines = complaint(new RemoteError("unreachable", "No answer", { cause }), true);
    expect(lines.join("\n")).toContain("ECONNREFUSED");
    expect(lines.some((line) => line.includes("complaint.test.ts"))).toBe(true);
  });
  test("ends with causes that go round in circles", () => {
    const error = new Error("a");
    error.cause = error;
    expect(complaint(error, true).length).toBeLessThan(50);
  });
});
