import { describe, expect, test } from "bun:test";
import {
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { partName } from "../../../src/disk/part-names.ts";
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

  test("does not replace what somebody saved there since it was looked at", async () => {
    const { folder, library, at, put, seal, install } = setUp();
    using _ = folder;
    put(PATH, "older");
    await library.look(PATH);
    put(PATH, "somebody's work");
    await seal("bytes");
    expect(await install(true)).toMatchObject([{ fault: "occupied" }]);
    put("from", "older");
    for (const how of ["hardlink", "symlink"] as const) {
      const linked = library.link("from", { path: PATH, checksum: CHECKSUM, replaces: true }, how);
      expect(await linked.catch((error: unknown) => error)).toMatchObject({ fault: "occupied" });
    }
    expect(readFileSync(at(PATH), "utf8")).toBe("somebody's work");
    expect(readdirSync(at("2018/07"))).toHaveLength(2);
    await library.look(PATH);
    expect(await install(true)).toEqual([null]);
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

describe("LibraryFolder.move()", () => {
  test("never replaces a stranger", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", "mine");
    put("b/c", "stranger");
    expect(await library.move("a", "b/c").catch((error: unknown) => error)).toMatchObject({
      fault: "occupied",
    });
    expect([readFileSync(at("a"), "utf8"), readFileSync(at("b/c"), "utf8")]).toEqual([
      "mine",
      "stranger",
    ]);
  });

  test("lets a link lead where it led, and keeps it relative or absolute", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a/x", "bytes");
    mkdirSync(at("b"));
    symlinkSync("../a/x", at("b/relative"));
    symlinkSync(at("a/x"), at("b/absolute"));
    await library.move("b/relative", "c/d/relative");
    await library.move("b/absolute", "c/absolute");
    expect(readlinkSync(at("c/d/relative"))).toBe("../../a/x");
    expect(readlinkSync(at("c/absolute"))).toBe(at("a/x"));
    expect(readdirSync(at("b"))).toEqual([]);
  });

  test("lets a link lead where it led through a folder that is a link itself", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a/x", "bytes");
    mkdirSync(at("far/away"), { recursive: true });
    symlinkSync("far/away", at("near"));
    symlinkSync("a/x", at("link"));
    await library.move("link", "near/link");
    expect(readFileSync(at("near/link"), "utf8")).toBe("bytes");
    await library.relink("near/link", "a/x", "b/x");
    expect(readlinkSync(at("near/link"))).toBe("../../b/x");
  });
});

describe("LibraryFolder.finishMove()", () => {
  const text = "the bytes";
  const proof = { kind: "sha256", hash: sha256(Buffer.from(text)) } as const;

  test("is false while the file has its old name only, or something else has the new one", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", text);
    expect(await library.finishMove("a", "b", proof, signal)).toBe(false);
    put("b", "a stranger's");
    expect(await library.finishMove("a", "b", proof, signal)).toBe(false);
    mkdirSync(at("c"));
    expect(await library.finishMove("a", "c", proof, signal)).toBe(false);
    expect(readFileSync(at("a"), "utf8")).toBe(text);
  });

  test("takes the old name off a file with both, whatever was changed in it by hand", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", "changed");
    mkdirSync(at("b"));
    linkSync(at("a"), at("b/a"));
    expect(await library.finishMove("a", "b/a", proof, signal)).toBe(true);
    expect([existsSync(at("a")), readFileSync(at("b/a"), "utf8")]).toEqual([false, "changed"]);
  });

  test("removes the copy that is left on another disk, and what was made while copying", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", text);
    put("b/a", text);
    put(`b/.kei-${"0".repeat(16)}.kei-tmp`, "the by");
    expect(await library.finishMove("a", "b/a", proof, signal)).toBe(true);
    expect([existsSync(at("a")), readdirSync(at("b"))]).toEqual([false, ["a"]]);
  });

  test("leaves an old name that holds other bytes, and is content when there is none", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", "other bytes");
    put("b", text);
    expect(await library.finishMove("a", "b", proof, signal)).toBe(true);
    expect(readFileSync(at("a"), "utf8")).toBe("other bytes");
    expect(await library.finishMove("gone/c", "b", proof, signal)).toBe(true);
  });

  test("never removes the file that a stranger's link at the new name leads to", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", text);
    symlinkSync("a", at("b"));
    await library.finishMove("a", "b", proof, signal);
    expect(readFileSync(at("a"), "utf8")).toBe(text);
  });

  test.each([1, 2])(
    "never removes the one name that two paths lead to, of %d names",
    async (names) => {
      const { folder, library, put, at } = setUp();
      using _ = folder;
      put("holiday/a", text);
      if (names === 2) linkSync(at("holiday/a"), folder.at("a backup"));
      symlinkSync("holiday", at("Holiday"));
      expect(await library.finishMove("holiday/a", "Holiday/a", proof, signal)).toBe(true);
      expect(readFileSync(at("holiday/a"), "utf8")).toBe(text);
      await library.move("holiday/a", "Holiday/a");
      expect(readFileSync(at("holiday/a"), "utf8")).toBe(text);
    },
  );

  test("takes the old name off a file whose names are in one folder", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", text);
    linkSync(at("a"), at("b"));
    expect(await library.finishMove("a", "b", proof, signal)).toBe(true);
    expect(readdirSync(at("."))).toEqual(["b"]);
  });

  test("is false where a file stands in place of the new folder, and true in place of the old one", async () => {
    const { folder, library, put } = setUp();
    using _ = folder;
    put("a", text);
    put("Y", "a file");
    expect(await library.finishMove("a", "Y/a", proof, signal)).toBe(false);
    expect(await library.finishMove("Y/a", "a", proof, signal)).toBe(true);
  });

  test("removes the old one of two links to the same file", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", text);
    symlinkSync("a", at("old"));
    symlinkSync("a", at("new"));
    expect(await library.finishMove("old", "new", proof, signal)).toBe(true);
    expect(readdirSync(at(".")).toSorted()).toEqual(["a", "new"]);
  });
});

describe("LibraryFolder.relink()", () => {
  test("turns a link that leads to the old name, and nothing else", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("new/x", "bytes");
    put("b/file", "a file");
    symlinkSync("../old/x", at("b/link"));
    symlinkSync(at("old/x"), at("b/absolute"));
    symlinkSync("../old/y", at("b/other"));
    for (const name of ["link", "absolute", "other", "file", "nothing"])
      await library.relink(`b/${name}`, "old/x", "new/x");
    expect(["link", "absolute", "other"].map((name) => readlinkSync(at(`b/${name}`)))).toEqual([
      "../new/x",
      at("new/x"),
      "../old/y",
    ]);
    expect(readFileSync(at("b/file"), "utf8")).toBe("a file");
    expect(readdirSync(at("b")).length).toBe(4);
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
    await library.move(PATH, "2019/a.JPG");
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
    const { mtimeMs: timeMs } = statSync(at("f/a"));
    expect(await library.look("f/a")).toEqual({ isFile: true, sizeBytes: 5, timeMs });
    expect(await library.look("f")).toMatchObject({ isFile: false });
    expect(await library.look("link")).toEqual({
      isFile: true,
      sizeBytes: 5,
      timeMs,
      isLink: true,
    });
    symlinkSync("../gone", at("f/dead"));
    symlinkSync("../../outside", at("f/away"));
    expect(await library.look("f/dead")).toMatchObject({ isFile: false, isDeadLink: true });
    expect(await library.look("f/away")).toMatchObject({ isFile: false, isDeadLink: false });
    expect(await library.look("f/b")).toBeNull();
    expect(await library.look("f/a/b")).toBeNull();
  });

  test("digest() reads the whole file", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    const bytes = bytesOf("long", 300_000);
    writeFileSync(at("a"), bytes);
    expect(await library.digest("a", ["apple", "sha256"], signal)).toEqual({
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
    expect(
      await library.digest("a", ["apple"], stop.signal).catch((error: unknown) => error),
    ).toMatchObject({
      message: "stop",
    });
  });

  test("digest() says that there is no file, and stops when it is told to", async () => {
    const { folder, library, put } = setUp();
    using _ = folder;
    put("a", "x");
    expect(
      await library.digest("b", ["apple"], signal).catch((error: unknown) => error),
    ).toMatchObject({
      fault: "missing",
    });
    const stopped = AbortSignal.abort(new Error("stop"));
    expect(
      await library.digest("a", ["sha256"], stopped).catch((error: unknown) => error),
    ).toMatchObject({
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

  test("read() of a pipe keeps nobody waiting", async () => {
    const { folder, library, at } = setUp();
    using _ = folder;
    Bun.spawnSync(["mkfifo", at("pipe")]);
    expect(() => library.small.read("pipe")).toThrow(expect.objectContaining({ path: at("pipe") }));
    expect(library.small.read("nothing")).toBeNull();
  });

  test("an error names the place it belongs to", async () => {
    const { folder, library, put, at } = setUp();
    using _ = folder;
    put("a", "x");
    const errorOf = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: unknown) => error,
      );
    const to = { path: "b/c", checksum: CHECKSUM, replaces: false };
    for (const work of [
      library.move("no", "b/c"),
      library.copyToPart("no", "b/c", CHECKSUM),
      library.link("no", to, "hardlink"),
    ]) {
      expect(await errorOf(work)).toMatchObject({ fault: "missing", path: at("no") });
    }
    put("b/c", "stranger");
    expect(await errorOf(library.move("a", "b/c"))).toMatchObject({ path: at("b/c") });
    expect(await errorOf(library.move("a", "a/b"))).toMatchObject({ path: at("a") });
  });
});
