import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { gzipBomb } from "../../simulator/bomb.ts";
import { HOSTILITY_NAMES, hostilePhotos } from "../../simulator/hostile.ts";
import type { Quirks } from "../../simulator/photos/quirks.ts";
import { withSimulator } from "../simulator-account/client.ts";
import { aLibrary, ofType, type Page } from "./harness.ts";

const ROOT = "----Root-Folder----";

const hostile = (quirks: Partial<Quirks>) => aLibrary({ assets: 30, quirks });

test("endless pages bring the library again and again, each time under new names", async () => {
  const library = hostile({ endlessPages: true });
  const names = new Set<string>();
  for (const startRank of [0, 100, 200, 100_000]) {
    const page = await library.page({ startRank });
    const assets = ofType(page.records, "CPLAsset");
    expect(assets).toHaveLength(100);
    expect(page.continuationMarker).toBeString();
    for (const { recordName } of assets) names.add(recordName);
  }
  expect(names.size).toBe(400);
});

test("endless changes move on and promise more", async () => {
  const library = hostile({ endlessChanges: true });
  let { syncToken = "" } = await library.page({});
  const tokens = new Set<string>();
  for (let count = 0; count < 20; count += 1) {
    const page = await library.feed(syncToken);
    expect(page.moreComing).toBe(true);
    syncToken = page.syncToken;
    tokens.add(syncToken);
  }
  expect(tokens.size).toBe(20);
});

test("endless zones are new ones every time", async () => {
  const library = hostile({ endlessZones: true });
  const answers = [];
  for (let count = 0; count < 3; count += 1) {
    answers.push(await library.ask<object>("changes/database", {}));
  }
  expect(answers).toMatchObject([1, 2, 3].map(() => ({ moreComing: true })));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(3);
});

test("endless albums are a folder in every folder, and a loop of markers never leaves its page", async () => {
  const albums = (library: ReturnType<typeof aLibrary>, parentId: string, marker?: string) =>
    library.page({ type: "CPLAlbumByPositionLive", filters: { parentId }, marker });
  const deep = hostile({ endlessAlbums: true });
  let folder = ROOT;
  for (let depth = 0; depth < 5; depth += 1) {
    folder = (await albums(deep, folder)).records.at(-1)!.recordName;
  }
  expect(folder).not.toBe(ROOT);
  const loop = hostile({ markerLoop: true });
  const list = (marker?: string): Promise<Page> =>
    loop.page({ type: "CPLAlbumByPositionLive", marker });
  const [first, second] = [await list(), await list((await list()).continuationMarker)];
  expect(second.continuationMarker).toBeString();
  expect(second.continuationMarker).not.toBe(first.continuationMarker);
  expect((await list(second.continuationMarker)).continuationMarker).toBe(first.continuationMarker);
});

test("zones of strangers are named like one's own, and answer to their owners", async () => {
  const library = aLibrary({ assets: 5, ...hostilePhotos(["foreign-zones"]) });
  const { zones } = await library.ask<{ zones: { zoneID: { zoneName: string } }[] }>(
    "changes/database",
    {},
    "shared",
  );
  expect(
    zones.map(({ zoneID }) => zoneID.zoneName).filter((name) => name === "PrimarySync"),
  ).toEqual(["PrimarySync"]);
  expect(zones).toHaveLength(3);
  const pages = await Promise.all(
    zones.map(({ zoneID }) => library.page({ zone: zoneID, database: "shared" })),
  );
  const names = pages.map(({ records }) => JSON.stringify(ofType(records, "CPLAsset")));
  expect(new Set(names).size).toBe(3);
});

test("gzipBomb() is correct to its last byte", () => {
  const bomb = gzipBomb(50_000_000);
  expect(bomb.length).toBeLessThan(100_000);
  const text = gunzipSync(bomb);
  expect(text.length).toBeGreaterThanOrEqual(50_000_000);
  expect(text.every((byte) => byte === 32)).toBe(true);
});

test("every hostility can be asked for and lifted again", () =>
  withSimulator({ assets: 3, hostile: HOSTILITY_NAMES }, async (client) => {
    const address = `${client.url}/__admin/faults`;
    const names = async () =>
      ((await (await fetch(address)).json()) as { name: string }[]).map(({ name }) => name);
    expect(await names()).toEqual(["gzip-bomb", "endless-body", "slow-drip"]);
    await fetch(address, { method: "DELETE" });
    expect(await names()).toEqual([]);
  }));

test("a bomb is sent as one, and an endless body goes on until the client leaves", async () => {
  await withSimulator({ assets: 3, hostile: ["gzip-bomb"] }, async (client) => {
    const response = await fetch(`${client.url}/database/1/com.apple.photos.cloud/production/x`, {
      method: "POST",
      ...({ decompress: false } as object),
    });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect((await response.bytes()).length).toBeLessThan(20_000_000);
  });
  await withSimulator({ assets: 3, hostile: ["endless-body"] }, async (client) => {
    const response = await fetch(`${client.url}/database/1/com.apple.photos.cloud/production/x`, {
      method: "POST",
    });
    let bytes = 0;
    for await (const chunk of response.body!) if ((bytes += chunk.length) > 10_000_000) break;
    expect(bytes).toBeGreaterThan(10_000_000);
  });
});
