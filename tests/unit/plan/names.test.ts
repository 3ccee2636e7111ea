import { describe, expect, test } from "bun:test";
import { baseName, fallbackName, id7, withExtensionOf } from "../../../src/plan/names.ts";
import { aResource, anAsset, someRules } from "./setup.ts";

describe("withExtensionOf()", () => {
  test.each([
    ["public.jpeg", "photo.jpeg", "photo.JPG"],
    ["public.jpeg", "photo", "photo.JPG"],
    ["public.heic", "a.b.jpg", "a.b.HEIC"],
    ["com.compuserve.gif", "anim.gif", "anim.gif"],
    ["com.nikon.nrw-raw-image", "x.nrw", "x.NRF"],
    ["", "x", "x"],
  ])("%s turns %j into %j", (uti, name, expected) => {
    expect(withExtensionOf(uti, name)).toBe(expected);
  });
});

test.each([
  ["AY6c+BsE0jjaXx9tmVGJM1D2VcEO", "QVk2Yyt"],
  ["XYZ", "WFla"],
  ["AB?xxxxx", "QUI_eHh"],
  ["", ""],
])("id7(%j) is %j", (id, expected) => {
  expect(id7(id)).toBe(expected);
});

describe("fallbackName()", () => {
  test("hashes the id and takes the type of the first rendition", () => {
    expect(fallbackName(anAsset({ masterId: "CCPO9c3V/MTwWZJ9bw==" }))).toBe("8b2ee97b47e6.JPG");
  });

  test("says unknown for a type without extension", () => {
    const renditions = { original: aResource(1, "some.unknown.type") };
    expect(fallbackName(anAsset({ masterId: "asset123", renditions }))).toBe(
      "01d6235dcbf6.unknown",
    );
  });
});

describe("baseName()", () => {
  test.each([
    ["IMG_中文.JPG", false, "IMG_.JPG"],
    ["IMG_中文.JPG", true, "IMG_中文.JPG"],
    ["日本.jpg", true, "日本.jpg"],
    ["日本.jpg", false, "40ad193b3384.JPG"],
    ["日本", false, "40ad193b3384.JPG"],
    ["", true, "40ad193b3384.JPG"],
    [null, true, "40ad193b3384.JPG"],
    [".jpg", true, "40ad193b3384.JPG"],
  ])("%j with keepUnicode %p is %j", (name, keepUnicode, expected) => {
    expect(baseName(anAsset({ name }), someRules({ keepUnicode }))).toBe(expected);
  });
});
