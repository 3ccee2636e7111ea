import { expect, test } from "bun:test";
import { planSidecars } from "../../../src/plan/sidecars.ts";
import type { FileKey, Occupant, PlannedFile, TakenNames } from "../../../src/plan/rules.ts";

const OWNER: FileKey = { asset: "OTHER", rendition: "original", album: "" };

function file(path: string, rendition: FileKey["rendition"] = "original"): PlannedFile {
  return { key: { asset: "A", rendition, album: "" }, path, checksum: "c", sizeBytes: 1, uti: "" };
}

function planned(
  files: readonly PlannedFile[],
  taken: Record<string, Occupant> = {},
  knownPath: string | null = null,
): string[] {
  const names: TakenNames = {
    at: (path) => taken[path] ?? null,
    spelled: (path) => path,
    isEmpty: () => false,
    spaceVariants: () => [],
  };
  const contentOf = ({ rendition }: FileKey) => `content of ${rendition}`;
  const sidecars = planSidecars({ files, contentOf, knownPath: () => knownPath, taken: names });
  for (const { key } of sidecars) expect(key.derived).toBe("xmp");
  return sidecars.map(({ path }) => path);
}

const long = "x".repeat(251);

const rows: [name: string, files: PlannedFile[], taken: Record<string, Occupant>, is: string[]][] =
  [
    ["a file", [file("2024/IMG_1.HEIC")], {}, ["2024/IMG_1.HEIC.xmp"]],
    ["a file in the root", [file("IMG_1.HEIC")], {}, ["IMG_1.HEIC.xmp"]],
    [
      "both halves of a live photo",
      [file("a/1.HEIC"), file("a/1.MOV", "live_original")],
      {},
      ["a/1.HEIC.xmp", "a/1.MOV.xmp"],
    ],
    [
      "one beside which another program wrote",
      [file("1.HEIC")],
      { "1.HEIC.xmp": { sizeBytes: 9, owner: null } },
      ["1.HEIC.xmp"],
    ],
    [
      "one whose name a photo has",
      [file("1.HEIC")],
      { "1.HEIC.xmp": { sizeBytes: 9, owner: OWNER } },
      ["1.HEIC-1.xmp"],
    ],
    [
      "one whose name a folder has",
      [file("1.HEIC")],
      { "1.HEIC.xmp": { sizeBytes: -1, owner: null } },
      ["1.HEIC-1.xmp"],
    ],
    [
      "names that are as long as can be",
      [file(`${long}.JPG`), file(`${long}.MOV`, "live_original")],
      {},
      [`${long}.xmp`, `${long.slice(0, 249)}-1.xmp`],
    ],
  ];
for (const [name, files, taken, is] of rows) {
  test(`planSidecars() names that of ${name}`, () => expect(planned(files, taken)).toEqual(is));
}

test("planSidecars() leaves one on disk where it is", () => {
  expect(planned([file("b/1-2.HEIC")], {}, "a/1.HEIC.xmp")).toEqual(["a/1.HEIC.xmp"]);
});
