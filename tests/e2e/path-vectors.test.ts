/**
 * The worked examples through the executable: the simulated library holds the assets, the folder the files, and
 * `--only-print-filenames` says what would be downloaded.
 *
 * Each example has a library of its own in one account, for they use the same names over and over. Those with albums
 * share the main library, the only one with albums.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { environmentOf, kei, placeIn, type Place } from "../support/kei.ts";
import { VERSIONS, vectors } from "../support/path-vectors.ts";
import type { Vector, VectorAsset, Version } from "../support/path-vectors.ts";
import { signIn } from "../support/signed-in.ts";
import { startSimulator, type RunningSimulator } from "../support/simulator.ts";
import { Slots } from "../support/slots.ts";
import { tempFolder } from "../support/temp-folder.ts";

const TIMEOUT_MS = 120_000;

// Where each version is, in the content record's fields or the asset's.
const IMAGE_FIELDS: Readonly<Record<Version, string>> = {
  ...{
    O: "resOriginal",
    A: "resOriginalAlt",
    M: "resJPEGMed",
    T: "resJPEGThumb",
    J: "resJPEGFull",
  },
  ...{ LO: "resOriginalVidCompl", LM: "resVidMed", LT: "resVidSmall", LA: "resVidFull" },
};
const MOVIE_FIELDS: Readonly<Partial<Record<Version, string>>> = {
  ...{ O: "resOriginal", M: "resVidMed", T: "resVidSmall", J: "resVidFull" },
};
const OF_THE_ASSET = ["resJPEGFull", "resVidFull"];

let simulator: RunningSimulator;
let place: Place;
const folder = tempFolder();
const slots = new Slots(4);

beforeAll(async () => {
  simulator = await startSimulator(["--assets", "0"]);
  place = placeIn(folder.path);
  await signIn(place, simulator);
  for (const vector of vectors) await addToLibrary(vector);
}, TIMEOUT_MS);

afterAll(async () => {
  await simulator[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

for (const vector of vectors) {
  test.concurrent(
    `${vector.id}: ${vector.desc}`,
    () => slots.run(() => expectPaths(vector)),
    TIMEOUT_MS,
  );
}

async function expectPaths(vector: Vector): Promise<void> {
  const [data, photos] = [`${place.data}-${vector.id}`, join(place.cwd, vector.id)];
  cpSync(place.data, data, { recursive: true });
  for (const [path, sizeBytes] of Object.entries(vector.disk)) {
    mkdirSync(dirname(join(photos, path)), { recursive: true });
    writeFileSync(join(photos, path), new Uint8Array(sizeBytes));
  }
  const args = ["sync", "-d", photos, "--only-print-filenames", ...flagsOf(vector)];
  const env = { ...environmentOf(place, simulator), KEI_DATA_DIR: data, TZ: vector.tz };
  const { code, stdout, stderr } = await kei(args, { cwd: place.cwd, env });
  expect([code, code === 0 ? "" : stderr]).toEqual([0, ""]);
  const printed = stdout.split("\n").filter((line) => line !== "");
  const wanted = vector.build.flat().map(([, path]) => join(photos, path));
  expect(printed.sort()).toEqual(wanted.sort());
}

function flagsOf({ id, cfg }: Vector): string[] {
  return [
    ...(isAboutAlbums(id) ? albumFlags(id, cfg.album) : ["--library", libraryOf(id)]),
    ...(cfg.fs ? ["--folder-structure", cfg.fs] : []),
    ...(cfg.size ? ["--size", VERSIONS[cfg.size]] : []),
    ...(cfg.lps ? ["--live-photo-size", VERSIONS[cfg.lps].slice("live_".length)] : []),
    ...(cfg.lpm ? ["--live-photo-mode", cfg.lpm] : []),
    ...(cfg.raw ? ["--align-raw", cfg.raw] : []),
    ...(cfg.force ? ["--force-size"] : []),
    ...(cfg.id7 ? ["--file-match-policy", "name-id7"] : []),
    ...(cfg.uni ? ["--keep-unicode-in-filenames"] : []),
    ...(cfg.movorig ? ["--live-photo-mov-filename-policy", "original"] : []),
  ];
}

function isAboutAlbums(id: string): boolean {
  return vectors.some((one) => one.id === id && one.cfg.fs?.includes("{album}"));
}

// An asset in no album is selected by leaving out all albums there are.
function albumFlags(id: string, album: string | undefined): string[] {
  if (album) return ["-a", album];
  const others = vectors.flatMap((one) => (one.id !== id && one.cfg.album) || []);
  return others.flatMap((name) => ["--exclude-album", name]);
}

function libraryOf(id: string): string {
  return `SharedSync-${id}`;
}

async function addToLibrary({ id, cfg, assets }: Vector): Promise<void> {
  const zone = isAboutAlbums(id) ? "PrimarySync" : libraryOf(id);
  if (!isAboutAlbums(id)) await simulator.library("zone/add", { name: zone, database: "shared" });
  // The examples tell the order in which assets arrive; of one date, the last one added is listed first.
  for (const asset of assets.toReversed()) {
    const name = await addAsset(zone, asset, isAboutAlbums(id));
    if (!cfg.album) continue;
    const created = await simulator.library("album/create", { zone, name: cfg.album });
    const [album] = (created as { recordNames: string[] }).recordNames;
    await simulator.library("album/add", { zone, album, recordNames: [name] });
  }
}

async function addAsset(zone: string, asset: VectorAsset, isShared: boolean): Promise<string> {
  const wish = {
    kind: asset.kind === "movie" ? "mov" : "jpeg-plain",
    ...(asset.name === null ? { nameForm: "missing" } : { name: asset.name }),
    // In the library they share, the examples with albums cannot all have the one master of that id.
    ...(isShared ? {} : { masterName: asset.id }),
  };
  const answer = await simulator.library("add", { zone, assets: [wish] });
  const [{ recordName, masterName }] = (answer as { assets: [Named] }).assets;
  const { master, own } = fieldsOf(asset);
  await simulator.library("patch", { zone, recordName: masterName, fields: master });
  await simulator.library("patch", { zone, recordName, fields: own });
  return recordName;
}

interface Named {
  readonly recordName: string;
  readonly masterName: string;
}

type Fields = Record<string, unknown>;

/** What the records must say in place of what the simulator made up. */
function fieldsOf({ id, kind, date, resources }: VectorAsset): { master: Fields; own: Fields } {
  const names = kind === "movie" ? MOVIE_FIELDS : IMAGE_FIELDS;
  const master: Fields = { itemType: { value: resources[0]?.uti } };
  const own: Fields = { assetDate: { value: date, type: "TIMESTAMP" } };
  for (const name of new Set(Object.values(IMAGE_FIELDS))) {
    master[`${name}Res`] = null;
    master[`${name}FileType`] = null;
  }
  for (const { version, uti, sizeBytes: size } of resources) {
    const name = names[version]!;
    const fields = OF_THE_ASSET.includes(name) ? own : master;
    const downloadURL = "https://cvws.icloud-content.com/B/example/${f}";
    // Of no form that could be computed: in the examples, a file of equal size is the same file.
    const value = { size, downloadURL, fileChecksum: `of no known form: ${id} ${version}` };
    fields[`${name}Res`] = { "=": { value, type: "ASSETID" } };
    fields[`${name}FileType`] = { "=": { value: uti, type: "STRING" } };
  }
  return { master, own };
}
