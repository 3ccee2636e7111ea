import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { blockBytes } from "../../simulator/media/containers.ts";
import { bytesOf, checksumOf, piecesOf, sizeMin, sizeOf } from "../../simulator/media/content.ts";
import type { Program } from "../../support/programs.ts";
import { testWith } from "../../support/test-with.ts";
import { seedNames, seeds, type SeedName } from "../../simulator/media/seeds.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "simulator-media-"))));
afterAll(() => rm(folder, { recursive: true }));

/** Apple's formula, written out once more. */
function appleChecksum(content: Uint8Array | string): string {
  const salt = "com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0";
  const digest = new Bun.CryptoHasher("sha1").update(salt).update(content).digest();
  return Buffer.concat([Buffer.from([1]), digest]).toString("base64");
}

describe("checksumOf()", () => {
  test("the formula written here gives Apple's self-test values", () => {
    expect(appleChecksum("")).toBe("AW2cWT2PxzWixMKuuNMTHJ8CJ3sH");
    expect(appleChecksum("kei\n")).toBe("ARmU9qyJe0tN1xRpTzxFclNvjW9c");
  });

  test.each([...seedNames])("is the checksum of the bytes of %s, small and large", (seed) => {
    for (const sizeBytes of [0, 20_000, 100_001]) {
      const content = { seed, number: 77, sizeBytes };
      expect(checksumOf(content)).toBe(appleChecksum(bytesOf(content)));
    }
  });
});

describe("bytesOf()", () => {
  test("two numbers give two files, the same number the same file", () => {
    const one = { seed: "photoJpeg", number: 1, sizeBytes: 0 } as const;
    expect(bytesOf(one)).toEqual(bytesOf({ ...one }));
    expect(checksumOf(one)).not.toBe(checksumOf({ ...one, number: 2 }));
  });

  test.each([...seedNames])("has exactly the size asked for: %s", (seed) => {
    const least = sizeMin(seed);
    for (const sizeBytes of [least, least + 1, least + 257, least + blockBytes + 1, 1_000_003]) {
      const content = { seed, number: 5, sizeBytes };
      expect(sizeOf(content)).toBe(sizeBytes);
      expect(bytesOf(content).length).toBe(sizeBytes);
    }
  });

  test("any range equals that part of the whole, also across blocks", () => {
    const content = { seed: "movieMov", number: 5, sizeBytes: 200_000 } as const;
    const whole = bytesOf(content);
    const [head, end] = [sizeMin("movieMov"), whole.length];
    const ranges = [
      [0, 10],
      [head - 3, head + blockBytes + 9],
      [70_001, 70_002],
      [end - 40, end],
    ] as const;
    for (const [from, to] of ranges) {
      expect(bytesOf(content, from, to).equals(whole.subarray(from, to))).toBe(true);
    }
  });

  test("a file of 5 GiB is read at its end without being made", () => {
    const content = { seed: "movieMp4", number: 9, sizeBytes: 5 * 2 ** 30 } as const;
    const end = Buffer.concat([...piecesOf(content, content.sizeBytes - 24, content.sizeBytes)]);
    expect(end.toString()).toBe("asset 000000000000000009");
  });

  test("a size below the seed's is refused", () => {
    expect(() => bytesOf({ seed: "raw", number: 1, sizeBytes: 100 })).toThrow(RangeError);
  });

  test("the movie of a JPEG Live Photo starts with wide", () => {
    const start = bytesOf({ seed: "liveMov", number: 1, sizeBytes: 0 }).subarray(4, 8);
    expect(start.toString()).toBe("wide");
  });
});

describe("independent programs", () => {
  const extensions = {
    jpeg: "jpg",
    png: "png",
    gif: "gif",
    webp: "webp",
    trailing: "dng",
  } as const;

  function extensionOf(seed: SeedName): string {
    const { container, uti } = seeds[seed];
    const box = uti === "public.heic" ? "heic" : "mov";
    return container === "box" ? box : extensions[container];
  }

  async function save(seed: SeedName, sizeBytes: number): Promise<string> {
    const path = join(folder, `${seed}-${sizeBytes}.${extensionOf(seed)}`);
    await writeFile(path, bytesOf({ seed, number: 123, sizeBytes }));
    return path;
  }

  for (const seed of seedNames) {
    testWith(decoderOf(extensionOf(seed)))(`decode ${seed} as it is and padded`, async () => {
      for (const sizeBytes of [0, 150_000]) {
        const path = await save(seed, sizeBytes);
        expect(run(...decoding(path))).toEqual({ code: 0, complaints: "" });
      }
    });
  }

  testWith("exiftool")(
    "exiftool finds camera, date and place in JPEG and HEIC, and no mistake anywhere",
    async () => {
      for (const seed of ["photoJpeg", "photoHeic"] as const) {
        const path = await save(seed, 0);
        const read = Bun.spawnSync(["exiftool", "-j", "-n", path]).stdout.toString();
        const [tags] = JSON.parse(read) as [Record<string, unknown>];
        expect(tags).toMatchObject({ Model: "iPhone 13", OffsetTimeOriginal: "+02:00" });
        expect(String(tags.DateTimeOriginal)).toMatch(/^202[12]:0/);
        expect(Number(tags.GPSLatitude)).toBeCloseTo(48.2082, 3);
        expect(tags.Error ?? tags.Warning).toBeUndefined();
      }
    },
  );

  function decoderOf(path: string): Program {
    if (path.endsWith("heic")) return "heif-convert";
    return path.endsWith("dng") ? "dcraw" : "ffmpeg";
  }

  function decoding(path: string): string[] {
    const program = decoderOf(path);
    switch (program) {
      case "heif-convert":
        return [program, "-q", "90", path, join(folder, "out.jpg")];
      case "dcraw":
        return [program, "-c", path];
      default:
        return [program, "-v", "error", "-xerror", "-i", path, "-f", "null", "-"];
    }
  }

  function run(...command: string[]) {
    const { exitCode, stderr } = Bun.spawnSync(command, { stdout: "ignore", stderr: "pipe" });
    return { code: exitCode, complaints: stderr.toString() };
  }
});
