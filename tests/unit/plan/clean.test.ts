import { describe, expect, test } from "bun:test";
import { clean, component, cutBytes, fitName, splitName } from "../../../src/plan/clean.ts";

describe("clean()", () => {
  test.each([
    ["IMG_1.JPG", "IMG_1.JPG"],
    ['a/b\\c:d*e?f"g<h>i|j', "a_b_c_d_e_f_g_h_i_j"],
    ["tab\tnew\nline\u007f\u0085.jpg", "tab_new_line__.jpg"],
    ["CON.JPG", "CON.JPG"],
    [".hidden.JPG", ".hidden.JPG"],
    ["  ...JPG", "  ...JPG"],
    ["..", "__"],
    [".", "_"],
    ["", "_"],
    ["half \ud800 pair", "half \ufffd pair"],
    ["a".repeat(300), "a".repeat(255)],
    [`${"a".repeat(300)}.jpg`, `${"a".repeat(251)}.jpg`],
    [`${"é".repeat(200)}.jpg`, `${"é".repeat(125)}.jpg`],
    [`a.${"x".repeat(300)}`, `a.${"x".repeat(253)}`],
  ])("%j becomes %j", (name, expected) => {
    expect(clean(name)).toBe(expected);
  });
});

describe("component()", () => {
  test.each([
    ["Vacation", "Vacation"],
    ["...hidden...", "_.hidden_"],
    ["../etc/passwd", "__etc_passwd"],
    [" .. ", "_"],
    ["", "_"],
    [". .", "_"],
    [" 7", "7"],
    [".816", "816"],
    ["Été à Paris", "Été à Paris"],
  ])("%j becomes %j", (text, expected) => {
    expect(component(text)).toBe(expected);
  });
});

test("splitName() cuts at the last dot wherever it is", () => {
  expect(splitName("a.b.c")).toEqual({ stem: "a.b", extension: ".c" });
  expect(splitName(".hidden")).toEqual({ stem: "", extension: ".hidden" });
  expect(splitName("none")).toEqual({ stem: "none", extension: "" });
  expect(splitName("end.")).toEqual({ stem: "end", extension: "." });
});

test("fitName() shortens only the stem", () => {
  const name = fitName("d".repeat(300), "-500", ".JPG");
  expect(name).toBe(`${"d".repeat(247)}-500.JPG`);
});

test("fitName() keeps the suffix when the extension is too long to be one", () => {
  const name = fitName("a", "-500", `.${"x".repeat(300)}`);
  expect(name).toHaveLength(255);
  expect(name).toEndWith("x-500");
});

test("cutBytes() never halves a character", () => {
  expect(cutBytes("a😀b", 4)).toBe("a");
  expect(cutBytes("a😀b", 5)).toBe("a😀");
  expect(cutBytes("abc", 0)).toBe("");
});
