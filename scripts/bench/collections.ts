/**
 * What it costs to list one album more: `bun scripts/bench/collections.ts [ALBUMS] [ASSETS ...]`.
 *
 * Lists many albums of a library that is known already, from the sources and without a network, once for each size of
 * library. The figures should be alike: listing an album is to depend on the album alone.
 */
import { CHANGES } from "../../src/state/origin.ts";
import type { ListingPage } from "../../src/photos/page.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anAsset, aMaster, aPage, ZONE } from "../../tests/support/engine/records.ts";
import { World } from "../../tests/support/engine/world.ts";
import { Memory } from "../../src/state/memory.ts";
import { openDatabase } from "../../src/state/open.ts";
import { decideOnly } from "../../src/sync/cycle.ts";
import { DEFAULT_SYNC } from "../../src/sync/options.ts";
import type { Source } from "../../src/sync/ports.ts";

const [MEMBERS, PAGE_ASSETS] = [100, 66];
const [albumsGiven = "300", ...sizesGiven] = process.argv.slice(2);
const albums = Number(albumsGiven);
const sizes = sizesGiven.length > 0 ? sizesGiven.map(Number) : [3_000, 30_000, 300_000];

for (const assets of sizes) {
  const ms = await measure(assets);
  console.log(
    `${assets.toLocaleString("en")} assets, ${albums} albums of ${MEMBERS}: ${(ms / albums).toFixed(1)} ms an album`,
  );
}

async function measure(assets: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "kei-bench-"));
  using world = new World();
  const path = join(folder, "kei.db");
  const memory = new Memory(openDatabase(path), path);
  try {
    fill(memory, assets);
    const source = sourceOf(assets);
    const selection = { ...DEFAULT_SYNC.selection, albums: ["all"] };
    const options = { ...DEFAULT_SYNC, selection };
    const startedMs = performance.now();
    await decideOnly(world.door({ memory, source, options }));
    return performance.now() - startedMs;
  } finally {
    memory.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fill(memory: Memory, assets: number): void {
  const { library } = memory;
  const zone = memory.zones.see(ZONE).id;
  memory.transaction(() => {
    for (let at = 0; at < assets; at += 1) library.apply(zone, pageOf([at]), CHANGES, 0);
    memory.zones.setToken(zone, "token");
  });
}

/** Every album holds other photos, spread over the library. */
function sourceOf(assets: number): Source {
  const members = (album: string) =>
    Array.from({ length: MEMBERS }, (_, at) => (Number(album) * MEMBERS + at * 7919) % assets);
  const titles = Array.from({ length: albums }, (_, at) => String(at));
  return {
    changedZones: async () => ({ token: "token", zones: [] }),
    isIndexed: async () => true,
    count: async () => MEMBERS,
    albums: async () => ({
      albums: titles.map((id) => ({
        id,
        name: `Album ${id}`,
        kind: "album",
        parentId: null,
        isDeleted: false,
      })),
      faults: [],
      token: "token",
    }),
    listing: async (_zone, collection, rank): Promise<ListingPage> => {
      const album = collection.kind === "album" ? collection.id : "0";
      const numbers = members(album).slice(rank, rank + PAGE_ASSETS);
      const memberships = numbers.map((at) => ({ albumId: album, assetId: `A${at}` }));
      return { ...pageOf(numbers), memberships, isFull: numbers.length === PAGE_ASSETS };
    },
    changes: async () => ({ ...aPage({ token: "token" }), moreComing: false }),
    lookup: async () => aPage({ token: "token" }),
  };
}

function pageOf(numbers: readonly number[]) {
  return aPage({
    masters: numbers.map((at) => aMaster({ id: `M${at}` })),
    assets: numbers.map((at) => anAsset({ id: `A${at}`, masterId: `M${at}` })),
    token: "token",
  });
}
