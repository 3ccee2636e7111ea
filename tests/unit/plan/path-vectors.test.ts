/** Worked examples of settings, library and disk, with the files that must come out. */
import { expect, test } from "bun:test";
import type { Asset, Rendition, Resource } from "../../../src/photos/asset.ts";
import { chooseRenditions } from "../../../src/plan/renditions.ts";
import { planFiles } from "../../../src/plan/plan-files.ts";
import type { LiveSize, PlanRules, PrimarySize } from "../../../src/plan/rules.ts";
import { VERSIONS, vectors } from "../../support/path-vectors.ts";
import type { Vector, VectorAsset, Version } from "../../support/path-vectors.ts";
import { NameMap, someRules } from "./setup.ts";

test("there are 88 vectors", () => {
  expect(vectors).toHaveLength(88);
});

test.each(vectors.map((vector) => [vector.id, vector.desc, vector] as const))(
  "planFiles() %s: %s",
  (_id, _desc, vector) => {
    expect(downloads(vector)).toEqual(vector.build.map((files) => [...files]));
  },
);

/** What would be fetched: the planned files that are not on disk with their size. */
function downloads(vector: Vector): [Version, string][][] {
  const rules = rulesOf(vector);
  const taken = new NameMap(vector.disk);
  return vector.assets.map((row, index) => {
    const asset = assetOf(row, index);
    const album = vector.cfg.album ?? "";
    const files = planFiles({ asset, album, rules, known: [], taken });
    const missing = files.filter(({ path, sizeBytes }) => vector.disk[path] !== sizeBytes);
    taken.claim(files);
    return missing.map((file) => [versionOf(asset, rules, file.key.rendition), file.path]);
  });
}

// The vectors call a rendition by the size it serves as.
function versionOf(asset: Asset, rules: PlanRules, rendition: Rendition): Version {
  const { primaries } = chooseRenditions(asset, rules);
  const served = primaries.find((choice) => choice.rendition === rendition)?.size ?? rendition;
  return Object.entries(VERSIONS).find(([, name]) => name === served)![0] as Version;
}

function rulesOf({ tz, cfg }: Vector): PlanRules {
  return someRules({
    timeZone: tz,
    folderStructure: cfg.fs ?? "%Y/%m/%d",
    sizes: [VERSIONS[cfg.size ?? "O"] as PrimarySize],
    liveSize: VERSIONS[cfg.lps ?? "LO"].slice("live_".length) as LiveSize,
    liveMode: cfg.lpm ?? "both",
    forceSize: cfg.force === 1,
    alignRaw: cfg.raw ?? "as-is",
    matchPolicy: cfg.id7 === 1 ? "name-id7" : "name-size-dedup-with-suffix",
    movPolicy: cfg.movorig === 1 ? "original" : "suffix",
    keepUnicode: cfg.uni === 1,
  });
}

function assetOf(row: VectorAsset, index: number): Asset {
  const renditions: Partial<Record<Rendition, Resource>> = {};
  for (const { version, uti, sizeBytes } of row.resources) {
    renditions[VERSIONS[version]] = { checksum: `${row.id} ${version}`, uti, sizeBytes };
  }
  return {
    zone: "PrimarySync",
    id: `ASSET-${index}`,
    masterId: row.id,
    name: row.name,
    kind: row.kind,
    createdMs: row.date,
    addedMs: row.date,
    timeZoneOffset: null,
    isFavorite: false,
    isHidden: false,
    isDeleted: false,
    renditions,
  };
}
