import { describe, expect, test } from "bun:test";
import type { Asset } from "../../../src/photos/asset.ts";
import { chooseRenditions } from "../../../src/plan/renditions.ts";
import type { PlanRules } from "../../../src/plan/rules.ts";
import { aLivePhoto, aResource, anAsset, someRules } from "./setup.ts";

function chosen(asset: Asset, rules: Partial<PlanRules>): string[] {
  const { primaries, companion } = chooseRenditions(asset, someRules(rules));
  return [...primaries, ...(companion ? [companion] : [])].map(({ rendition }) => rendition);
}

const edited = anAsset({ renditions: { original: aResource(10), adjusted: aResource(9) } });
const rawFirst = anAsset({
  renditions: {
    original: aResource(20, "com.canon.cr2-raw-image"),
    alternative: aResource(10),
  },
});

describe("chooseRenditions()", () => {
  test.each<[string, Asset, Partial<PlanRules>, string[]]>([
    ["takes the size", edited, { sizes: ["adjusted"] }, ["adjusted"]],
    ["falls back to the original", edited, { sizes: ["medium"] }, ["original"]],
    ["forces every size", edited, { sizes: ["medium"], forceSize: true }, []],
    ["takes several sizes", edited, { sizes: ["adjusted", "original"] }, ["original", "adjusted"]],
    ["takes a rendition once", edited, { sizes: ["thumb", "original"] }, ["original"]],
    ["leaves raw as it is", rawFirst, {}, ["original"]],
    ["aligns raw to alternative", rawFirst, { alignRaw: "alternative" }, ["alternative"]],
    ["aligns raw to original", rawFirst, { alignRaw: "original" }, ["original"]],
    ["takes both halves", aLivePhoto(), {}, ["original", "live_original"]],
    ["takes the still", aLivePhoto(), { liveMode: "image-only" }, ["original"]],
    ["takes the movie", aLivePhoto(), { liveMode: "video-only" }, ["live_original"]],
    ["takes neither", aLivePhoto(), { liveMode: "skip" }, []],
    ["leaves plain photos alone", edited, { liveMode: "video-only" }, ["original"]],
    ["falls back live", aLivePhoto(), { liveSize: "thumb" }, ["original", "live_original"]],
    ["forces the live size", aLivePhoto(), { liveSize: "thumb", forceSize: true }, ["original"]],
  ])("%s", (_name, asset, rules, expected) => {
    expect(chosen(asset, rules)).toEqual(expected);
  });

  test("tells what a swapped rendition is used as", () => {
    const rules = someRules({ alignRaw: "alternative" });
    const [choice] = chooseRenditions(rawFirst, rules).primaries;
    expect(choice).toMatchObject({ rendition: "alternative", size: "original" });
  });
});
