/** Whatever Apple sends, decoding gives sound halves or faults, and never an error. */
import { CHANGES } from "../../src/state/origin.ts";
import { expect, test } from "bun:test";
import fc from "fast-check";
import { decodePage } from "../../src/icloud/photos/records.ts";
import { joinHalves } from "../../src/photos/join.ts";
import type { Page, Resources } from "../../src/photos/page.ts";
import { aPage, ZONE } from "../support/engine/records.ts";
import { TempFolder } from "../support/engine/temp-folder.ts";
import {
  resource,
  text,
  wireAlbum,
  wireAsset,
  wireMaster,
  wireRelation,
} from "../support/engine/wire.ts";
import { Memory } from "../../src/state/memory.ts";
import { openDatabase } from "../../src/state/open.ts";

const SEED = Number(Bun.env.KEI_SEED ?? 20_261_124);
console.log(`KEI_SEED=${SEED} replays the random tests of decoding`);

type Json = unknown;

const RECORDS: readonly Json[] = [
  wireMaster(),
  wireMaster({ resOriginalVidComplRes: resource(), resJPEGThumbRes: resource() }),
  wireAsset(),
  wireAsset({ resJPEGFullRes: resource(), captionEnc: text("SGk="), burstId: text("B") }),
  wireAlbum({ parentId: text("FOLDER") }),
  wireRelation({ containerId: text("ALBUM-1"), itemId: text("ASSET-1") }),
  { recordName: "GONE", recordType: null, deleted: true },
  { recordName: "BUSY", serverErrorCode: "TRY_AGAIN_LATER", reason: "later" },
];

const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(null, undefined, "", 0, -1, 1e308, "9".repeat(400), "-1", "1e5", [], {}),
  fc.constantFrom(Number.MAX_SAFE_INTEGER + 2, -8e15, "\ud800", { value: null }, { value: [] }),
  fc.double(),
);

/** Paths to every place in a value. */
function places(value: Json, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, part]) => places(part, [...path, key]));
  return [path, ...inner];
}

/** The value with one place replaced; an undefined replacement removes it. */
function replaced(value: Json, [key, ...rest]: readonly string[], by: Json): Json {
  if (key === undefined) return by;
  const copy: Record<string, Json> = { ...(value as Record<string, Json>) };
  const part = replaced(copy[key], rest, by);
  if (part === undefined) delete copy[key];
  else copy[key] = part;
  return copy;
}

const mutated = fc.constantFrom(...RECORDS).chain((record) => {
  const place = fc.constantFrom(...places(record));
  return fc
    .array(fc.tuple(place, junk), { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce<Json>(
        (value, [path, by]) => (isReachable(value, path) ? replaced(value, path, by) : value),
        record,
      ),
    );
});

function isReachable(value: Json, path: readonly string[]): boolean {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return false;
    inner = (inner as Record<string, Json>)[key];
  }
  return true;
}

const OPTIONAL = {
  number: (value: unknown) => value === undefined || Number.isFinite(value),
  flag: (value: unknown) => value === undefined || typeof value === "boolean",
  text: (value: unknown) => value === undefined || typeof value === "string",
  nullable: (value: unknown) => value === null || typeof value === "string",
};

function expectResources(resources: Resources): void {
  for (const { checksum, sizeBytes, uti } of Object.values(resources)) {
    expect(checksum).not.toBe("");
    expect(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0).toBe(true);
    expect(typeof uti).toBe("string");
  }
}

function expectSound(page: Page): void {
  for (const half of page.assets) {
    expect(half.id).not.toBe("");
    expect([half.createdMs, half.addedMs, half.timeZoneOffset].every(OPTIONAL.number)).toBe(true);
    expect([half.isFavorite, half.isHidden, half.isDeleted].every(OPTIONAL.flag)).toBe(true);
    expect(OPTIONAL.text(half.burstId) && OPTIONAL.nullable(half.masterId)).toBe(true);
    expectResources(half.resources);
  }
  for (const half of page.masters) {
    expect(half.id).not.toBe("");
    expect(half.name).not.toBe("");
    expect(OPTIONAL.nullable(half.name) && OPTIONAL.nullable(half.itemType)).toBe(true);
    expectResources(half.resources);
  }
  for (const { id, name } of page.albums) expect(id !== "" && OPTIONAL.nullable(name)).toBe(true);
  for (const { albumId, assetId } of page.memberships) {
    expect([typeof albumId, typeof assetId]).toEqual(["string", "string"]);
  }
  for (const { url, expiresMs } of page.urls) {
    expect(typeof url).toBe("string");
    expect(expiresMs === null || typeof expiresMs === "number").toBe(true);
  }
  for (const { record, message } of page.faults) expect(record !== "" && message !== "").toBe(true);
}

test("decodePage() gives sound halves or faults for any mutation of a record", () => {
  fc.assert(
    fc.property(fc.array(mutated, { maxLength: 4 }), junk, (records, token) => {
      const page = decodePage(records, token, () => true);
      expectSound(page);
      for (const asset of page.assets) {
        for (const master of page.masters) {
          const whole = joinHalves("PrimarySync", asset, master);
          expect(Number.isFinite(whole.createdMs) && Number.isFinite(whole.addedMs)).toBe(true);
        }
      }
    }),
    { seed: SEED, numRuns: 3000 },
  );
});

test("decodePage() does not stop at a bad record", () => {
  fc.assert(
    fc.property(fc.array(junk, { maxLength: 5 }), (records) => {
      const page = decodePage([...records, wireAsset(), ...records], "t", () => true);
      expect(page.assets.length).toBeGreaterThanOrEqual(1);
    }),
    { seed: SEED, numRuns: 500 },
  );
});

test("Library.apply() keeps whatever was decoded as it is", () => {
  using folder = new TempFolder();
  const memory = new Memory(openDatabase(folder.at("kei.db")), folder.at("kei.db"));
  const zone = memory.zones.see(ZONE).id;
  fc.assert(
    fc.property(mutated, (record) => {
      const page = decodePage([record], "t", () => true);
      memory.transaction(() => memory.library.apply(zone, { ...aPage(), ...page }, CHANGES, 0));
      for (const half of page.assets.filter(({ masterId }) => masterId !== null)) {
        expect(memory.library.halves(zone, half.id)!.asset).toEqual(half);
      }
    }),
    { seed: SEED, numRuns: 500 },
  );
  memory.close();
});
