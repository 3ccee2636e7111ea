import { describe, expect, test } from "bun:test";
import { zoneToken } from "../../simulator/photos/library/tokens.ts";
import { Zone } from "../../simulator/photos/library/zone.ts";
import { aLibrary, ofType, valueOf, type Feed, type WireRecord } from "./harness.ts";

type Library = ReturnType<typeof aLibrary>;

async function currentToken(library: Library): Promise<string> {
  return (await library.page({ limit: 2 })).syncToken ?? "";
}

async function followFeed(library: Library, first?: string) {
  const pages: Feed[] = [];
  let page = await library.feed(first);
  pages.push(page);
  while (page.moreComing) {
    page = await library.feed(page.syncToken);
    pages.push(page);
  }
  return pages;
}

async function typesAfter(library: Library, act: () => Promise<unknown>) {
  const token = await currentToken(library);
  await act();
  const { records } = await library.feed(token);
  return records.map(({ recordType }) => recordType);
}

async function anAsset(library: Library) {
  const lines = await library.manifest();
  const line = lines.find(({ kind, deleted }) => kind === "heic" && !deleted);
  if (!line) throw new Error("There is no HEIC photo");
  return line;
}

describe("changes/zone", () => {
  test("without a token gives the whole history, an empty page first and more in between", async () => {
    const library = aLibrary();
    const pages = await followFeed(library);
    const records = pages.flatMap((page) => page.records);
    expect(pages[0]).toMatchObject({ records: [], moreComing: true });
    expect(pages.filter((page) => page.records.length === 0).length).toBeGreaterThan(2);
    expect(pages.every((page) => page.records.length <= 200)).toBe(true);
    expect(ofType(records, "CPLAsset")).toHaveLength(300);
    expect(ofType(records, "CPLMaster")).toHaveLength(299);
    expect(records.filter(({ deleted }) => deleted).length).toBeGreaterThan(10);
    for (const type of ["CPLPerson", "CPLMemory", "CPLLibraryInfo", "CPLAlbum"]) {
      expect(ofType(records, type)).not.toEqual([]);
    }
  });

  test("a name that was deleted and used again comes once, as it is now", async () => {
    const library = aLibrary();
    const { recordName } = await anAsset(library);
    const { recordNames } = await library.admin("album/create", { name: "Sea" });
    const inAlbum = { album: recordNames[0], recordNames: [recordName] };
    await library.admin("album/add", inAlbum);
    const token = await currentToken(library);
    await library.admin("album/remove", inAlbum);
    await library.admin("album/add", inAlbum);
    const { records } = await library.feed(token);
    const relations = records.filter((record) => record.recordName.includes("-IN-"));
    expect(relations.map(({ deleted }) => deleted)).toEqual([false]);
  });

  test("records come in the order of their change tags", async () => {
    const pages = await followFeed(aLibrary());
    const tags = pages.flatMap(({ records }) =>
      records.map((each) => Number.parseInt(each.recordChangeTag, 36)),
    );
    expect(tags).toEqual(tags.toSorted((one, other) => one - other));
  });

  test("an up-to-date token gives nothing and comes back the same", async () => {
    const library = aLibrary();
    const token = await currentToken(library);
    expect(await library.feed(token)).toMatchObject({
      ...{ records: [], moreComing: false, syncToken: token },
    });
  });

  test("an empty token means up to date, not everything", async () => {
    expect(await aLibrary().feed("")).toMatchObject({ records: [], moreComing: false });
  });

  test.each([
    [
      "garbage",
      Buffer.from("not a token at all").toString("base64"),
      "Unknown sync continuation type",
    ],
    ["a truncated token", "AQAAAAAAAApf/////////9V/Aw==", "Invalid continuation format"],
  ])("%s is BAD_REQUEST inside the zone", async (_name, token, reason) => {
    const answer = await aLibrary().feed(token);
    expect(answer).toMatchObject({ serverErrorCode: "BAD_REQUEST", reason });
    expect(answer).not.toHaveProperty("syncToken");
    expect(answer).not.toHaveProperty("moreComing");
  });

  test("a token has Apple's 33 bytes, and another zone's is unknown", async () => {
    const identity = { name: "PrimarySync", database: "private", owner: "_1" } as const;
    const epoch = Buffer.from("55fc0c3f371a7ae43d8a885495bfcb9c", "hex");
    const zone = new Zone(identity, epoch, () => 1);
    const token = zoneToken(zone, 41);
    expect(token).toBe("AQAAAAAAAAApf/////////9V/Aw/Nxp65D2KiFSVv8uc");
    const answer = await aLibrary().feed(token);
    expect(answer.reason).toBe("Unknown sync continuation type");
  });

  test("a database token is BAD_REQUEST, an unknown zone ZONE_NOT_FOUND", async () => {
    const library = aLibrary();
    const { syncToken } = await library.ask<{ syncToken: string }>("changes/database", {});
    expect(await library.feed(syncToken)).toMatchObject({ serverErrorCode: "BAD_REQUEST" });
    expect(await library.feed(syncToken, "SharedSync")).toMatchObject({
      ...{ serverErrorCode: "ZONE_NOT_FOUND", zoneID: { zoneName: "SharedSync" } },
    });
  });

  test("a new epoch makes every old token unknown", async () => {
    const library = aLibrary();
    const token = await currentToken(library);
    await library.admin("new-epoch", {});
    expect(await library.feed(token)).toMatchObject({ serverErrorCode: "BAD_REQUEST" });
  });

  test("a change between two pages of a listing is in the delta from the first page's token", async () => {
    const library = aLibrary();
    const first = await library.page({});
    const { recordNames } = await library.admin("add", { assets: [{ kind: "jpeg" }] });
    await library.page({ startRank: 100 });
    const delta = await library.feed(first.syncToken);
    expect(ofType(delta.records, "CPLAsset").map(({ recordName }) => recordName)).toEqual([
      ...recordNames,
    ]);
  });
});

describe("what a change looks like in the feed", () => {
  const both = ["CPLMaster", "CPLAsset", "CPLLibraryInfo"];
  const assetOnly = ["CPLAsset", "CPLLibraryInfo"];

  test.each([
    ["add", { assets: [{ kind: "heic-live" }] }, both],
    ["trash", {}, both],
    ["duplicate", {}, both],
    ["favorite", {}, assetOnly],
    ["hide", {}, assetOnly],
    ["caption", { caption: "New" }, assetOnly],
    ["date", { date: "2020-01-01T00:00:00Z" }, assetOnly],
    ["edit", {}, assetOnly],
    ["purge", {}, [null, null, "CPLLibraryInfo"]],
  ])("%s", async (action, wish, types) => {
    const library = aLibrary();
    const { recordName } = await anAsset(library);
    const found = await typesAfter(library, () => library.admin(action, { recordName, ...wish }));
    expect(found).toEqual(types);
  });

  test("restore sends the asset alone, with isDeleted absent", async () => {
    const library = aLibrary();
    const { recordName } = await anAsset(library);
    await library.admin("trash", { recordName });
    const token = await currentToken(library);
    await library.admin("restore", { recordName });
    const [asset, ...rest] = (await library.feed(token)).records;
    expect(asset?.recordName).toBe(recordName);
    expect(valueOf(asset, "isDeleted")).toBeUndefined();
    expect(ofType(rest, "CPLMaster")).toEqual([]);
  });

  test("an edit adds resJPEGFull and changes the change tag", async () => {
    const library = aLibrary({ assets: 10, assetsKind: "jpeg" });
    const { recordName } = (await library.manifest())[0] ?? { recordName: "" };
    const token = await currentToken(library);
    await library.admin("edit", { recordName });
    const [asset] = (await library.feed(token)).records;
    expect(valueOf(asset, "resJPEGFullRes")).toMatchObject({ downloadURL: expect.any(String) });
    expect(valueOf(asset, "adjustmentType")).toBe("com.apple.photo");
  });

  test("the trash is emptied after 30 days, with tombstones", async () => {
    const library = aLibrary();
    const { recordName, masterName } = await anAsset(library);
    await library.admin("trash", { recordName });
    const token = await currentToken(library);
    library.clock.advance(31 * 86_400_000);
    await library.page({});
    const gone: WireRecord[] = (await library.feed(token)).records.filter(
      ({ deleted }) => deleted === true,
    );
    const names = gone.map((record) => record.recordName);
    expect(names).toContain(recordName);
    expect(names).toContain(masterName);
  });
});

describe("changes/database", () => {
  interface Changes {
    readonly syncToken: string;
    readonly moreComing: boolean;
    readonly zones: readonly {
      readonly zoneID: { readonly zoneName: string };
      readonly deleted?: boolean;
    }[];
  }
  const ask = (library: Library, syncToken?: string) =>
    library.ask<Changes>("changes/database", { syncToken });
  const names = ({ zones }: Changes) => zones.map(({ zoneID }) => zoneID.zoneName);

  test("names the zones that changed since the token; the token is new every time", async () => {
    const library = aLibrary({ zones: [{ name: "SharedSync-11" }] });
    const first = await ask(library);
    expect(names(first)).toEqual(["PrimarySync", "SharedSync-11"]);
    const second = await ask(library, first.syncToken);
    expect(names(second)).toEqual([]);
    expect(second.syncToken).not.toBe(first.syncToken);
    await library.admin("favorite", { recordName: (await anAsset(library)).recordName });
    expect(names(await ask(library, second.syncToken))).toEqual(["PrimarySync"]);
  });

  test("a removed zone is marked deleted", async () => {
    const library = aLibrary({ zones: [{ name: "SharedSync-11" }] });
    const { syncToken } = await ask(library);
    await library.admin("zone/remove", { zone: "SharedSync-11" });
    const { zones } = await ask(library, syncToken);
    expect(zones).toMatchObject([{ zoneID: { zoneName: "SharedSync-11" }, deleted: true }]);
  });
});

describe("zones/list", () => {
  test("an account without Photos has no zone, no token", async () => {
    const library = aLibrary({ assets: 1 });
    await library.admin("zone/remove", { forget: true });
    expect(await library.ask<object>("zones/list", {})).toEqual({ moreComing: false, zones: [] });
  });

  test("gives the zones of each database with their owners", async () => {
    const zones = [
      { name: "SharedSync-22", database: "shared" },
      { name: "CMM-33" },
      { name: "AppLibrarySync-com.apple.GenerativePlayground-44", isDeleted: true },
    ] as const;
    const library = aLibrary({ assets: 5, zones });
    const own = await library.ask<{ zones: unknown[] }>("zones/list", {});
    expect(own.zones).toMatchObject([
      { zoneID: { zoneName: "PrimarySync" } },
      { zoneID: { zoneName: "CMM-33" } },
      { deleted: true },
    ]);
    const shared = await library.ask<{ zones: [{ zoneID: { ownerRecordName: string } }] }>(
      "zones/list",
      {},
      "shared",
    );
    expect(shared.zones).toHaveLength(1);
    const { zoneID } = shared.zones[0];
    const named = await library.page({ zone: zoneID, database: "shared" });
    expect(named.records).toEqual([]);
    const nameless = await library.page({
      zone: { zoneName: "SharedSync-22" },
      database: "shared",
    });
    expect(nameless.serverErrorCode).toBe("ZONE_NOT_FOUND");
  });
});
