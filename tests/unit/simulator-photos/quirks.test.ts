import { describe, expect, test } from "bun:test";
import { aLibrary, ofType, primary, valueOf, type Page, type WireRecord } from "./harness.ts";

type Library = ReturnType<typeof aLibrary>;

async function withQuirks(quirks: Record<string, unknown>, assets = 300): Promise<Library> {
  const library = aLibrary({ assets });
  const { status } = await library.admin("quirks", quirks);
  expect(status).toBe(200);
  return library;
}

const assetsOf = ({ records }: Page) => ofType(records, "CPLAsset");
const masterOf = (asset: WireRecord) =>
  (valueOf(asset, "masterRef") as { recordName: string }).recordName;

describe("quirks", () => {
  test("an unknown quirk and a wrong value are refused", async () => {
    const library = aLibrary({ assets: 1 });
    expect(await library.admin("quirks", { noSuchThing: true })).toMatchObject({ status: 400 });
    expect(await library.admin("quirks", { countDelta: "many" })).toMatchObject({ status: 400 });
  });

  test("splitPairs leaves partners to the next page and loses none", async () => {
    const library = await withQuirks({ splitPairs: true });
    const first = await library.page({});
    const masters = new Set(ofType(first.records, "CPLMaster").map(({ recordName }) => recordName));
    expect(masters.size).toBe(100);
    expect(assetsOf(first)).toHaveLength(97);
    const second = await library.page({ startRank: 100 });
    const orphans = assetsOf(second).filter((asset) => masters.has(masterOf(asset)));
    expect(orphans).toHaveLength(3);
    const third = await library.page({ startRank: 200 });
    const seen = [first, second, third].flatMap(assetsOf).map(({ recordName }) => recordName);
    expect(new Set(seen).size).toBe(287);
  });

  test("halvesReversed puts assets before masters", async () => {
    const { records } = await (await withQuirks({ halvesReversed: true })).page({});
    expect(records[0]?.recordType).toBe("CPLAsset");
    expect(records.at(-1)?.recordType).toBe("CPLMaster");
  });

  test("a master shared by two assets of a page comes once, or with masterPerAsset twice", async () => {
    const library = aLibrary({ assets: 4, assetsKind: "jpeg" });
    const [line] = await library.manifest();
    await library.admin("duplicate", { recordName: line?.recordName });
    const once = await library.page({});
    expect(assetsOf(once)).toHaveLength(5);
    expect(ofType(once.records, "CPLMaster")).toHaveLength(4);
    await library.admin("quirks", { masterPerAsset: true });
    expect(ofType((await library.page({})).records, "CPLMaster")).toHaveLength(5);
  });

  test("addAfterPages shifts the ranks: the next page repeats the last asset", async () => {
    const library = await withQuirks({ addAfterPages: 1 });
    const first = assetsOf(await library.page({})).at(-1);
    const [again] = assetsOf(await library.page({ startRank: 100 }));
    expect(again?.recordName).toBe(first?.recordName ?? "");
  });

  test("trashAfterPages shifts the ranks: the next page leaves one asset out", async () => {
    const library = aLibrary();
    const [skipped, expected] = assetsOf(await library.page({ startRank: 100 }));
    await library.admin("quirks", { trashAfterPages: 1 });
    await library.page({});
    const [next] = assetsOf(await library.page({ startRank: 100 }));
    expect(next?.recordName).not.toBe(skipped?.recordName ?? "");
    expect(next?.recordName).toBe(expected?.recordName ?? "");
  });

  test("emptyPageAtRank empties that page once", async () => {
    const library = await withQuirks({ emptyPageAtRank: 100 });
    expect((await library.page({ startRank: 100 })).records).toEqual([]);
    expect(assetsOf(await library.page({ startRank: 100 }))).toHaveLength(100);
  });

  test("recordErrors replaces a record, countDelta falsifies counts, indexing can run", async () => {
    const library = aLibrary();
    const [name = ""] = (await library.page({})).records.map(({ recordName }) => recordName);
    await library.admin("quirks", {
      ...{ recordErrors: { [name]: "ACCESS_DENIED" }, countDelta: -7, indexing: "RUNNING" },
    });
    const [record] = (await library.page({})).records;
    expect(record).toMatchObject({ recordName: name, serverErrorCode: "ACCESS_DENIED" });
    expect(record).not.toHaveProperty("recordType");
    const query = { recordType: "CheckIndexingState" };
    const state = await library.ask<Page>("records/query", { query, zoneID: primary });
    expect(valueOf(state.records[0], "state")).toBe("RUNNING");
  });

  test("recordErrors of * spoils every record", async () => {
    const { records } = await (
      await withQuirks({ recordErrors: { "*": "INTERNAL_ERROR" } })
    ).page({});
    const codes = new Set(records.map(({ serverErrorCode }) => serverErrorCode));
    expect([...codes]).toEqual(["INTERNAL_ERROR"]);
  });

  test("missingDownloadUrl takes the address and nothing else", async () => {
    const library = aLibrary();
    const [name = ""] = (await library.page({})).records.map(({ recordName }) => recordName);
    await library.admin("quirks", { missingDownloadUrl: [name] });
    const [master] = (await library.lookup(name)).records;
    const resource = valueOf(master, "resOriginalRes") as Record<string, unknown>;
    expect(Object.keys(resource)).toEqual([
      "fileChecksum",
      "size",
      "wrappingKey",
      "referenceChecksum",
    ]);
  });

  test("booleanFlags sends true and false", async () => {
    const library = await withQuirks({ booleanFlags: true });
    const [asset] = assetsOf(await library.page({}));
    expect(valueOf(asset, "isHidden")).toBe(false);
  });

  test("lookup can fail and can answer in another order", async () => {
    const library = await withQuirks({ lookupFailures: 1, lookupReversed: true });
    expect(await library.lookup("X", "Y")).toMatchObject({ serverErrorCode: "INTERNAL_ERROR" });
    const { records } = await library.lookup("X", "Y");
    expect(records.map(({ recordName }) => recordName)).toEqual(["Y", "X"]);
  });

  test("feeds: partial assets, bare relations, null moreComing, runs of empty pages", async () => {
    const library = await withQuirks({
      partialDeltas: true,
      bareRelations: true,
      nullMoreComing: true,
    });
    const { syncToken: before } = await library.page({});
    const [line] = await library.manifest();
    await library.admin("favorite", { recordName: line?.recordName });
    const { syncToken, records, moreComing } = await library.feed(before);
    expect(Object.keys(records[0]?.fields ?? {})).toEqual(["isFavorite"]);
    expect(moreComing).toBeNull();
    await library.admin("skip", { numbers: 14_000 });
    let page = await library.feed(syncToken);
    let empty = 1;
    while (page.moreComing) {
      page = await library.feed(page.syncToken);
      empty += 1;
    }
    expect(empty).toBe(70);
  });

  test("changes/database: pages without zones, zones without tokens, a failing shared side", async () => {
    const library = await withQuirks({
      ...{ emptyDatabasePages: 1, zonesWithoutToken: true, sharedDatabaseFails: true },
    });
    const first = await library.ask<{ syncToken: string }>("changes/database", {});
    expect(first).toMatchObject({ moreComing: true, zones: [] });
    const second = await library.ask("changes/database", { syncToken: first.syncToken });
    expect(second).toMatchObject({
      moreComing: false,
      zones: [{ zoneID: { zoneName: "PrimarySync" } }],
    });
    expect((second as { zones: object[] }).zones[0]).not.toHaveProperty("syncToken");
    const shared = await library.cloudkit("zones/list", {}, "shared");
    expect(shared.status).toBe(500);
  });

  test("patch bends any field: types, values, missing parts, null", async () => {
    const library = aLibrary({ assets: 3, assetsKind: "jpeg" });
    const [line] = await library.manifest();
    await library.admin("patch", {
      recordName: line?.masterName,
      fields: {
        itemType: null,
        filenameEnc: { value: "../../x", type: "STRING" },
        resOriginalRes: { value: { size: null } },
        dataClassType: { value: { "=": null } },
        unheardOf: { value: "1" },
      },
    });
    const [master] = (await library.lookup(line?.masterName ?? "")).records;
    expect(master?.fields).not.toHaveProperty("itemType");
    expect(valueOf(master, "filenameEnc")).toBe("../../x");
    expect(valueOf(master, "resOriginalRes")).not.toHaveProperty("size");
    expect(valueOf(master, "resOriginalRes")).toHaveProperty("downloadURL");
    expect(valueOf(master, "dataClassType")).toBeNull();
    expect(master?.fields.unheardOf).toEqual({ value: "1" } as never);
  });

  test("quirks/reset makes the server quiet again", async () => {
    const library = await withQuirks({ halvesReversed: true });
    await library.admin("quirks/reset", {});
    expect((await library.page({})).records[0]?.recordType).toBe("CPLMaster");
  });
});

describe("records/lookup", () => {
  test("more than 200 names are refused", async () => {
    const names = Array.from({ length: 201 }, (_, place) => `N${place}`);
    const answer = await aLibrary().lookup(...names);
    expect(answer).toMatchObject({
      ...{
        serverErrorCode: "BAD_REQUEST",
        reason: "array 'records' length is greater than max size",
      },
    });
  });

  test("gives records, tombstones and NOT_FOUND side by side", async () => {
    const library = aLibrary();
    const [kept, purged] = await library.manifest();
    await library.admin("purge", { recordName: purged?.recordName });
    const { records } = await library.lookup(
      kept?.recordName ?? "",
      purged?.recordName ?? "",
      "nobody",
    );
    expect(records[0]?.recordType).toBe("CPLAsset");
    expect(records[1]).toMatchObject({ recordName: purged?.recordName, deleted: true });
    expect(records[2]).toEqual({
      ...{ recordName: "nobody", serverErrorCode: "NOT_FOUND", reason: "Record not found" },
    } as never);
  });
});

describe("records/modify", () => {
  test("puts an asset into the trash as recorded: new tag, isDeleted only, no zoneID", async () => {
    const library = aLibrary();
    const { records, syncToken } = await library.page({ limit: 2 });
    const asset = records[1];
    const answer = await library.ask<Page>("records/modify", {
      ...{ atomic: true, desiredKeys: ["isDeleted"], zoneID: primary },
      operations: [
        {
          operationType: "update",
          record: {
            ...{ recordName: asset?.recordName, recordType: "CPLAsset", recordChangeTag: "21h2" },
            fields: { isDeleted: { value: 1 } },
          },
        },
      ],
    });
    const [changed] = answer.records;
    expect(changed?.fields).toEqual({ isDeleted: { value: 1, type: "INT64" } });
    expect(changed).not.toHaveProperty("zoneID");
    expect(changed?.expirationTime).toBeGreaterThan(1_000_000_000);
    expect(changed?.recordChangeTag).not.toBe(asset?.recordChangeTag);
    expect(answer.syncToken).not.toBe(syncToken);
    const trash = await library.page({ type: "CPLAssetAndMasterDeletedByExpungedDate" });
    expect(assetsOf(trash).map(({ recordName }) => recordName)).toContain(asset?.recordName ?? "");
  });
});
