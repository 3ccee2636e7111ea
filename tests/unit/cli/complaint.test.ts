import { describe, expect, test } from "bun:test";
import { complaint } from "../../../src/cli/complaint.ts";
import { AuthError, LocalError, RemoteError, UsageError } from "../../../src/lib/errors.ts";

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
  test("says what to do about Apple's faults, unless they say so themselves", () => {
    for (const [fault, word] of [
      ["unavailable", "some minutes"],
      ["throttled", "an hour"],
      ["unreachable", "connection"],
      ["signed-out", "kei login"],
    ] as const) {
      const lines = complaint(new RemoteError(fault, "Apple answered 503"), false);
      expect(lines[1]).toContain(word);
      const own = complaint(new RemoteError(fault, "x", { hint: "do this" }), false);
      expect(own[1]).toBe("hint: do this");
    }
    expect(complaint(new RemoteError("refused", "x"), false)).toHaveLength(1);
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
