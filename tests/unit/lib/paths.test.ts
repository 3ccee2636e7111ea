import { expect, test } from "bun:test";
import { folderOf } from "../../../src/lib/paths.ts";

test("folderOf() is empty for the root", () => {
  expect(folderOf("a.jpg")).toBe("");
  expect(folderOf("a/b/c.jpg")).toBe("a/b");
});
