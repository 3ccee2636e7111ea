import { describe, expect, test } from "bun:test";
import { diskError, errnoOf } from "../../../src/lib/errno.ts";
import { LocalError, RemoteError } from "../../../src/lib/errors.ts";

const rows = [
  ["ENOSPC", "full"],
  ["EDQUOT", "full"],
  ["EROFS", "read-only"],
  ["EACCES", "denied"],
  ["EPERM", "denied"],
  ["ENAMETOOLONG", "too-long"],
  ["EEXIST", "occupied"],
  ["ENOTDIR", "occupied"],
  ["EISDIR", "occupied"],
  ["ENOENT", "missing"],
  ["EIO", "failed"],
] as const;

describe("diskError()", () => {
  for (const [code, fault] of rows) {
    test(`calls ${code} ${fault}`, () => {
      const cause = Object.assign(new Error(code), { code });
      const error = diskError(cause, "/photos/a");
      expect(error).toBeInstanceOf(LocalError);
      expect(error).toMatchObject({ fault, path: "/photos/a", cause });
    });
  }

  const typed = [
    new LocalError("denied", "The folder leads out of the library", "/x", { hint: "remove it" }),
    new RemoteError("gone", "404"),
    new TypeError("x is not a function"),
  ];
  for (const error of typed) {
    test(`leaves a ${error.name} as it is`, () => expect(diskError(error, "/y")).toBe(error));
  }

  test("errnoOf() is empty for what has none", () => {
    for (const value of [null, "ENOENT", new Error("x"), { code: "ENOENT" }]) {
      expect(errnoOf(value)).toBe("");
    }
  });
});
