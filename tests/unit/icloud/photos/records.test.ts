import { describe, expect, test } from "bun:test";
import { mayFetchFrom } from "../../../../src/icloud/cdn-hosts.ts";
import { decodePage } from "../../../../src/icloud/photos/records.ts";
import type { AssetHalf, MasterHalf } from "../../../../src/photos/page.ts";
import {
  CHECKSUM,
  CONTENT_URL,
  date,
  encoded,
  int,
  resource,
  text,
  wireAlbum,
  wireAsset,
  wireMaster,
  wireRelation,
} from "../../../support/engine/wire.ts";

function decode(...records: unknown[]) {
  return decodePage(records, "token", (url) => mayFetchFrom(url, false));
}

function master(fields: Record<string, unknown>): MasterHalf {
  return decode(wireMaster(fields)).masters[0]!;
}

function asset(fields: Record<string, unknown>): AssetHalf {
  return decode(wireAsset(fields)).assets[0]!;
}

describe("decodePage() and names", () => {
  const rows: { name: string; field: unknown; is: string | null }[] = [
    { name: "base64", field: encoded("IMG_1.JPG"), is: "IMG_1.JPG" },
    { name: "base64 without a type", field: { value: "SU1HXzEuSlBH" }, is: "IMG_1.JPG" },
    { name: "plain text", field: text("IMG_1.JPG"), is: "IMG_1.JPG" },
    { name: "Chinese", field: encoded("照片.HEIC"), is: "照片.HEIC" },
    { name: "a path, which is not judged here", field: encoded("../../x"), is: "../../x" },
    { name: "no padding", field: { value: "SU1HXzEuSlA", type: "ENCRYPTED_BYTES" }, is: null },
    { name: "padding", field: { value: "SU1HXzEuSlA=", type: "ENCRYPTED_BYTES" }, is: "IMG_1.JP" },
    { name: "a letter less", field: { value: "SU1HXzEuSlB", type: "ENCRYPTED_BYTES" }, is: null },
    { name: "a letter more", field: { value: "SU1HXzEuSlBHS" }, is: null },
    { name: "bad base64", field: { value: "%%%", type: "ENCRYPTED_BYTES" }, is: null },
    { name: "bad UTF-8", field: { value: "/////w==", type: "ENCRYPTED_BYTES" }, is: null },
    { name: "another type", field: { value: "SU1HXzEuSlBH", type: "BYTES" }, is: null },
    { name: "an empty text", field: text(""), is: null },
    { name: "empty bytes", field: encoded(""), is: null },
    { name: "null", field: { value: null, type: "STRING" }, is: null },
    { name: "a number", field: int(7), is: null },
    { name: "no wrapping", field: "IMG_1.JPG", is: null },
    { name: "nothing", field: undefined, is: null },
  ];
  for (const { name, field, is } of rows) {
    test(`reads ${name}`, () => expect(master({ filenameEnc: field }).name).toBe(is));
  }
});

describe("decodePage() and flags", () => {
  const rows: { name: string; field: unknown; is: boolean | undefined }[] = [
    { name: "1", field: int(1), is: true },
    { name: "0", field: int(0), is: false },
    { name: "true", field: { value: true }, is: true },
    { name: "false", field: { value: false }, is: false },
    { name: "1 as text", field: text("1"), is: true },
    { name: "nonsense", field: text("yes"), is: undefined },
    { name: "null", field: { value: null }, is: undefined },
    { name: "nothing", field: undefined, is: undefined },
  ];
  for (const { name, field, is } of rows) {
    test(`reads ${name}`, () => expect(asset({ isFavorite: field }).isFavorite).toBe(is));
  }

  test("calls an asset deleted when it is in the trash or expunged", () => {
    expect(asset({}).isDeleted).toBeUndefined();
    expect(asset({ isDeleted: int(1), isExpunged: int(0) }).isDeleted).toBe(true);
    expect(asset({ isExpunged: int(1) }).isDeleted).toBe(true);
    expect(asset({ isDeleted: int(0), isExpunged: int(0) }).isDeleted).toBe(false);
  });
});

describe("decodePage() and numbers", () => {
  const rows: { name: string; field: unknown; is: number | undefined }[] = [
    { name: "a date", field: date(1533021744816), is: 1533021744816 },
    { name: "a date before 1970", field: date(-1500), is: -1500 },
    { name: "no type", field: { value: 5 }, is: 5 },
    { name: "a number as text", field: text("-1500.5"), is: -1500.5 },
    { name: "words", field: text("yesterday"), is: undefined },
    { name: "a list", field: { value: [1] }, is: undefined },
    { name: "null", field: { value: null }, is: undefined },
    { name: "nothing", field: undefined, is: undefined },
    {
      name: "a text with more digits than a number holds",
      field: text("9".repeat(400)),
      is: undefined,
    },
  ];
  for (const { name, field, is } of rows) {
    test(`reads ${name}`, () => expect(asset({ assetDate: field }).createdMs).toBe(is));
  }
});

describe("decodePage() and resources", () => {
  const whole = { checksum: CHECKSUM, sizeBytes: 1884695, uti: "public.jpeg" };
  const rows: { name: string; field: unknown; is: object | undefined; urls: number }[] = [
    { name: "a whole one", field: resource(), is: whole, urls: 1 },
    { name: "one without a type", field: { value: resource().value }, is: whole, urls: 1 },
    { name: "no address", field: resource({ downloadURL: undefined }), is: whole, urls: 0 },
    {
      name: "a foreign host",
      field: resource({ downloadURL: "https://evil.example/x" }),
      is: whole,
      urls: 0,
    },
    {
      name: "http",
      field: resource({ downloadURL: CONTENT_URL.replace("https", "http") }),
      is: whole,
      urls: 0,
    },
    { name: "an address that is none", field: resource({ downloadURL: 7 }), is: whole, urls: 0 },
    { name: "size zero", field: resource({ size: 0 }), is: { ...whole, sizeBytes: 0 }, urls: 1 },
    { name: "no checksum", field: resource({ fileChecksum: undefined }), is: undefined, urls: 0 },
    { name: "an empty checksum", field: resource({ fileChecksum: "" }), is: undefined, urls: 0 },
    { name: "no size", field: resource({ size: undefined }), is: undefined, urls: 0 },
    { name: "a negative size", field: resource({ size: -1 }), is: undefined, urls: 0 },
    { name: "half a byte", field: resource({ size: 1.5 }), is: undefined, urls: 0 },
    { name: "null", field: { value: null, type: "ASSETID" }, is: undefined, urls: 0 },
    { name: "a text", field: text("x"), is: undefined, urls: 0 },
  ];
  for (const { name, field, is, urls } of rows) {
    test(`reads ${name}`, () => {
      const page = decode(wireMaster({ resOriginalRes: field }));
      expect(page.masters[0]!.resources.Original).toEqual(is as never);
      expect(page.urls).toHaveLength(urls);
    });
  }

  test("reads an address with its end of life, and leaves ${f} as it is", () => {
    expect(decode(wireMaster()).urls).toEqual([
      { checksum: CHECKSUM, url: CONTENT_URL, expiresMs: 1717239600_000 },
    ]);
    const eternal = resource({ downloadURL: "https://a.icloud-content.com/x?o=1" });
    expect(decode(wireMaster({ resOriginalRes: eternal })).urls[0]!.expiresMs).toBeNull();
  });

  test("reads every resource of both records", () => {
    const named = (name: string) => ({
      [`res${name}Res`]: resource({ fileChecksum: name }),
      [`res${name}FileType`]: text("public.jpeg"),
    });
    const names = ["OriginalAlt", "OriginalVidCompl", "JPEGFull", "JPEGMed", "JPEGThumb"];
    const fields = Object.assign({}, ...[...names, "VidFull", "VidMed", "VidSmall"].map(named));
    expect(Object.keys(master(fields).resources)).toHaveLength(9);
    expect(Object.keys(asset(fields).resources)).toHaveLength(8);
    expect(asset(fields).resources.JPEGFull!.checksum).toBe("JPEGFull");
  });

  test("keeps a resource whose file type is missing", () => {
    expect(master({ resOriginalFileType: undefined }).resources.Original!.uti).toBe("");
  });
});

describe("decodePage() and records", () => {
  test("decodes an ordinary pair", () => {
    const page = decode(wireMaster(), wireAsset());
    expect(page.masters).toMatchObject([
      {
        id: CHECKSUM,
        name: "IMG_7409.JPG",
        itemType: "public.jpeg",
        dataClassType: 1,
      },
    ]);
    expect(page.assets).toMatchObject([
      { masterId: CHECKSUM, createdMs: 1533021744816, timeZoneOffset: -25200, isHidden: false },
    ]);
    expect(page).toMatchObject({ faults: [], tombstones: [], token: "token" });
  });

  test("leaves masterId null when there is no reference", () => {
    expect(asset({ masterRef: undefined }).masterId).toBeNull();
    expect(asset({ masterRef: { value: {} } }).masterId).toBeNull();
  });

  test("keeps metadata as Apple sends it, and none when there is none", () => {
    expect(asset({}).metadata).toBeUndefined();
    expect(asset({ captionEnc: encoded("Hi"), locationEnc: encoded("junk") }).metadata).toEqual({
      captionEnc: "SGk=",
      locationEnc: "anVuaw==",
    });
    expect(asset({ captionEnc: text("Hi") }).metadata).toEqual({ captionEnc: "SGk=" });
  });

  test("takes tombstones with a type, without one, and with null", () => {
    const names = ["A", "B", "C"];
    const types = ["CPLAsset", undefined, null];
    const records = names.map((recordName, n) => ({
      recordName,
      recordType: types[n],
      deleted: true,
    }));
    expect(decode(...records)).toMatchObject({ tombstones: names, assets: [], faults: [] });
  });

  test("of a tombstone and a record of one name, the later one is so", () => {
    const relation = { recordName: "A-IN-B", recordType: "CPLContainerRelation", fields: {} };
    const tombstone = { recordName: "A-IN-B", deleted: true };
    const membership = { albumId: "B", assetId: "A" };
    expect(decode(tombstone, relation)).toMatchObject({
      tombstones: [],
      memberships: [membership],
    });
    expect(decode(relation, tombstone).tombstones).toEqual(["A-IN-B"]);
  });

  test("ignores records of other kinds, without a fault", () => {
    const kinds = ["CPLFaceCrop", "CPLLibraryInfo", "CPLMemory", "CPLPerson", null, undefined, 7];
    const records = kinds.map((recordType, n) => ({ recordName: `R${n}`, recordType, fields: {} }));
    expect(decode(...records)).toMatchObject({
      faults: [],
      assets: [],
      masters: [],
      tombstones: [],
    });
  });

  const errors = [
    { code: "TRY_AGAIN_LATER", isTransient: true },
    { code: "RETRY_LATER", isTransient: true },
    { code: "CAS_OP_LOCK", isTransient: true },
    { code: "THROTTLED", isTransient: true },
    { code: "INTERNAL_ERROR", isTransient: true },
    { code: "ZONE_BUSY", isTransient: true },
    { code: "SERVICE_UNAVAILABLE", isTransient: true },
    { code: "REQUEST_RATE_LIMITED", isTransient: true },
    { code: "SOMETHING_NEW", isTransient: false },
    { code: "constructor", isTransient: false },
    { code: "ACCESS_DENIED", isTransient: false },
  ];
  for (const { code, isTransient } of errors) {
    test(`makes a fault of ${code}, and reads the rest`, () => {
      const page = decode({ recordName: "X", serverErrorCode: code, reason: "why" }, wireAsset());
      expect(page.faults).toEqual([{ record: "X", message: `${code}: why`, isTransient }]);
      expect(page.assets).toHaveLength(1);
    });
  }

  test("takes a record that is not found for one that is gone", () => {
    const page = decode({ recordName: "X", serverErrorCode: "NOT_FOUND" });
    expect(page).toMatchObject({ tombstones: ["X"], faults: [] });
  });

  test("makes a fault of an original that cannot be used, and none of a smaller version", () => {
    for (const value of [{}, { size: 5 }, { fileChecksum: CHECKSUM, size: -1 }]) {
      const record = wireMaster({
        resOriginalRes: { value, type: "ASSETID" },
        resJPEGThumbRes: { value, type: "ASSETID" },
      });
      const { faults, masters } = decode(record);
      expect(faults).toEqual([
        {
          record: masters[0]!.id,
          message: "resOriginalRes without checksum or size",
          isTransient: false,
        },
      ]);
    }
  });

  test("makes faults of what is no record", () => {
    const junk = [null, 7, "x", [], {}, { recordName: "" }, { recordName: 5 }];
    expect(decode(...junk).faults).toHaveLength(junk.length);
  });

  test("has no token when Apple's is missing, empty or no text", () => {
    for (const token of [undefined, null, "", 5, {}]) {
      expect(decodePage([], token, () => true).token).toBeNull();
    }
  });
});

describe("decodePage() and albums", () => {
  test("reads name, kind and parent", () => {
    const { albums } = decode(
      wireAlbum(),
      wireAlbum({ albumType: int(3), parentId: text("----Root-Folder----") }),
      wireAlbum({ albumType: int(6), parentId: text("FOLDER") }),
      wireAlbum({ isDeleted: int(1), albumNameEnc: undefined }),
    );
    expect(albums).toMatchObject([
      { id: "ALBUM-1", name: "Ski trip", kind: "album", parentId: null, isDeleted: false },
      { kind: "folder", parentId: null },
      { kind: "smart", parentId: "FOLDER" },
      { name: null, isDeleted: true },
    ]);
  });

  test("composes names that come decomposed", () => {
    expect(decode(wireAlbum({ albumNameEnc: encoded("Jo\u0308rg") })).albums[0]!.name).toBe(
      "J\u00f6rg",
    );
  });

  test("reads memberships with fields, and by their name without", () => {
    const fields = { containerId: text("ALBUM-2"), itemId: text("ASSET-2") };
    const page = decode(wireRelation(fields), wireRelation({}), wireRelation(undefined));
    const named = { albumId: "ALBUM-1", assetId: "ASSET-1" };
    expect(page.memberships).toEqual([{ albumId: "ALBUM-2", assetId: "ASSET-2" }, named, named]);
  });

  test("leaves out a membership that says nothing", () => {
    expect(decode(wireRelation({}, "nameless"), wireRelation({}, "-IN-ALBUM")).memberships).toEqual(
      [],
    );
  });
});
