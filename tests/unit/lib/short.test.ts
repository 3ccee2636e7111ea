import { expect, test } from "bun:test";
import { short } from "../../../src/lib/short.ts";

test("short() leaves what is short, and keeps whole words of what is long", () => {
  const words = "word ".repeat(100);
  const token = "s".repeat(400);
  const rows = [
    ["", ""],
    ["Zone does not exist", "Zone does not exist"],
    ["x".repeat(300), "x".repeat(300)],
    [words, `${"word ".repeat(60)}…`],
    [`bad token ${token}`, "bad token …"],
    [token, "…"],
    ["a ".repeat(4_000_000), `${"a ".repeat(150)}…`],
  ] as const;
  for (const [text, is] of rows) expect(short(text)).toBe(is);
});
