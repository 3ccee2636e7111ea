import { expect, test } from "bun:test";
import type { AssetHalf, MasterHalf } from "../../../src/photos/page.ts";
import { readAsset, readMaster, writeAsset, writeMaster } from "../../../src/state/bodies.ts";

const JPEG = { checksum: "c1", sizeBytes: 10, uti: "public.jpeg" };
const MOVIE = { checksum: "c2", sizeBytes: 20, uti: "com.apple.quicktime-movie" };

const masters: { name: string; half: MasterHalf; text: string }[] = [
  {
    name: "of a Live Photo",
    half: {
      id: "M",
      name: "IMG_1.JPG",
      itemType: "public.jpeg",
      dataClassType: 1,
      resources: { Original: JPEG, OriginalVidCompl: MOVIE },
    },
    text: '["IMG_1.JPG","public.jpeg",1,[["Original","c1",10,"public.jpeg"],["OriginalVidCompl","c2",20,"com.apple.quicktime-movie"]]]',
  },
  {
    name: "of which nothing is known",
    half: { id: "M", name: null, itemType: null, dataClassType: null, resources: {} },
    text: "[null,null,null,[]]",
  },
];

for (const { name, half, text } of masters) {
  test(`writeMaster() and readMaster() are each other's reverse for a master ${name}`, () => {
    expect(writeMaster(half)).toBe(text);
    expect(readMaster("M", text)).toEqual(half);
  });
}

const assets: { name: string; half: AssetHalf; text: string }[] = [
  {
    name: "with an edit",
    half: {
      id: "A",
      masterId: "M",
      createdMs: 5,
      isFavorite: false,
      resources: { JPEGFull: JPEG },
    },
    text: '{"createdMs":5,"isFavorite":false,"resources":[["JPEGFull","c1",10,"public.jpeg"]]}',
  },
  {
    name: "with metadata only",
    half: { id: "A", masterId: "M", resources: {}, metadata: { captionEnc: "aGk=" } },
    text: '{"metadata":{"captionEnc":"aGk="}}',
  },
];

for (const { name, half, text } of assets) {
  test(`writeAsset() and readAsset() are each other's reverse for an asset ${name}`, () => {
    expect(writeAsset(half)).toBe(text);
    expect(readAsset("A", "M", text)).toEqual(half);
  });
}
