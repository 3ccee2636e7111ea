import { describe, expect, test } from "bun:test";
import { planFiles } from "../../../src/plan/plan-files.ts";
import type { FileKey } from "../../../src/plan/rules.ts";
import {
  aLivePhoto,
  aResource,
  anAsset,
  foldingNames,
  NameMap,
  pathsOf,
  someRules,
} from "./setup.ts";

const FLAT = { folderStructure: "none" };
const MOVIE = "com.apple.quicktime-movie";

function keyOf(changes: Partial<FileKey> = {}): FileKey {
  return { asset: "ASSET-1", rendition: "original", album: "", ...changes };
}

describe("planFiles() and other photos", () => {
  test("keeps two photos of equal name and size", () => {
    const twins = [anAsset({ id: "A", masterId: "IDA" }), anAsset({ id: "B", masterId: "IDB" })];
    expect(pathsOf(twins, { rules: FLAT })).toEqual([["IMG_1.JPG"], ["IMG_1-1000.JPG"]]);
  });

  test("keeps every copy of a duplicated photo", () => {
    const copies = ["A", "B", "C", "D"].map((id) => anAsset({ id, masterId: "IDA" }));
    expect(pathsOf(copies, { rules: FLAT }).flat()).toEqual([
      "IMG_1.JPG",
      "IMG_1-1000.JPG",
      "IMG_1-1000_SURB.JPG",
      "IMG_1-1000_SURB-2.JPG",
    ]);
  });

  test("keeps copies apart under name-id7", () => {
    const copies = ["A", "B", "C"].map((id) => anAsset({ id, masterId: "IDA" }));
    const rules = { ...FLAT, matchPolicy: "name-id7" } as const;
    expect(pathsOf(copies, { rules }).flat()).toEqual([
      "IMG_1_SURB.JPG",
      "IMG_1_SURB-1000.JPG",
      "IMG_1_SURB-1000-2.JPG",
    ]);
  });

  test("tells names apart that differ in case, where the file system does not", () => {
    const tiff = { original: aResource(7, "public.tiff") };
    const assets = [
      anAsset({ id: "A", name: "a.tif", renditions: tiff }),
      anAsset({ id: "B", name: "A.TIF", renditions: tiff }),
    ];
    const paths = pathsOf(assets, { rules: FLAT, taken: foldingNames() });
    expect(paths).toEqual([["a.tif"], ["A-7.TIF"]]);
  });

  test("asks again under another name when the file there is a stranger's", () => {
    const input = { asset: anAsset(), album: "", rules: someRules(FLAT), known: [] };
    const adopted = planFiles({ ...input, taken: new NameMap({ "IMG_1.JPG": 1000 }) });
    const refuted = planFiles({ ...input, taken: new NameMap({ "IMG_1.JPG": -1 }) });
    expect([adopted[0]?.path, refuted[0]?.path]).toEqual(["IMG_1.JPG", "IMG_1-1000.JPG"]);
  });

  test("takes an empty file for no copy of an empty photo", () => {
    const asset = anAsset({ renditions: { original: aResource(0) } });
    const taken = new NameMap({ "IMG_1.JPG": 0 });
    expect(pathsOf([asset], { rules: FLAT, taken })).toEqual([["IMG_1-0.JPG"]]);
  });

  test("gives the movie the suffix of its still", () => {
    const taken = new NameMap({ "IMG_1.HEIC": 1 });
    expect(pathsOf([aLivePhoto()], { rules: FLAT, taken })).toEqual([
      ["IMG_1-2000.HEIC", "IMG_1-2000_HEVC.MOV"],
    ]);
  });

  test("leaves a variant that proved to be a stranger's", () => {
    const asset = anAsset({ name: "at 1.40 PM.JPG" });
    const variant = "at 1.40\u202fPM.JPG";
    const adopted = pathsOf([asset], { rules: FLAT, taken: new NameMap({ [variant]: 1000 }) });
    const refuted = pathsOf([asset], { rules: FLAT, taken: new NameMap({ [variant]: -1 }) });
    expect([adopted, refuted]).toEqual([[[variant]], [["at 1.40 PM-1000.JPG"]]]);
  });

  test("lets a variant that is another photo of ours stand", () => {
    const assets = [
      anAsset({ id: "A", name: "at 1.40PM.PNG" }),
      anAsset({ id: "B", name: "at 1.40 PM.PNG" }),
    ];
    expect(pathsOf(assets, { rules: FLAT })).toEqual([["at 1.40PM.JPG"], ["at 1.40 PM.JPG"]]);
  });
});

describe("planFiles() and names composed otherwise on disk", () => {
  const [composed, decomposed] = ["Gr\u00fcn", "Gru\u0308n"];
  const asset = anAsset({ name: `${composed}.JPG` });
  const rules = { ...FLAT, keepUnicode: true } as const;

  test("takes a file of the same letters and size for the photo, as it is spelled", () => {
    const taken = new NameMap({ [`${decomposed}.JPG`]: 1000 });
    expect(pathsOf([asset], { rules, taken })).toEqual([[`${decomposed}.JPG`]]);
  });

  test.each([-1, 7])("leaves a stranger's, of size %p, and takes another name", (size) => {
    const taken = new NameMap({ [`${decomposed}.JPG`]: size });
    expect(pathsOf([asset], { rules, taken })).toEqual([[`${composed}-1000.JPG`]]);
  });

  test("prefers the name as Apple spells it", () => {
    const taken = new NameMap({ [`${composed}.JPG`]: 1000, [`${decomposed}.JPG`]: 7 });
    expect(pathsOf([asset], { rules, taken })).toEqual([[`${composed}.JPG`]]);
  });
});

describe("planFiles() and names of its own", () => {
  const twoSizes = anAsset({
    renditions: {
      original: aResource(10),
      adjusted: aResource(9),
      alternative: aResource(8),
      thumb: aResource(1),
    },
  });

  test("tells several sizes of equal name apart", () => {
    const rules = { ...FLAT, sizes: ["thumb", "alternative", "adjusted", "original"] as const };
    expect(pathsOf([twoSizes], { rules })).toEqual([
      ["IMG_1.JPG", "IMG_1-adjusted.JPG", "IMG_1-alternative.JPG", "IMG_1-thumb.JPG"],
    ]);
  });

  test("keeps names apart within one asset", () => {
    const asset = aLivePhoto({
      name: "x.MOV",
      renditions: { original: aResource(5, "public.tiff"), live_original: aResource(6, MOVIE) },
    });
    const [paths] = pathsOf([asset], { rules: FLAT });
    expect(paths).toEqual(["x.MOV", "x-AY6c+BsE0jjaXx9tmVGJM1D2VcEO.MOV"]);
  });

  test("keeps a known name whatever the rules are now", () => {
    const known = [{ key: keyOf(), path: "old/place/IMG_1-77.JPG" }];
    const input = { asset: anAsset(), album: "", rules: someRules(), known, taken: new NameMap() };
    expect(planFiles(input).map(({ path }) => path)).toEqual(["old/place/IMG_1-77.JPG"]);
  });

  test("puts a new movie beside its known still, with its suffix", () => {
    const known = [{ key: keyOf(), path: "old/IMG_1-2000.HEIC" }];
    const input = {
      asset: aLivePhoto(),
      album: "",
      rules: someRules(),
      known,
      taken: new NameMap(),
    };
    expect(planFiles(input)[1]?.path).toBe("old/IMG_1-2000_HEVC.MOV");
    const videoOnly = { ...input, rules: someRules({ ...FLAT, liveMode: "video-only" }) };
    expect(planFiles(videoOnly)[0]?.path).toBe("IMG_1-2000_HEVC.MOV");
  });

  test("does not take the name of another album for known", () => {
    const known = [{ key: keyOf({ album: "A" }), path: "A/IMG_1.JPG" }];
    const rules = someRules({ folderStructure: "{album}" });
    const input = { asset: anAsset(), album: "B", rules, known, taken: new NameMap() };
    expect(planFiles(input).map(({ path }) => path)).toEqual(["B/IMG_1.JPG"]);
  });

  test("gives the same movie name whether or not the still is fetched", () => {
    const photo = aLivePhoto({
      renditions: {
        original: aResource(2000, "public.heic"),
        medium: aResource(200),
        live_original: aResource(3000, MOVIE),
      },
    });
    const movies = (["both", "video-only"] as const).flatMap((liveMode) =>
      pathsOf([photo], { rules: { ...FLAT, liveMode, sizes: ["medium"] } }).map((all) =>
        all.at(-1),
      ),
    );
    expect(movies).toEqual(["IMG_1_HEVC.MOV", "IMG_1_HEVC.MOV"]);
  });

  test("puts the live size behind the codec", () => {
    const photo = aLivePhoto({
      renditions: { original: aResource(1, "public.heic"), live_thumb: aResource(2, MOVIE) },
    });
    const rules = { ...FLAT, liveSize: "thumb" } as const;
    expect(pathsOf([photo], { rules })[0]).toEqual(["IMG_1.HEIC", "IMG_1_HEVC-thumb.MOV"]);
  });

  test("never yields a name that leaves its folder", () => {
    const renditions = { original: aResource(1, "some.unknown.type") };
    expect(pathsOf([anAsset({ name: "..", renditions })], { rules: FLAT })).toEqual([["__"]]);
  });
});

describe("planFiles() finds files under the names of others", () => {
  test.each([
    ["icloudpd's -original", "IMG_1-original.JPG", anAsset()],
    ["icloudpd's name without a name", "AY6c_BsE0jja.JPG", anAsset({ name: null })],
    [
      "icloudpd's webp",
      "a.webp",
      anAsset({
        name: "a.webp",
        renditions: { original: aResource(1000, "org.webmproject.webp") },
      }),
    ],
  ])("%s", (_name, path, asset) => {
    const found = pathsOf([asset], { rules: FLAT, taken: new NameMap({ [path]: 1000 }) });
    expect(found).toEqual([[path]]);
    const other = pathsOf([asset], { rules: FLAT, taken: new NameMap({ [path]: 999 }) });
    expect(other).not.toEqual([[path]]);
  });

  test("the original kei's id after the size", () => {
    const asset = anAsset({ renditions: { medium: aResource(20) } });
    const rules = { ...FLAT, matchPolicy: "name-id7", sizes: ["medium"] } as const;
    const taken = new NameMap({ "IMG_1-medium_QVk2Yyt.JPG": 20 });
    expect(pathsOf([asset], { rules, taken })).toEqual([["IMG_1-medium_QVk2Yyt.JPG"]]);
  });

  test.each([
    ["the original kei's movie after the still", "IMG_1-medium.MOV"],
    ["icloudpd's movie with its size", "IMG_1_HEVC-3000.MOV"],
  ])("%s", (_name, movie) => {
    const asset = aLivePhoto({
      renditions: { ...aLivePhoto().renditions, medium: aResource(20) },
    });
    const rules = { ...FLAT, sizes: ["medium"] } as const;
    const taken = new NameMap({ [movie]: 3000 });
    expect(pathsOf([asset], { rules, taken })).toEqual([["IMG_1-medium.JPG", movie]]);
  });
});
