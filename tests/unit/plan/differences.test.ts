/** Where icloudpd and the original kei disagree, or both are wrong: what each of them does, and what is done here. */
import { describe, expect, test } from "bun:test";
import type { Asset } from "../../../src/photos/asset.ts";
import { planFiles } from "../../../src/plan/plan-files.ts";
import type { PlanRules } from "../../../src/plan/rules.ts";
import { NO_FILTERS, whySkip } from "../../../src/plan/selection.ts";
import { aLivePhoto, anAsset, aResource, NameMap, pathsOf, someRules } from "./setup.ts";

const MOVIE = "com.apple.quicktime-movie";

interface Difference {
  readonly about: string;
  readonly settings?: Partial<PlanRules>;
  readonly disk?: Readonly<Record<string, number>>;
  readonly assets: readonly Asset[];
  /** What each program downloads. */
  readonly icloudpd: readonly string[];
  readonly original: readonly string[];
  readonly here: readonly string[];
}

const still = (size: number) => aResource(size, "public.heic");
const movie = (size: number) => aResource(size, MOVIE);

const DIFFERENCES: readonly Difference[] = [
  {
    about: "a smaller live movie says its size, as with icloudpd",
    settings: { liveSize: "medium" },
    assets: [anAsset({ renditions: { original: aResource(9), live_medium: movie(5) } })],
    icloudpd: ["IMG_1.JPG", "IMG_1-medium.MOV"],
    original: ["IMG_1.JPG", "IMG_1.MOV"],
    here: ["IMG_1.JPG", "IMG_1-medium.MOV"],
  },
  {
    about: "the id comes before the size, as with icloudpd",
    settings: { sizes: ["medium"], matchPolicy: "name-id7" },
    assets: [
      anAsset({ masterId: "ABC123", renditions: { original: aResource(9), medium: aResource(5) } }),
    ],
    icloudpd: ["IMG_1_QUJDMTI-medium.JPG"],
    original: ["IMG_1-medium_QUJDMTI.JPG"],
    here: ["IMG_1_QUJDMTI-medium.JPG"],
  },
  {
    about: "a movie is named after the original still, whatever version of it is fetched",
    settings: { sizes: ["adjusted"] },
    assets: [
      aLivePhoto({
        renditions: { original: still(9), adjusted: aResource(7), live_original: movie(5) },
      }),
    ],
    icloudpd: ["IMG_1.JPG", "IMG_1_HEVC.MOV"],
    original: ["IMG_1.JPG", "IMG_1.MOV"],
    here: ["IMG_1.JPG", "IMG_1_HEVC.MOV"],
  },
  {
    about: "a name of letters that are taken away altogether becomes one made of the id",
    assets: [anAsset({ name: "日本語.jpg", masterId: "ABC" })],
    icloudpd: [".jpg.JPG"],
    original: [".JPG"],
    here: ["b5d4045c3f46.JPG"],
  },
  {
    about: "a photo without a name gets the original kei's, which tells ids apart",
    assets: [anAsset({ name: null, masterId: "CCPO9c3V/MTwWZJ9bw==" })],
    icloudpd: ["CCPO9c3V_MTw.JPG"],
    original: ["8b2ee97b47e6.JPG"],
    here: ["8b2ee97b47e6.JPG"],
  },
  {
    about: "the id in a name is one that no file system minds",
    settings: { matchPolicy: "name-id7" },
    assets: [anAsset({ name: "a.jpg", masterId: "AB?xxxxx" })],
    icloudpd: ["a_QUI/eHh.JPG"],
    original: ["a_QUI_eHh.JPG"],
    here: ["a_QUI_eHh.JPG"],
  },
  {
    about: "a name that is too long is cut so that its suffix stays",
    disk: { [`${"d".repeat(251)}.JPG`]: 400 },
    assets: [anAsset({ name: `${"d".repeat(300)}.jpg`, renditions: { original: aResource(500) } })],
    icloudpd: [`${"d".repeat(300)}.JPG`],
    original: [],
    here: [`${"d".repeat(247)}-500.JPG`],
  },
  {
    about: "a photo is never left out because the usual names are taken",
    disk: { "IMG_1.JPG": 1, "IMG_1-1000.JPG": 7 },
    assets: [anAsset()],
    icloudpd: [],
    original: [],
    here: ["IMG_1-1000_QVk2Yyt.JPG"],
  },
  {
    about: "two photos of one name and one size are both kept",
    assets: [anAsset({ id: "A", masterId: "IDA" }), anAsset({ id: "B", masterId: "IDB" })],
    icloudpd: ["IMG_1.JPG"],
    original: ["IMG_1.JPG"],
    here: ["IMG_1.JPG", "IMG_1-1000.JPG"],
  },
  {
    about: "both halves of a live photo carry the same suffix, as with the original",
    assets: [
      aLivePhoto({ id: "A", masterId: "IDA" }),
      aLivePhoto({
        id: "B",
        masterId: "IDB",
        renditions: { original: still(4000), live_original: movie(5000) },
      }),
    ],
    icloudpd: ["IMG_1.HEIC", "IMG_1_HEVC.MOV", "IMG_1-4000.HEIC", "IMG_1_HEVC-5000.MOV"],
    original: ["IMG_1.HEIC", "IMG_1_HEVC.MOV", "IMG_1-4000.HEIC", "IMG_1-4000_HEVC.MOV"],
    here: ["IMG_1.HEIC", "IMG_1_HEVC.MOV", "IMG_1-4000.HEIC", "IMG_1-4000_HEVC.MOV"],
  },
  {
    about: "without the edited version a strict size brings nothing",
    settings: { sizes: ["adjusted"], forceSize: true },
    assets: [anAsset()],
    icloudpd: ["IMG_1.JPG"],
    original: [],
    here: [],
  },
  {
    about: "of a live photo that is wanted as a movie the still stays away",
    settings: { liveMode: "video-only" },
    assets: [aLivePhoto()],
    icloudpd: ["IMG_1.HEIC"],
    original: ["IMG_1_HEVC.MOV"],
    here: ["IMG_1_HEVC.MOV"],
  },
  {
    about: "original and edited version can be had side by side, as with icloudpd",
    settings: { sizes: ["original", "adjusted"] },
    assets: [anAsset({ renditions: { original: aResource(9), adjusted: aResource(7) } })],
    icloudpd: ["IMG_1.JPG", "IMG_1-adjusted.JPG"],
    original: ["IMG_1.JPG"],
    here: ["IMG_1.JPG", "IMG_1-adjusted.JPG"],
  },
  {
    about: "a template cannot lead out of the folder",
    settings: { folderStructure: "../../%Y" },
    assets: [anAsset()],
    icloudpd: ["../../2018/IMG_1.JPG"],
    original: ["_/_/2018/IMG_1.JPG"],
    here: ["_/_/2018/IMG_1.JPG"],
  },
];

describe("planFiles() where icloudpd and the original kei differ:", () => {
  test.each(DIFFERENCES.map((row) => [row.about, row] as const))("%s", (_, row) => {
    const rules = { folderStructure: "none", ...row.settings };
    const taken = new NameMap(row.disk ?? {});
    expect(pathsOf(row.assets, { rules, taken }).flat()).toEqual([...row.here]);
    // A row without a difference would tell nothing.
    const others = new Set([row.icloudpd, row.original, row.here].map((paths) => paths.join("\n")));
    expect(others.size).toBeGreaterThan(1);
  });
});

/** Files that these programs left on disk stand where we look, and are taken for ours when their bytes are. */
describe("planFiles() recognises on disk", () => {
  const rows: { about: string; disk: string; asset: Asset; settings?: Partial<PlanRules> }[] = [
    {
      about: "icloudpd's name of a photo without one",
      disk: "CCPO9c3V_MTw.JPG",
      asset: anAsset({ name: null, masterId: "CCPO9c3V/MTwWZJ9bw==" }),
    },
    {
      about: "icloudpd's extension of a type it does not know",
      disk: "sticker.webp",
      asset: anAsset({
        name: "sticker.webp",
        renditions: { original: aResource(1000, "org.webmproject.webp") },
      }),
    },
    {
      about: "the original kei's order of size and id",
      disk: "IMG_1-medium_QVk2Yyt.JPG",
      asset: anAsset({ renditions: { original: aResource(9), medium: aResource(1000) } }),
      settings: { sizes: ["medium"], matchPolicy: "name-id7" },
    },
  ];
  test.each(rows.map((row) => [row.about, row] as const))("%s", (_, { disk, asset, settings }) => {
    const rules = someRules({ folderStructure: "none", ...settings });
    const taken = new NameMap({ [disk]: 1000 });
    const files = planFiles({ asset, album: "", rules, known: [], taken });
    expect(files.map(({ path }) => path)).toEqual([disk]);
  });
});

describe("whySkip() where the original kei differs:", () => {
  test("an animated image is no video, as with icloudpd", () => {
    const asset = anAsset({ name: "a.gif", kind: "image" });
    expect(whySkip(asset, { ...NO_FILTERS, skipVideos: true })).toBeNull();
  });

  test("a live photo counts as a photo in every mode", () => {
    for (const liveMode of ["both", "image-only", "video-only"] as const) {
      const filters = { ...NO_FILTERS, skipPhotos: true, liveMode };
      expect(whySkip(aLivePhoto(), filters)).toBe("media-type");
    }
  });
});
