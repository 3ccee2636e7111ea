import { parseBuffer } from "bplist-parser";
import { describe, expect, test } from "bun:test";
import { aLibrary, ofType, valueOf, type ManifestLine, type WireRecord } from "./harness.ts";

type Library = ReturnType<typeof aLibrary>;

/** Master and asset of the first photo that fits. */
async function pairOf(library: Library, fits: (line: ManifestLine) => boolean) {
  const line = (await library.manifest()).find(fits);
  if (!line) throw new Error("There is no such asset");
  const { records } = await library.lookup(line.masterName, line.recordName);
  const [master, asset] = records;
  return { line, master, asset };
}

const keysOf = (record: WireRecord | undefined) => Object.keys(record?.fields ?? {});
const bytesOf = (record: WireRecord | undefined, field: string) =>
  Buffer.from(String(valueOf(record, field)), "base64");

describe("CPLMaster", () => {
  test("is named by the checksum of its original", async () => {
    const { master } = await pairOf(aLibrary(), ({ kind }) => kind === "heic");
    const { fileChecksum } = valueOf(master, "resOriginalRes") as { fileChecksum: string };
    expect(master?.recordName).toBe(fileChecksum);
    expect(valueOf(master, "resOriginalFingerprint")).toBe(fileChecksum);
  });

  test("referenceChecksum is the versioned SHA-1 of the wrapping key", async () => {
    const { master } = await pairOf(aLibrary(), ({ kind }) => kind === "mov");
    const { wrappingKey, referenceChecksum } = valueOf(master, "resOriginalRes") as Record<
      string,
      string
    >;
    const digest = new Bun.CryptoHasher("sha1").update(Buffer.from(wrappingKey ?? "", "base64"));
    const expected = Buffer.concat([Buffer.from([1]), digest.digest()]).toString("base64");
    expect(referenceChecksum).toBe(expected);
  });

  test.each([
    ["heic-live", "public.heic", 1, ["resOriginalVidCompl", "resVidMed", "resVidSmall"]],
    ["mp4", "public.mpeg-4", 2, ["resVidMed", "resVidSmall", "resJPEGMed"]],
    ["raw-jpeg", "com.adobe.raw-image", 1, ["resOriginalAlt"]],
    ["jpeg-raw", "public.jpeg", 1, ["resOriginalAlt"]],
  ])("a %s has type %s and its resources", async (kind, itemType, dataClass, resources) => {
    const { master } = await pairOf(aLibrary(), (line) => line.kind === kind);
    expect(valueOf(master, "itemType")).toBe(itemType);
    expect(valueOf(master, "resOriginalFileType")).toBe(itemType);
    expect(valueOf(master, "dataClassType")).toBe(dataClass);
    for (const resource of [...resources, "resOriginal", "resJPEGThumb"]) {
      for (const part of ["Width", "Height", "FileType", "Fingerprint", "Res"]) {
        expect(keysOf(master)).toContain(`${resource}${part}`);
      }
    }
  });

  test("names are base64, plain text or missing", async () => {
    const library = aLibrary();
    const chinese = await pairOf(library, ({ fileName }) => fileName === "海边的日落.HEIC");
    expect(chinese.master?.fields.filenameEnc?.type).toBe("ENCRYPTED_BYTES");
    expect(bytesOf(chinese.master, "filenameEnc").toString()).toBe("海边的日落.HEIC");
    const plain = await pairOf(library, ({ fileName }) => fileName === "Plain text name.JPG");
    expect(plain.master?.fields.filenameEnc).toEqual({
      ...{ value: "Plain text name.JPG", type: "STRING" },
    });
    const nameless = await pairOf(library, ({ fileName }) => fileName === null);
    expect(keysOf(nameless.master)).not.toContain("filenameEnc");
  });
});

describe("CPLAsset", () => {
  test("a Live Photo has subtype 2 and a movie length; its duration is 0", async () => {
    const { asset } = await pairOf(aLibrary(), ({ kind }) => kind === "jpeg-live");
    expect(valueOf(asset, "assetSubtypeV2")).toBe(2);
    expect(valueOf(asset, "duration")).toBe(0);
    expect(valueOf(asset, "vidComplDurScale")).toBe(1_000_000_000);
  });

  test("a video has its duration in milliseconds", async () => {
    const { asset } = await pairOf(aLibrary(), ({ kind }) => kind === "mov");
    expect(valueOf(asset, "duration")).toBe(500);
  });

  test.each([
    ["heic", "com.apple.photo", "public.heic"],
    ["screenshot", "ScreenshotServices", "public.jpeg"],
  ])("an edited %s has its rendition on the asset", async (kind, adjustment, type) => {
    const edited = (line: ManifestLine) =>
      line.kind === kind && line.renditions.some(({ key }) => key === "adjusted");
    const { asset, master } = await pairOf(aLibrary(), edited);
    expect(valueOf(asset, "adjustmentType")).toBe(adjustment);
    expect(valueOf(asset, "resJPEGFullFileType")).toBe(type);
    expect(keysOf(master)).not.toContain("resJPEGFullRes");
  });

  test("slow motion is adjusted without a rendition", async () => {
    const { asset } = await pairOf(aLibrary(), ({ kind }) => kind === "slomo");
    expect(valueOf(asset, "adjustmentType")).toBe("com.apple.video.slomo");
    expect(keysOf(asset).filter((key) => key.startsWith("res"))).toEqual([]);
  });

  test("a trashed asset carries its dates: purge in 30 days, forgotten 40 days after the change", async () => {
    const { asset } = await pairOf(aLibrary(), ({ deleted }) => deleted);
    const day = 86_400;
    const purgeSeconds = Number(valueOf(asset, "dateExpunged")) / 1000;
    expect(valueOf(asset, "isDeleted")).toBe(1);
    expect(valueOf(asset, "isExpunged")).toBe(0);
    expect(asset?.expirationTime).toBe(Math.floor(purgeSeconds + 10 * day));
  });

  test("one of the trashed assets has a master that does not know", async () => {
    const library = aLibrary();
    const trashed = (await library.manifest()).filter(({ deleted }) => deleted);
    const { records } = await library.lookup(...trashed.map(({ masterName }) => masterName));
    expect(records.filter((master) => valueOf(master, "isDeleted") === undefined)).toHaveLength(1);
  });

  test("locationEnc is a binary plist with Apple's eight keys", async () => {
    const { records } = await aLibrary().page({});
    const asset = records.find((record) => record.fields.locationEnc);
    const [place] = parseBuffer(bytesOf(asset, "locationEnc")) as [Record<string, unknown>];
    expect(Object.keys(place).toSorted()).toEqual([
      "alt",
      "course",
      "horzAcc",
      "lat",
      "lon",
      "speed",
      "timestamp",
      "vertAcc",
    ]);
    expect(Math.abs(Number(place.lat))).toBeLessThan(90);
    expect(Number(place.timestamp)).toBeCloseTo(Number(valueOf(asset, "assetDate")), -1);
  });

  test("keywordsEnc is a binary plist of texts, captionEnc base64 of UTF-8", async () => {
    const library = aLibrary();
    const keywords = ["walrus", "Strand", "海"];
    const { recordNames } = await library.admin("add", {
      assets: [{ keywords, caption: "Größe 🙂" }],
    });
    const { records } = await library.lookup(recordNames[0] ?? "");
    expect(parseBuffer(bytesOf(records[0], "keywordsEnc"))).toEqual([keywords]);
    expect(bytesOf(records[0], "captionEnc").toString()).toBe("Größe 🙂");
  });
});

describe("the default library", () => {
  test("has two assets of one master, and equal names with different content on one day", async () => {
    const lines = await aLibrary().manifest();
    const masters = new Set(lines.map(({ masterName }) => masterName));
    expect(lines).toHaveLength(300);
    expect(masters.size).toBe(299);
    const twins = lines.filter(({ fileName }) => fileName === "IMG_0001.JPG");
    expect(new Set(twins.map(({ masterName }) => masterName)).size).toBe(twins.length);
    expect(twins.length).toBeGreaterThan(1);
    const days = twins.map(({ assetDate }) => new Date(assetDate).toISOString().slice(0, 10));
    expect(new Set(days).size).toBe(1);
  });

  test("reaches from 2014 to 2026 and once before 1970", async () => {
    const years = (await aLibrary().manifest()).map(({ assetDate }) =>
      new Date(assetDate).getFullYear(),
    );
    expect(years.filter((year) => year < 1970)).toEqual([1962]);
    for (let year = 2014; year <= 2026; year += 1) expect(years).toContain(year);
  });

  test("is the same for the same seed and another for another", async () => {
    const names = async (seed: number) =>
      (await aLibrary({ seed }).manifest()).map((line) => line.masterName);
    expect(await names(5)).toEqual(await names(5));
    expect(await names(6)).not.toEqual(await names(5));
  });

  test("has as many assets, of the sizes and kinds, as the options say", async () => {
    const options = {
      assets: 40,
      fileBytes: 100_000,
      liveBytes: 70_000,
      assetsKind: "heic-live,mov",
    };
    const lines = await aLibrary(options).manifest();
    expect(lines.map(({ kind }) => kind).slice(0, 3)).toEqual(["heic-live", "mov", "heic-live"]);
    expect(lines[0]?.renditions.slice(0, 2).map(({ size }) => size)).toEqual([100_000, 70_000]);
    expect(lines).toHaveLength(40);
  });

  test("a hundred thousand assets are made and listed in seconds", async () => {
    const library = aLibrary({ assets: 100_000 });
    const page = await library.page({ startRank: 99_000, desiredKeys: ["assetDate"] });
    expect(ofType(page.records, "CPLAsset")).toHaveLength(100);
  });
});
