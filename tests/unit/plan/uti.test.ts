import { describe, expect, test } from "bun:test";
import { assetKind, extensionOf, isRaw } from "../../../src/photos/uti.ts";

describe("assetKind()", () => {
  test.each<[string | null, string | null, number | null, string]>([
    ["public.heic", "x.mov", 2, "image"],
    ["com.compuserve.gif", null, null, "image"],
    ["public.tiff", null, null, "image"],
    ["com.leica.rwl-raw-image", null, null, "image"],
    ["com.apple.quicktime-movie", null, 1, "movie"],
    ["public.mpeg-4", null, null, "movie"],
    [null, "a.HIF", null, "image"],
    [null, "a.Mp4", null, "movie"],
    ...["MTS", "m2ts", "mkv", "webm", "wmv", "3g2", "flv", "vob"].map(
      (extension) => [null, `a.${extension}`, null, "movie"] as [null, string, null, string],
    ),
    ["who.knows", "a.mkv", 1, "movie"],
    ["org.matroska.mkv", "a", null, "movie"],
    ["public.avchd-mpeg-2-transport-stream", "a", 1, "movie"],
    ["who.knows", "a.jpeg", 2, "image"],
    ["who.knows", "a.xyz", 2, "movie"],
    ["who.knows", "a.xyz", 1, "image"],
    [null, null, null, "image"],
  ])("type %p, name %p, class %p is %s", (type, name, dataClass, expected) => {
    expect(assetKind(type, name, dataClass)).toBe(expected as never);
  });
});

test("extensionOf() knows its table only", () => {
  expect([extensionOf("public.jpeg"), extensionOf("public.tiff")]).toEqual(["JPG", null]);
});

test("isRaw() goes by the word in the type", () => {
  expect([isRaw("com.adobe.raw-image"), isRaw("public.jpeg")]).toEqual([true, false]);
});
