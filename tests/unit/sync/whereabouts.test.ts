import { describe, expect, test } from "bun:test";
import { hasLoss, isReturn } from "../../../src/sync/whereabouts.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { aPage } from "../../support/engine/records.ts";

const { asset, master } = aPhoto({ id: "A" });
const hidden = { ...asset, isHidden: true };
const trashed = { ...asset, isDeleted: true };

function known(half: typeof asset, isStale = false) {
  return { id: 1, asset: half, master, isGone: false, isStale };
}

describe("isReturn()", () => {
  test.each([
    ["a photo that stays", asset, known(asset), true, false],
    ["no longer hidden", asset, known(hidden), true, true],
    ["out of the trash", asset, known(trashed), true, true],
    ["hidden now", hidden, known(asset), true, false],
    ["never seen, without its content record", asset, null, false, true],
    ["new, with its content record", asset, null, true, false],
    [
      "known, but not named since everything was listed anew",
      asset,
      known(asset, true),
      true,
      true,
    ],
  ] as const)("%s", (_, now, before, isKnown, answer) => {
    expect(isReturn(now, before, isKnown)).toBe(answer);
  });
});

describe("hasLoss()", () => {
  const album = { kind: "album", id: "X" } as const;
  const library = { kind: "library" } as const;
  test.each([
    ["an edit may be a loss to an album", aPage({ assets: [asset] }), album, true],
    ["but not to the library", aPage({ assets: [asset] }), library, false],
    ["a new photo is none", aPage({ assets: [asset], masters: [master] }), album, false],
    ["what is hidden is one", aPage({ assets: [hidden], masters: [master] }), library, true],
    ["what is trashed is one", aPage({ assets: [trashed], masters: [master] }), album, true],
  ] as const)("%s", (_, page, collection, answer) => {
    expect(hasLoss(page, collection)).toBe(answer);
  });
});
