import { afterAll, describe, expect, test } from "bun:test";
import {
  copyFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { extname, join } from "node:path";
import { DataError } from "../../../src/lib/errors.ts";
import { dueFacets, OWN } from "../../../src/metadata/due.ts";
import { embed } from "../../../src/metadata/embed.ts";
import type { TagWriter } from "../../../src/metadata/embed.ts";
import { FACETS } from "../../../src/metadata/facets.ts";
import type { Facet, Values } from "../../../src/metadata/facets.ts";
import { momentOf } from "../../../src/metadata/moment.ts";
import { ExifToolProcess } from "../../../src/metadata/tool/exiftool.ts";
import { locateTool, SYSTEM_PERLS } from "../../../src/metadata/tool/locate.ts";
import { folderOfTest } from "../../support/temp-folder.ts";

const MEDIA = join(import.meta.dir, "../../fixtures/media");
const SIGNAL = new AbortController().signal;
const VALUES: Values = {
  datetime: momentOf(Date.UTC(2024, 4, 6), 3600, "UTC"),
  gps: { latitude: 1, longitude: 2, altitude: null },
  rating: 5,
  title: "t",
};
const packs = { exiftool: null, perl: null };
const tool = await locateTool({ packs, caches: [], perls: SYSTEM_PERLS, nowMs: 0 });
const exiftool = new ExifToolProcess(tool);
afterAll(() => exiftool.close());

function setUp(name: string, have: [Facet, string][] = [], values = VALUES) {
  const folder = folderOfTest("kei-embed");
  const original = join(folder, "original");
  copyFileSync(join(MEDIA, name), original);
  const copy = join(folder, "copy.kei-tmp");
  const known = new Map(have);
  const due = dueFacets(values, new Set(FACETS), known);
  const request = {
    original,
    makeCopy: async () => (copyFileSync(original, copy), copy),
    dropCopy: async () => rmSync(copy, { force: true }),
    extension: extname(name),
    values,
    due,
    have: known,
  };
  return { folder, request, original, copy, bytes: readFileSync(original) };
}

describe("embed()", () => {
  test("writes what is missing, leaves the camera's date and place, and the original", async () => {
    const { request, original, copy, bytes } = setUp("photo.heic");
    const done = await embed(request, exiftool, SIGNAL);
    expect(done.kind === "written" && Object.fromEntries(done.have)).toMatchObject({
      datetime: OWN,
      gps: OWN,
      rating: expect.any(String),
    });
    const read = await exiftool.read(
      copy,
      ["ExifIFD:DateTimeOriginal", "IFD0:Rating", "XMP-exif:DateTimeOriginal"],
      { deadlineMs: 30_000, signal: SIGNAL },
    );
    expect(read).toMatchObject({ "ExifIFD:DateTimeOriginal": "2022:08:14 09:30:00" });
    expect(read["IFD0:Rating"]).toBeDefined();
    expect(read["XMP-exif:DateTimeOriginal"]).toBeUndefined();
    expect(readFileSync(original)).toEqual(bytes);
  });

  test("writes its own date again when Apple's changed", async () => {
    const { request, copy } = setUp("plain.jpg", [["datetime", "written before"]]);
    expect((await embed(request, exiftool, SIGNAL)).kind).toBe("written");
    const read = await exiftool.read(copy, ["ExifIFD:DateTimeOriginal"], {
      deadlineMs: 30_000,
      signal: SIGNAL,
    });
    expect(read["ExifIFD:DateTimeOriginal"]).toBe("2024:05:06 01:00:00");
  });

  test("makes no copy when the file has it all", async () => {
    const { datetime, gps } = VALUES;
    const { request, copy } = setUp("photo.jpg", [], { datetime, gps });
    expect((await embed(request, exiftool, SIGNAL)).kind).toBe("nothing");
    expect(existsSync(copy)).toBeFalse();
  });

  test("does not write into what it cannot judge", async () => {
    const { request, folder } = setUp("dance.gif");
    expect(await embed(request, exiftool, SIGNAL)).toEqual({ kind: "unfit", reason: "gif" });
    expect(readdirSync(folder)).toEqual(["original"]);
  });

  const says = { read: (...args: Parameters<TagWriter["read"]>) => exiftool.read(...args) };
  const after = (change: (path: string) => void): TagWriter => ({
    ...says,
    async write(path, tags, limits) {
      await exiftool.write(path, tags, limits);
      change(path);
    },
  });
  const doubles: Record<string, { writer: TagWriter; error: string }> = {
    "flips a bit of the picture": {
      writer: after((path) => {
        const bytes = readFileSync(path);
        bytes[bytes.length - 100]! ^= 1;
        writeFileSync(path, bytes);
      }),
      error: "would change the picture",
    },
    "cuts the file": {
      writer: after((path) => writeFileSync(path, readFileSync(path).subarray(0, -50))),
      error: "would change the picture",
    },
    "leaves an empty file": {
      writer: after((path) => writeFileSync(path, "")),
      error: "would change the picture",
    },
    "writes nothing and says nothing": {
      writer: { ...says, write: async () => undefined },
      error: "Not there after writing: ExifIFD:DateTimeOriginal",
    },
    "leaves one tag out": {
      writer: {
        ...says,
        write: (path, tags, limits) => exiftool.write(path, tags.slice(0, -1), limits),
      },
      error: "Not there after writing: XMP-dc:Title",
    },
    "refuses, and leaves its own copy behind": {
      writer: {
        ...says,
        async write(path) {
          writeFileSync(`${path}_exiftool_tmp`, "half");
          throw new DataError("ExifTool says: no", path);
        },
      },
      error: "ExifTool says: no",
    },
  };
  for (const [name, { writer, error }] of Object.entries(doubles)) {
    test(`keeps the original alone when the tool ${name}`, async () => {
      const { request, folder, original, bytes } = setUp("plain.jpg");
      expect(await embed(request, writer, SIGNAL)).toEqual({
        kind: "failed",
        error: expect.stringContaining(error),
      });
      expect(readdirSync(folder)).toEqual(["original"]);
      expect(readFileSync(original)).toEqual(bytes);
    });
  }

  test("gets along with what a killed run left behind", async () => {
    const { request, copy } = setUp("plain.jpg");
    writeFileSync(copy, "half");
    writeFileSync(`${copy}_exiftool_tmp`, "half");
    expect((await embed(request, exiftool, SIGNAL)).kind).toBe("written");
    expect(existsSync(`${copy}_exiftool_tmp`)).toBeFalse();
  });

  test("stops when it is told to, and leaves nothing", async () => {
    const { request, folder } = setUp("plain.jpg");
    const stop = new AbortController();
    const writer: TagWriter = {
      ...says,
      write: (path, tags, limits) => {
        const work = exiftool.write(path, tags, limits);
        stop.abort(new Error("stopped"));
        return work;
      },
    };
    await expect(embed(request, writer, stop.signal)).rejects.toThrow("stopped");
    expect(readdirSync(folder)).toEqual(["original"]);
  });

  test("says that the disk failed, as a fault of the disk", async () => {
    const { request, folder } = setUp("plain.jpg");
    const makeCopy = async () => (copyFileSync(request.original, join(folder, "no", "way")), "");
    await expect(embed({ ...request, makeCopy }, exiftool, SIGNAL)).rejects.toMatchObject({
      code: expect.stringContaining("local/"),
    });
  });
});
