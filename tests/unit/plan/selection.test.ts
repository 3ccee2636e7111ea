import { describe, expect, test } from "bun:test";
import type { Asset } from "../../../src/photos/asset.ts";
import { compileGlob } from "../../../src/plan/globs.ts";
import { NO_FILTERS, whySkip, type Filters } from "../../../src/plan/selection.ts";
import { aLivePhoto, anAsset, SUMMER_MS } from "./setup.ts";

const movie = anAsset({ kind: "movie", name: "IMG_2.MOV" });
const jpgs = [compileGlob("*.png"), compileGlob("img_*.jpg")];

describe("whySkip()", () => {
  test.each<[string, Asset, Partial<Filters>, string | null]>([
    ["keeps a photo", anAsset(), {}, null],
    ["hidden", anAsset({ isHidden: true }), {}, "hidden"],
    ["hidden, asked for", anAsset({ isHidden: true }), { keepHidden: true }, null],
    ["deleted", anAsset({ isDeleted: true, isHidden: true }), {}, "deleted"],
    ["deleted, asked for", anAsset({ isDeleted: true }), { keepDeleted: true }, null],
    ["a movie", movie, { skipVideos: true }, "media-type"],
    ["a movie when photos go", movie, { skipPhotos: true }, null],
    ["a photo", anAsset(), { skipPhotos: true }, "media-type"],
    ["a live photo is an image", aLivePhoto(), { skipVideos: true }, null],
    ["a live photo goes with photos", aLivePhoto(), { skipPhotos: true }, "media-type"],
    ["a live photo", aLivePhoto(), { liveMode: "skip" }, "live-photo"],
    ["a plain photo in mode skip", anAsset(), { liveMode: "skip" }, null],
    ["too early", anAsset(), { createdBeforeMs: SUMMER_MS + 1 }, "date-range"],
    ["at the early bound", anAsset(), { createdBeforeMs: SUMMER_MS }, null],
    ["too late", anAsset(), { createdAfterMs: SUMMER_MS - 1 }, "date-range"],
    ["at the late bound", anAsset(), { createdAfterMs: SUMMER_MS }, null],
    ["a name", anAsset(), { filenameExclude: jpgs }, "filename"],
    ["another name", movie, { filenameExclude: jpgs }, null],
    [
      "a made name",
      anAsset({ name: null }),
      { filenameExclude: [compileGlob("40ad*")] },
      "filename",
    ],
    ["no rendition", anAsset({ renditions: {} }), {}, "no-version"],
    [
      "the first of several reasons",
      aLivePhoto(),
      { liveMode: "skip", createdAfterMs: 0, filenameExclude: jpgs },
      "live-photo",
    ],
  ])("%s", (_name, asset, filters, expected) => {
    expect(whySkip(asset, { ...NO_FILTERS, ...filters })).toBe(expected as never);
  });
});
