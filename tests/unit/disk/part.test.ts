import { describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { FilePart } from "../../../src/disk/part.ts";
import { partName } from "../../../src/disk/part-names.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

async function contentOf(part: FilePart): Promise<string> {
  let text = "";
  await part.read((chunk) => void (text += Buffer.from(chunk).toString()));
  return text;
}

describe("FilePart", () => {
  test("goes on where it ended", async () => {
    using folder = new TempFolder();
    const first = FilePart.open(folder.at("part"));
    first.append(Buffer.from("abc"));
    first.close();
    const second = FilePart.open(folder.at("part"));
    expect(second.lengthBytes).toBe(3);
    expect(await contentOf(second)).toBe("abc");
    second.append(Buffer.from("de"));
    expect(second.lengthBytes).toBe(5);
    expect(await contentOf(second)).toBe("abcde");
    second.close();
  });

  test("read() of a large part lets others have their turn", async () => {
    using folder = new TempFolder();
    const part = FilePart.open(folder.at("part"));
    part.append(new Uint8Array(20_000_000));
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await part.read((chunk) => void Bun.SHA1.hash(chunk));
    clearInterval(timer);
    part.close();
    expect(turns).toBeGreaterThan(3);
  });

  test("clear() starts over", async () => {
    using folder = new TempFolder();
    const part = FilePart.open(folder.at("part"));
    part.append(Buffer.from("abc"));
    part.clear();
    expect(part.lengthBytes).toBe(0);
    part.append(Buffer.from("x"));
    expect(await contentOf(part)).toBe("x");
    part.close();
    expect(readFileSync(folder.at("part"), "utf8")).toBe("x");
  });

  test("read() brings long parts whole", async () => {
    using folder = new TempFolder();
    const part = FilePart.open(folder.at("part"));
    const megabytes = Buffer.alloc(5 << 19, "x");
    part.append(megabytes);
    let count = 0;
    await part.read((chunk) => void (count += chunk.length));
    expect(count).toBe(megabytes.length);
    part.close();
  });

  test("a long part that is being written out can be let go of and gone on with", async () => {
    using folder = new TempFolder();
    const chunk = Buffer.alloc(24 << 20, "x");
    const first = FilePart.open(folder.at("part"));
    for (let count = 0; count < 2; count++) first.append(chunk);
    first.close();
    const second = FilePart.open(folder.at("part"));
    for (let count = 0; count < 2; count++) second.append(chunk);
    await second.seal(0);
    expect(statSync(folder.at("part")).size).toBe(4 * chunk.length);
  });

  const times = [
    { name: "an ordinary day", ms: 1533021744816, seconds: 1533021744 },
    { name: "the epoch", ms: 0, seconds: 0 },
    { name: "the year 1951", ms: -583_632_000_000, seconds: -583_632_000 },
    { name: "a moment before the epoch", ms: -1000, seconds: -1 },
  ];
  for (const { name, ms, seconds } of times) {
    test(`seal() sets the time to ${name}`, async () => {
      using folder = new TempFolder();
      const part = FilePart.open(folder.at("part"));
      await part.seal(ms);
      expect(Math.floor(statSync(folder.at("part")).mtimeMs / 1000)).toBe(seconds);
    });
  }

  test("open() says why it cannot", () => {
    using folder = new TempFolder();
    let thrown: unknown;
    try {
      FilePart.open(folder.at("no", "such", "folder"));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ fault: "missing" });
  });
});

describe("partName()", () => {
  test("is base32 of the checksum", () => {
    expect(partName("AY6c+BsE0jjaXx9tmVGJM1D2VcEO", ".kei-tmp")).toBe(
      "AGHJZ6A3ATJDRWS7D5WZSUMJGNIPMVOBBY.kei-tmp",
    );
  });

  test("has no separator and differs, for checksums that are no base64 too", () => {
    const names = ["", "?", "!", "../x", "AY6c"].map((checksum) => partName(checksum, ".t"));
    for (const name of names) expect(name).toMatch(/^[A-Z2-7]+\.t$/);
    expect(new Set(names).size).toBe(names.length);
  });
});
