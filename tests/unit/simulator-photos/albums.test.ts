import { describe, expect, test } from "bun:test";
import { aLibrary, ofType, valueOf, type Page } from "./harness.ts";

const albumList = "CPLAlbumByPositionLive";
const container = "CPLContainerRelationLiveByAssetDate";

function titles({ records }: Page): (string | null)[] {
  return records.map((album) => {
    const name = valueOf(album, "albumNameEnc");
    return typeof name === "string" ? Buffer.from(name, "base64").toString() : null;
  });
}

async function albumNamed(library: ReturnType<typeof aLibrary>, title: string): Promise<string> {
  const page = await library.page({ type: albumList });
  return page.records[titles(page).indexOf(title)]?.recordName ?? "";
}

describe("CPLAlbumByPositionLive", () => {
  test("gives one level: roots without names, twins, a decomposed name, a folder", async () => {
    const page = await aLibrary().page({ type: albumList });
    const found = titles(page);
    expect(page.records[0]?.recordName).toBe("----Root-Folder----");
    expect(found.filter((title) => title === "Family")).toHaveLength(2);
    expect(found).toContain("Jo\u0308rg");
    expect(found).toContain("All Photos");
    expect(found).not.toContain("Japan");
    const deleted = page.records[found.indexOf("Old plans")];
    expect(valueOf(deleted, "isDeleted")).toBe(1);
  });

  test("parentId opens a folder, and the folder inside it", async () => {
    const library = aLibrary();
    const travel = await albumNamed(library, "Travel");
    const inside = await library.page({ type: albumList, filters: { parentId: travel } });
    expect(titles(inside)).toEqual(["Japan", "Europe"]);
    const europe = inside.records[1];
    expect(valueOf(europe, "albumType")).toBe(3);
    expect(valueOf(europe, "parentId")).toBe(travel);
    const filters = { parentId: europe?.recordName ?? "" };
    expect(titles(await library.page({ type: albumList, filters }))).toEqual(["Italy"]);
  });

  test("more than 200 albums need the marker", async () => {
    const library = aLibrary({ assets: 0 });
    for (let number = 0; number < 230; number += 1) {
      await library.admin("album/create", { name: `Album ${number}` });
    }
    const first = await library.page({ type: albumList });
    expect(first.records).toHaveLength(200);
    const second = await library.page({ type: albumList, marker: first.continuationMarker });
    expect(second.continuationMarker).toBeUndefined();
    const all = [...titles(first), ...titles(second)];
    expect(all.filter((title) => title?.startsWith("Album "))).toHaveLength(230);
  });
});

describe("members of an album", () => {
  test("come with three records each, so 200 records are 66 assets", async () => {
    const library = aLibrary();
    const parentId = await albumNamed(library, "Most of it");
    const first = await library.page({ type: container, filters: { parentId } });
    expect(ofType(first.records, "CPLMaster")).toHaveLength(66);
    expect(ofType(first.records, "CPLAsset")).toHaveLength(66);
    const relations = ofType(first.records, "CPLContainerRelation");
    expect(relations).toHaveLength(66);
    const [asset] = ofType(first.records, "CPLAsset");
    expect(relations[0]?.recordName).toBe(`${asset?.recordName}-IN-${parentId}`);
    expect(valueOf(relations[0], "itemId")).toBe(asset?.recordName);
    expect(first.continuationMarker).toBeDefined();
    const rest = await library.page({ type: container, filters: { parentId }, startRank: 132 });
    const members = (await library.manifest()).filter(({ albums }) => albums.includes(parentId));
    expect(132 + ofType(rest.records, "CPLAsset").length).toBe(members.length);
  });

  test("an empty album is an empty page", async () => {
    const library = aLibrary();
    const parentId = await albumNamed(library, "Empty");
    const page = await library.page({ type: container, filters: { parentId } });
    expect(page.records).toEqual([]);
  });

  test("adding and removing touch the album and the relation", async () => {
    const library = aLibrary();
    const [{ recordName } = { recordName: "" }] = await library.manifest();
    const album = await albumNamed(library, "Empty");
    const before = (await library.page({})).syncToken;
    await library.admin("album/add", { album, recordName });
    const added = await library.feed(before);
    const relation = `${recordName}-IN-${album}`;
    expect(added.records.map(({ recordType }) => recordType)).toEqual([
      ...["CPLAlbum", "CPLContainerRelation", "CPLLibraryInfo"],
    ]);
    await library.admin("album/remove", { album, recordName });
    const { records } = await library.feed(added.syncToken);
    const tombstone = records.find((record) => record.recordName === relation);
    expect(tombstone).toMatchObject({ deleted: true });
    expect(tombstone).not.toHaveProperty("recordType");
  });
});

describe("zones without albums", () => {
  test.each([
    ["SharedSync-1B2C", albumList],
    ["SharedSync-1B2C", container],
    ["CMM-1B2C", "CPLAssetAndMasterByAddedDate"],
    ["SharedCollection-1B2C", "CPLAssetAndMasterByAddedDate"],
  ])("%s answers %s with 400", async (name, type) => {
    const library = aLibrary({ zones: [{ name, assets: 10 }] });
    const answer = await library.page({ type, zone: { zoneName: name } });
    expect(answer).toMatchObject({
      ...{ serverErrorCode: "BAD_REQUEST", reason: "Index has invalid data" },
    });
  });
});
