import { describe, expect, test } from "bun:test";
import { aLibrary, allPhotos, ofType, valueOf, type Page } from "./harness.ts";

const dates = (page: Page) =>
  ofType(page.records, "CPLAsset").map((asset) => Number(valueOf(asset, "assetDate")));
const names = (page: Page) => ofType(page.records, "CPLAsset").map(({ recordName }) => recordName);

describe("records/query, a listing", () => {
  test("gives masters first, then their assets in the same order", async () => {
    const { records } = await aLibrary().page({});
    expect(records).toHaveLength(200);
    const masters = records.slice(0, 100);
    const assets = records.slice(100);
    expect(masters.every(({ recordType }) => recordType === "CPLMaster")).toBe(true);
    const references = assets.map((asset) => valueOf(asset, "masterRef") as { recordName: string });
    expect(references.map(({ recordName }) => recordName)).toEqual(
      masters.map(({ recordName }) => recordName),
    );
  });

  test("ASCENDING is newest first", async () => {
    const found = dates(await aLibrary().page({ startRank: 50 }));
    expect(found).toEqual(found.toSorted((one, other) => other - one));
  });

  test("never gives more than 200 records, whatever is asked for", async () => {
    const { records } = await aLibrary().page({ limit: 5000 });
    expect(records).toHaveLength(200);
  });

  test("DESCENDING walks from startRank down to rank 0", async () => {
    const library = aLibrary();
    const first = names(await library.page({ limit: 20 }));
    const down = names(await library.page({ startRank: 9, direction: "DESCENDING" }));
    expect(down).toEqual(first.slice(0, 10).toReversed());
  });

  test("only a page that filled its limit carries a marker, and the marker goes on", async () => {
    const library = aLibrary();
    const seen: string[] = [];
    let marker: string | undefined;
    let pages = 0;
    do {
      const page = await library.page({ marker });
      seen.push(...names(page));
      marker = page.continuationMarker;
      expect(marker !== undefined).toBe(names(page).length === 100);
      pages += 1;
    } while (marker);
    const listed = (await library.manifest()).filter((line) => !line.hidden && !line.deleted);
    expect(pages).toBe(3);
    expect(new Set(seen).size).toBe(seen.length);
    // Members of bursts that are not the pick are left out: three of one burst, two of the other.
    expect(seen).toHaveLength(listed.length - 5);
  });

  test("a marker survives a photo added in front", async () => {
    const library = aLibrary();
    const first = await library.page({});
    const expected = names(await library.page({ startRank: 100, limit: 2 }));
    await library.admin("add", { assets: [{ kind: "jpeg" }] });
    const next = await library.page({ marker: first.continuationMarker, limit: 2 });
    expect(names(next)).toEqual(expected);
  });

  test("past the end there are no records, no marker, but a token", async () => {
    const page = await aLibrary().page({ startRank: 10_000 });
    expect(page.records).toEqual([]);
    expect(page.continuationMarker).toBeUndefined();
    expect(page.syncToken).toHaveLength(44);
  });

  test("the token equals the highest change tag and comes only when asked for", async () => {
    const library = aLibrary();
    const token = Buffer.from((await library.page({})).syncToken ?? "", "base64");
    expect(token.subarray(9, 17).toString("hex")).toBe("7fffffffffffffff");
    const { records } = await library.feed((await library.feed()).syncToken);
    expect(Number.parseInt(records[0]?.recordChangeTag ?? "", 36)).toBe(1);
    expect(Number(token.readBigInt64BE(1))).toBeGreaterThan(900);
  });

  test("desiredKeys limits the fields, never the envelope", async () => {
    const page = await aLibrary().page({ desiredKeys: ["itemType", "assetDate"], limit: 2 });
    const [master, asset] = page.records;
    expect(Object.keys(master?.fields ?? {})).toEqual(["itemType"]);
    expect(Object.keys(asset?.fields ?? {})).toEqual(["assetDate"]);
    expect(asset).toMatchObject({ pluginFields: {}, deleted: false, created: {}, modified: {} });
    expect(asset?.zoneID).toMatchObject({
      zoneName: "PrimarySync",
      zoneType: "REGULAR_CUSTOM_ZONE",
    });
  });

  test("a single asset can be asked for by name", async () => {
    const library = aLibrary();
    const [, , name = ""] = names(await library.page({ limit: 10 }));
    const page = await library.page({ filters: { recordName: name }, limit: 2 });
    expect(names(page)).toEqual([name]);
  });

  test.each([
    ["CPLMaster", "Type is not marked indexable: CPLMaster"],
    ["CPLNonsense", "Type is not marked indexable: CPLNonsense"],
  ])("%s cannot be queried", async (type, reason) => {
    const answer = await aLibrary().page({ type });
    expect(answer).toMatchObject({ serverErrorCode: "BAD_REQUEST", reason });
  });

  test("an unknown zone is 404 ZONE_NOT_FOUND", async () => {
    const body = { query: { recordType: allPhotos }, zoneID: { zoneName: "Elsewhere" } };
    const response = await aLibrary().cloudkit("records/query", body);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      ...{ serverErrorCode: "ZONE_NOT_FOUND", reason: "Zone does not exist" },
    });
  });

  test("every answer carries Apple's headers and a request id of its own", async () => {
    const library = aLibrary();
    const body = {
      query: { recordType: "CheckIndexingState" },
      zoneID: { zoneName: "PrimarySync" },
    };
    const [one, other] = [
      await library.cloudkit("records/query", body),
      await library.cloudkit("records/query", body),
    ];
    expect(one.headers.get("x-apple-cloudkit-version")).toBe("1.0");
    expect(one.headers.get("x-apple-user-partition")).toBe("54");
    expect(one.headers.get("x-responding-instance")).toStartWith("ckdatabasews:");
    const id = "x-apple-request-uuid";
    expect(one.headers.get(id)).not.toBe(other.headers.get(id));
    const { records } = (await one.json()) as Page;
    expect(valueOf(records[0], "state")).toBe("FINISHED");
  });
});

describe("special lists", () => {
  const smart = "CPLAssetAndMasterInSmartAlbumByAssetDate";

  test.each([
    ["hidden", { type: "CPLAssetAndMasterHiddenByAssetDate" }, 3],
    ["recently deleted", { type: "CPLAssetAndMasterDeletedByExpungedDate" }, 5],
    ["bursts, all members", { type: "CPLBurstStackAssetAndMasterByAssetDate" }, 7],
    ["panoramas", { type: smart, filters: { smartAlbum: "PANORAMA" } }, 1],
    ["slow motion", { type: smart, filters: { smartAlbum: "SLOMO" } }, 1],
    ["time-lapse", { type: smart, filters: { smartAlbum: "TIMELAPSE" } }, 1],
    ["long exposure", { type: smart, filters: { smartAlbum: "EXPOSURE" } }, 1],
    ["selfies, classified on devices only", { type: smart, filters: { smartAlbum: "SELFIE" } }, 0],
  ])("%s", async (_name, query, count) => {
    expect(names(await aLibrary().page(query))).toHaveLength(count);
  });

  test("recently deleted has the latest planned purge first", async () => {
    const { records } = await aLibrary().page({ type: "CPLAssetAndMasterDeletedByExpungedDate" });
    const times = ofType(records, "CPLAsset").map((asset) =>
      Number(valueOf(asset, "dateExpunged")),
    );
    expect(times).toEqual(times.toSorted((one, other) => other - one));
  });

  test.each(["Live", "Video", "Screenshot", "Favorite", "Depth", "Animated"])(
    "the count of %s is the length of its list",
    async (name) => {
      const library = aLibrary();
      const list = await library.page({ type: smart, filters: { smartAlbum: name.toUpperCase() } });
      const count = await countOf(library, `CPLAssetInSmartAlbumByAssetDate:${name}`);
      expect(count).toBeGreaterThan(0);
      expect(names(list)).toHaveLength(count);
    },
  );

  test("counts come in a batch too, in the order asked, with filterBy an object", async () => {
    const library = aLibrary();
    const ids = ["CPLAssetHiddenByAssetDate", "CPLAssetByAssetDateWithoutHiddenOrDeleted"];
    const answer = await library.ask<{ batch: Page[] }>("internal/records/query/batch", {
      batch: ids.map((id) => ({
        ...{ resultsLimit: 1, zoneWide: true, zoneID: { zoneName: "PrimarySync" } },
        query: { recordType: "HyperionIndexCountLookup", filterBy: countFilter(id) },
      })),
    });
    const counts = answer.batch.map(({ records }) => valueOf(records[0], "itemCount"));
    expect(counts).toEqual([3, 287]);
    expect(answer.batch[0]?.records[0]?.recordName).toBe("CPLAssetHiddenByAssetDate");
  });

  async function countOf(library: ReturnType<typeof aLibrary>, id: string): Promise<number> {
    const page = await library.ask<Page>("records/query", {
      query: { recordType: "HyperionIndexCountLookup", filterBy: [countFilter(id)] },
      zoneID: { zoneName: "PrimarySync" },
    });
    return Number(valueOf(page.records[0], "itemCount"));
  }

  function countFilter(id: string) {
    const fieldValue = { type: "STRING_LIST", value: [id] };
    return { fieldName: "indexCountID", fieldValue, comparator: "IN" };
  }
});
