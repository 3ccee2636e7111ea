/** What must hold for every path, whatever Apple, albums and settings say. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { isLivePhoto, type Asset } from "../../../src/photos/asset.ts";
import { foldPath } from "../../../src/plan/fold.ts";
import { planFiles } from "../../../src/plan/plan-files.ts";
import type { PlannedFile, PlanRules, TakenNames } from "../../../src/plan/rules.ts";
import { foldingNames, NameMap } from "../../unit/plan/setup.ts";
import { aLibrary, anAlbum, anyAsset, anyRules, RUN } from "./generators.ts";

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/; // oxlint-disable-line no-control-regex

interface Setting {
  readonly album: string;
  readonly rules: PlanRules;
}

function plan(asset: Asset, setting: Setting, taken: TakenNames): PlannedFile[] {
  return planFiles({ asset, ...setting, known: [], taken });
}

/** Plans a library on a file system that forgets case and composition. */
function planLibrary(assets: readonly Asset[], setting: Setting): PlannedFile[] {
  const taken = foldingNames();
  return assets.flatMap((asset) => {
    const files = plan(asset, setting, taken);
    taken.claim(files);
    return files;
  });
}

const folderOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

test("planFiles() never leads out of the root", () => {
  fc.assert(
    fc.property(anyAsset, anAlbum, anyRules, (asset, album, rules) => {
      for (const { path } of plan(asset, { album, rules }, new NameMap())) {
        expect(path).not.toMatch(CONTROL);
        expect(path).not.toContain("\\");
        expect(path.isWellFormed()).toBe(true);
        for (const segment of path.split("/")) {
          expect(["", ".", ".."]).not.toContain(segment);
          expect(Buffer.byteLength(segment)).toBeLessThanOrEqual(255);
        }
      }
    }),
    { ...RUN, numRuns: 3000 },
  );
});

test("planFiles() gives every file of a library its own name, whatever the file system forgets", () => {
  fc.assert(
    fc.property(aLibrary, anAlbum, anyRules, (assets, album, rules) => {
      const paths = planLibrary(assets, { album, rules }).map(({ path }) => path);
      for (const form of ["NFC", "NFD"] as const) {
        const keys = paths.map((path) => path.normalize(form).toLowerCase());
        expect(new Set(keys).size).toBe(paths.length);
      }
      expect(new Set(paths.map(foldPath)).size).toBe(paths.length);
    }),
    { ...RUN, numRuns: 1000 },
  );
});

test("planFiles() answers alike every time", () => {
  fc.assert(
    fc.property(aLibrary, anAlbum, anyRules, (assets, album, rules) => {
      const setting = { album, rules };
      expect(planLibrary(assets, setting)).toEqual(planLibrary(assets, setting));
    }),
    { ...RUN, numRuns: 300 },
  );
});

test("planFiles() keeps the two halves of a live photo together", () => {
  fc.assert(
    fc.property(aLibrary, anAlbum, anyRules, (assets, album, rules) => {
      const taken = foldingNames();
      for (const asset of assets.filter(isLivePhoto)) {
        const files = plan(asset, { album, rules }, taken);
        taken.claim(files);
        expect(new Set(files.map(({ path }) => folderOf(path))).size).toBeLessThanOrEqual(1);
      }
    }),
    { ...RUN, numRuns: 500 },
  );
});

test("planFiles() gives the same again when its names are known, or only claimed", () => {
  fc.assert(
    fc.property(aLibrary, anAlbum, anyRules, (assets, album, rules) => {
      const setting = { album, rules };
      const taken = foldingNames();
      const first = assets.map((asset) => {
        const files = plan(asset, setting, taken);
        taken.claim(files);
        return files;
      });
      for (const [index, asset] of assets.entries()) {
        const known = first[index]!.map(({ key, path }) => ({ key, path }));
        expect(planFiles({ asset, ...setting, known, taken })).toEqual(first[index]!);
        expect(plan(asset, setting, taken)).toEqual(first[index]!);
      }
    }),
    { ...RUN, numRuns: 500 },
  );
});

test("planFiles() keeps known names when settings change", () => {
  fc.assert(
    fc.property(anyAsset, anAlbum, anyRules, anyRules, (asset, album, before, after) => {
      const taken = foldingNames();
      const first = plan(asset, { album, rules: before }, taken);
      taken.claim(first);
      const known = first.map(({ key, path }) => ({ key, path }));
      for (const file of planFiles({ asset, album, rules: after, known, taken })) {
        const old = first.find(({ key }) => key.rendition === file.key.rendition);
        if (old) expect(file.path).toBe(old.path);
        else expect(first.map(({ path }) => foldPath(path))).not.toContain(foldPath(file.path));
      }
    }),
    { ...RUN, numRuns: 1000 },
  );
});

test("planFiles() plans each rendition once, with the facts of its resource", () => {
  fc.assert(
    fc.property(anyAsset, anyRules, (asset, rules) => {
      const files = plan(asset, { album: "", rules }, new NameMap());
      expect(new Set(files.map(({ key }) => key.rendition)).size).toBe(files.length);
      for (const { key, checksum, sizeBytes, uti } of files) {
        expect({ checksum, sizeBytes, uti }).toEqual(asset.renditions[key.rendition]!);
      }
    }),
    { ...RUN, numRuns: 500 },
  );
});
