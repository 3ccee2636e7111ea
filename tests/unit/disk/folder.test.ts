import { describe, expect, test } from "bun:test";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { partName } from "../../../src/disk/part.ts";
import { appleChecksum, bytesOf, sha256 } from "../../support/engine/content.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const CHECKSUM = "AY6c+BsE0jjaXx9tmVGJM1D2VcEO";
const PATH = "2018/07/IMG_1.JPG";
const signal = new AbortController().signal;

function setUp() {
  const folder = new TempFolder();
  mkdirSync(folder.at("root"));
  const root = folder.at("root");
  const library = new LibraryFolder(root, ".kei-tmp");
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const seal = async (text: string, path = PATH, createdMs = 0) => {
    const part = await library.openPart(path, CHECKSUM);
    part.append(Buffer.from(text));
    await part.seal(createdMs);
  };
  const install = (replaces = false, path = PATH) =>
    library.install([{ path, checksum: CHECKSUM, replaces }]);
  return { folder, root, library, put, seal, install, at: (path: string) => join(root, path) };
}

describe("LibraryFolder.install()", () => {
  test("gives the part its name, with its time, and leaves no part", async () => {
    const { folder, at, seal, install } = setUp();
    using _ = folder;
    await seal("bytes", PATH, 1533021744816);
    expect(await install()).toEqual([null]);
    expect(readFileSync(at(PATH), "utf8")).toBe("bytes");
    expect(statSync(at(PATH)).mtimeMs).toBe(1533021744000);
    expect(readdirSync(at("2018/07"))).toEqual(["IMG_1.JPG"]);
  });

  test("never replaces a stranger, and keeps the part", async () => {
    const { folder, at, put, seal, install } = setUp();
    using _ = folder;
    put(PATH, "stranger");
    await seal("bytes");
    expect(await install()).toMatchObject([{ fault: "occupied" }]);
    expect(readFileSync(at(PATH), "utf8")).toBe("stranger");
    expect(readFileSync(at(`2018/07/${partName(CHECKSUM, ".kei-tmp")}`), "utf8")).toBe("bytes");
  });

  test("replaces when it is told that the file is ours", async () => {
    const { folder, at, put, seal, install } = setUp();
    using _ = folder;
    put(PATH, "older");
    await seal("bytes");
    expect(await install(true)).toEqual([null]);
    expect(readFileSync(at(PATH), "utf8")).toBe("bytes");
  });

  test("does not replace a folder, or what a broken link holds", async () => {
    const { folder, at, seal, install } = setUp();
    using _ = folder;
    mkdirSync(at(PATH), { recursive: true });
    await seal("bytes");
    expect(await install()).toMatchObject([{ fault: "occupied" }]);
    expect(await install(true)).toMatchObject([{ fault: "occupied" }]);
    symlinkSync("nowhere", at("2018/07/link.JPG"));
    await seal("", "2018/07/link.JPG");
    expect(await install(false, "2018/07/link.JPG")).toMatchObject([{ fault: "occupied" }]);
  });

  test("answers for each of several, in order", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("b", "stranger");
    const checksums = ["a", "b", "c"].map((name) => appleChecksum(Buffer.from(name)));
    for (const [n, path] of ["a", "b", "c"].entries()) {
      const part = await library.openPart(path, checksums[n]!);
      part.append(Buffer.from(path));
      await part.seal(0);
    }
    const answers = await library.install(
      ["a", "b", "c"].map((path, n) => ({ path, checksum: checksums[n]!, replaces: false })),
    );
    expect(answers).toMatchObject([null, { fault: "occupied" }, null]);
    expect(["a", "b", "c"].map((path) => readFileSync(at(path), "utf8"))).toEqual([
      "a",
      "stranger",
      "c",
    ]);
  });

  test("says that the part is missing", async () => {
    const { folder, at, install } = setUp();
    using _ = folder;
    mkdirSync(at("2018/07"), { recursive: true });
    expect(await install()).toMatchObject([{ fault: "missing", path: at(PATH) }]);
  });
});

describe("LibraryFolder.openPart()", () => {
  test("refuses a folder that is a link out of the library", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    mkdirSync(folder.at("outside"));
    symlinkSync(folder.at("outside"), at("2018"));
    const thrown = await library.openPart(PATH, CHECKSUM).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ fault: "denied", hint: expect.stringContaining("link") });
  });

  test("makes nothing behind such a link", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    mkdirSync(folder.at("outside"));
    symlinkSync(folder.at("outside"), at("2018"));
    await library.openPart(PATH, CHECKSUM).catch(() => undefined);
    expect(readdirSync(folder.at("outside"))).toEqual([]);
  });

  test("follows a link that stays inside, and a root that is a link itself", async () => {
    const { folder, root, library, at } = setUp();
    using _ = folder;
    mkdirSync(at("real"));
    symlinkSync("real", at("2018"));
    (await library.openPart("2018/x.JPG", CHECKSUM)).close();
    expect(readdirSync(at("real"))).toHaveLength(1);
    symlinkSync(root, folder.at("alias"));
    const other = new LibraryFolder(folder.at("alias"), ".kei-tmp");
    (await other.openPart("y/z.JPG", CHECKSUM)).close();
    expect(existsSync(at("y"))).toBe(true);
  });

  test("says that a file stands where a folder should be", async () => {
    const { folder, library, put } = setUp();
    using _ = folder;
    put("2018", "a file");
    const thrown = await library.openPart(PATH, CHECKSUM).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ fault: "occupied" });
  });

  test("never writes through a link or into a second name that stands for the part", async () => {
    for (const make of [symlinkSync, linkSync]) {
      const { folder, library, put, at } = setUp();
      using _ = folder;
      put("2018/07/mine", "mine");
      make(at("2018/07/mine"), at(`2018/07/${partName(CHECKSUM, ".kei-tmp")}`));
      const part = await library.openPart(PATH, CHECKSUM);
      expect(part.lengthBytes).toBe(0);
      part.append(Buffer.from("ours"));
      part.close();
      expect(readFileSync(at("2018/07/mine"), "utf8")).toBe("mine");
    }
  });

  test("says that a name is too long", async () => {
    const { folder, library } = setUp();
    using _ = folder;
    const path = `${"x".repeat(300)}/a.JPG`;
    const thrown = await library.openPart(path, CHECKSUM).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ fault: "too-long" });
  });
});

describe("LibraryFolder.removeEmptied()", () => {
  test("removes a folder and those above it, up to one that holds something", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("2018/note", "mine");
    mkdirSync(at("2018/07/05"), { recursive: true });
    await library.removeEmptied("2018/07/05");
    expect(readdirSync(at("2018"))).toEqual(["note"]);
    await library.removeEmptied("2018");
    expect(readdirSync(at("2018"))).toEqual(["note"]);
  });

  test("leaves the root, and goes on above a folder that is not there", async () => {
    const { folder, library, root, at } = setUp();
    using _ = folder;
    mkdirSync(at("2018/07"), { recursive: true });
    await library.removeEmptied("2018/07/05");
    expect(readdirSync(root)).toEqual([]);
    await library.removeEmptied("");
    await library.removeEmptied(".");
    expect(existsSync(root)).toBe(true);
  });

  test("takes nothing away behind a link, nor the link", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    mkdirSync(folder.at("elsewhere"));
    mkdirSync(folder.at("elsewhere", "07"));
    symlinkSync(folder.at("elsewhere"), at("2018"));
    await library.removeEmptied("2018/07");
    await library.removeEmptied("2018");
    expect(existsSync(at("2018/07"))).toBe(true);
  });

  test("knows afterwards that the folder must be made again", async () => {
    const { folder, library, at, seal, install } = setUp();
    using _ = folder;
    await seal("bytes");
    expect(await install()).toEqual([null]);
    expect(await library.move(PATH, "2019/a.JPG")).toBe("moved");
    await library.removeEmptied("2018/07");
    expect(existsSync(at("2018"))).toBe(false);
    await seal("again");
    expect(await install()).toEqual([null]);
    expect([readFileSync(at(PATH), "utf8"), readFileSync(at("2019/a.JPG"), "utf8")]).toEqual([
      "again",
      "bytes",
    ]);
  });
});

describe("LibraryFolder", () => {
  test("look() tells files, folders and nothing apart, and takes a link for what it leads to", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("f/a", "12345");
    symlinkSync(at("f/a"), at("link"));
    expect(await library.look("f/a")).toEqual({ isFile: true, sizeBytes: 5 });
    expect(await library.look("f")).toMatchObject({ isFile: false });
    expect(await library.look("link")).toEqual({ isFile: true, sizeBytes: 5 });
    expect(await library.look("f/b")).toBeNull();
    expect(await library.look("f/a/b")).toBeNull();
  });

  test("digest() reads the whole file", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    const bytes = bytesOf("long", 300_000);
    writeFileSync(at("a"), bytes);
    expect(await library.digest("a", signal)).toEqual({
      apple: appleChecksum(bytes),
      sha256: sha256(bytes),
      bytes: bytes.length,
    });
  });

  test("digest() of a large file lets others have their turn, and stops when it is told to meanwhile", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    writeFileSync(at("a"), new Uint8Array(50_000_000));
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("stop")), 1);
    expect(await library.digest("a", stop.signal).catch((error: unknown) => error)).toMatchObject({
      message: "stop",
    });
  });

  test("digest() says that there is no file, and stops when it is told to", async () => {
    const { folder, library, put } = setUp();
    using _ = folder;
    put("a", "x");
    expect(await library.digest("b", signal).catch((error: unknown) => error)).toMatchObject({
      fault: "missing",
    });
    const stopped = AbortSignal.abort(new Error("stop"));
    expect(await library.digest("a", stopped).catch((error: unknown) => error)).toMatchObject({
      message: "stop",
    });
  });

  test("removePart() removes it, and does not mind when there is none", async () => {
    const { folder, library, at, seal } = setUp();
    using _ = folder;
    await seal("bytes");
    linkSync(at(`2018/07/${partName(CHECKSUM, ".kei-tmp")}`), at(PATH));
    await library.removePart(PATH, CHECKSUM);
    await library.removePart(PATH, CHECKSUM);
    await library.removePart("nowhere/x", CHECKSUM);
    expect(readdirSync(at("2018/07"))).toEqual(["IMG_1.JPG"]);
  });
});
