import { describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { LocalError } from "../../../src/lib/errors.ts";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { MetadataWorld, NONE, photoOf, RATING } from "../../support/engine/metadata-world.ts";
import { tagsIn } from "../../support/engine/tag-double.ts";
import { withDeeds } from "../../support/engine/with-deeds.ts";
import { PART_SUFFIX } from "../../support/engine/world.ts";
import { jpeg } from "../../support/tiny-media.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("runCycle() with metadata", () => {
  test("writes into new files and nothing later; the file is known by its own proof", async () => {
    using home = new MetadataWorld();
    home.source.add(photoOf("A"), photoOf("B", { isFavorite: false }));
    const tally = await home.cycle(home.by(RATING));
    expect(tally).toMatchObject({
      saved: 2,
      filesDownloaded: 2,
      metadata: { written: 1, failed: 0 },
    });
    expect(home.tags("A")).toEqual({ "IFD0:Rating": 5, "XMP-xmp:Rating": 5 });
    expect(home.tags("B")).toEqual({});
    const proofs = home.rows().map(({ path, held }) => [path.slice(-5), held!.split(":")[0]]);
    expect(proofs).toEqual([
      ["A.JPG", "sha256"],
      ["B.JPG", "apple"],
    ]);
    const again = await home.cycle(home.by(RATING));
    expect(again).toMatchObject({ seen: 0, metadata: { written: 0 } });
    expect(home.double.written).toHaveLength(1);
    expect([...home.files().keys()]).toHaveLength(2);
  });

  test("installs the photo as Apple sent it when writing fails, and tries again in later runs", async () => {
    using home = new MetadataWorld();
    const photo = photoOf("A");
    home.source.add(photo);
    home.double.refusal = "broken EXIF";
    expect(await home.cycle(home.by(RATING))).toMatchObject({
      saved: 1,
      failed: 0,
      metadata: { failed: 1 },
    });
    expect(Buffer.compare(readFileSync(home.path("A")), photo.contents[0]!)).toBe(0);
    expect(home.memory.written.faults()).toMatchObject([{ error: "broken EXIF", attempts: 1 }]);
    expect(await home.cycle(home.by(RATING))).toMatchObject({ seen: 0, metadata: { failed: 1 } });
    expect(home.memory.written.faults()).toMatchObject([{ attempts: 2 }]);
    const options = { ...DEFAULT_SYNC, attemptsMax: 2 };
    expect(await home.cycle(home.by(RATING, { options }))).toMatchObject({
      metadata: { failed: 0 },
    });
    home.double.refusal = null;
    expect(await home.cycle(home.by(RATING))).toMatchObject({ metadata: { written: 1 } });
    expect(home.memory.written.faults()).toEqual([]);
    expect(home.source.opened).toEqual([]);
    expect([...home.files().keys()]).toHaveLength(1);
  });

  test("follows what iCloud says, for files of long ago, and keeps their dates on disk", async () => {
    using home = new MetadataWorld();
    home.source.add(photoOf("A", { isFavorite: false }), photoOf("B"));
    await home.cycle();
    await home.cycle(home.by(RATING));
    expect([home.tags("A"), home.tags("B")]).toEqual([
      {},
      { "IFD0:Rating": 5, "XMP-xmp:Rating": 5 },
    ]);
    const { mtimeMs } = statSync(home.path("B"));
    home.source.putAsset({ ...photoOf("A").asset, isFavorite: true });
    home.source.putAsset({ ...photoOf("B").asset, isFavorite: false });
    const tally = await home.cycle(home.by(RATING));
    expect(tally).toMatchObject({ filesDownloaded: 0, metadata: { written: 2 } });
    expect([home.tags("A")["IFD0:Rating"], home.tags("B")]).toEqual([5, {}]);
    expect(statSync(home.path("B")).mtimeMs).toBe(mtimeMs);
    expect(home.source.opened).toEqual([]);
  });

  test("leaves the file a person changed, and says so", async () => {
    using home = new MetadataWorld();
    home.source.add(photoOf("A"));
    await home.cycle();
    const own = jpeg([], "drawn over");
    writeFileSync(home.path("A"), own);
    expect(await home.cycle(home.by(RATING))).toMatchObject({
      metadata: { written: 0, foreign: 1 },
    });
    expect(Buffer.compare(readFileSync(home.path("A")), own)).toBe(0);
  });

  test("writes into a file that was adopted by its proof, which stays the person's", async () => {
    using home = new MetadataWorld();
    const photo = photoOf("A");
    home.source.add(photo);
    mkdirSync(dirname(home.path("A")), { recursive: true });
    writeFileSync(home.path("A"), photo.contents[0]!);
    expect(await home.cycle(home.by(RATING))).toMatchObject({
      filesAdopted: 1,
      metadata: { written: 1 },
    });
    expect(home.rows()).toMatchObject([{ state: "saved", origin: "adopted" }]);
    expect(home.tags("A")["IFD0:Rating"]).toBe(5);
  });

  test("puts the photo first when there is no room for a copy of it", async () => {
    using home = new MetadataWorld();
    const photo = photoOf("A");
    home.source.add(photo);
    const folder = new LibraryFolder(home.root, PART_SUFFIX);
    const drafts = {
      make: () => Promise.reject(new LocalError("no-room", "No room", "A.JPG")),
      source: (path: string, checksum: string) => folder.drafts.source(path, checksum),
      drop: () => undefined,
      beginsLike: async () => false,
      seal: async () => undefined,
    };
    const destination = withDeeds(folder, { drafts });
    const tally = await home.cycle(home.by(RATING, { destination }));
    expect(tally.metadata!.putOff).toBeGreaterThan(0);
    expect(tally).toMatchObject({ saved: 1, metadata: { failed: 0, written: 0 } });
    expect(Buffer.compare(readFileSync(home.path("A")), photo.contents[0]!)).toBe(0);
    expect(home.memory.written.faults()).toEqual([]);
    expect(await home.cycle(home.by(RATING))).toMatchObject({ metadata: { written: 1 } });
  });

  test("keeps one file one when it is in two albums by a hard link", async () => {
    using home = new MetadataWorld();
    home.source.add(photoOf("A"));
    for (const id of ["Sea", "Sun"]) {
      home.source.putAlbum({ id, name: id, kind: "album", parentId: null, isDeleted: false });
      home.source.putMembership({ albumId: id, assetId: "A" });
    }
    const rules = { ...DEFAULT_RULES, folderStructure: "{album}" };
    const selection = { ...DEFAULT_SYNC.selection, albums: ["Sea", "Sun"] };
    const options = { ...DEFAULT_SYNC, albumCopies: "hardlink" as const, selection };
    await home.cycle({ rules, options });
    const [one, other] = ["Sea/A.JPG", "Sun/A.JPG"].map((path) => join(home.root, path)) as [
      string,
      string,
    ];
    expect(statSync(one).ino).toBe(statSync(other).ino);
    expect(await home.cycle(home.by(RATING, { rules, options }))).toMatchObject({
      metadata: { failed: 0 },
    });
    expect(tagsIn(readFileSync(one))["IFD0:Rating"]).toBe(5);
    expect(statSync(one).ino).toBe(statSync(other).ino);
    expect(home.double.written).toHaveLength(1);
    const xmp = { ...RATING, embedXmp: true };
    await home.cycle(home.by(xmp, { rules, options }));
    expect(tagsIn(readFileSync(other))["XMP-dc:Subject"]).toEqual(["Sea", "Sun"]);

    home.source.putAlbum({
      id: "Sun",
      name: "Moon",
      kind: "album",
      parentId: null,
      isDeleted: false,
    });
    await home.cycle(
      home.by(xmp, {
        rules,
        options: { ...options, selection: { ...selection, albums: ["Sea", "Moon"] } },
      }),
    );
    expect(tagsIn(readFileSync(one))["XMP-dc:Subject"]).toEqual(["Moon", "Sea"]);
  });

  test("gives another version of a photo what the old one had", async () => {
    using home = new MetadataWorld();
    home.source.add(photoOf("A"));
    await home.cycle(home.by(RATING));
    home.source.replace(photoOf("A", {}, jpeg([], "edited")));
    expect(await home.cycle(home.by(RATING))).toMatchObject({
      filesDownloaded: 1,
      metadata: { written: 1 },
    });
    expect(home.tags("A")["IFD0:Rating"]).toBe(5);
    expect(readFileSync(home.path("A")).includes("edited")).toBeTrue();
    expect(await home.cycle(home.by(RATING))).toMatchObject({ seen: 0, metadata: { written: 0 } });
  });

  test("makes no sidecar for a photo that does not come, until it does", async () => {
    using home = new MetadataWorld();
    const sidecar = { ...NONE, writeSidecar: true };
    const photo = photoOf("A");
    home.source.add({ ...photo, contents: [] }, photoOf("B"));
    expect(await home.cycle(home.by(sidecar))).toMatchObject({
      failed: 1,
      metadata: { sidecars: 1 },
    });
    expect([...home.files().keys()].map((path) => path.slice(11))).toEqual(["B.JPG", "B.JPG.xmp"]);
    home.source.add(photo);
    expect(await home.cycle(home.by(sidecar))).toMatchObject({
      failed: 0,
      metadata: { sidecars: 1 },
    });
    expect(home.files().size).toBe(4);
  });

  test("makes a sidecar beside each file, and lets it follow a name that was taken", async () => {
    using home = new MetadataWorld();
    const sidecar = { ...NONE, writeSidecar: true };
    home.source.add(photoOf("A", { metadata: { captionEnc: base64("Hi") } }));
    mkdirSync(dirname(home.path("A")), { recursive: true });
    writeFileSync(home.path("A"), "somebody else's, of another size");
    await home.cycle(home.by(sidecar));
    const names = [...home.files().keys()].map((path) => path.slice("2018/07/31/".length));
    const [photo] = names.filter((name) => name !== "A.JPG" && name.endsWith(".JPG"));
    expect(names.toSorted()).toEqual(["A.JPG", photo!, `${photo!}.xmp`].toSorted());
    expect(readFileSync(join(home.root, "2018/07/31", `${photo!}.xmp`), "utf8")).toContain("Hi");
  });
});
