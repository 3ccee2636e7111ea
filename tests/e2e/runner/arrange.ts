/** Steps that prepare: the library, the faults, the account, the files of the pretend computer. */
import { Database } from "bun:sqlite";
import {
  cpSync,
  existsSync,
  globSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { readPairs, splitWords, type Step } from "./parse.ts";
import type { World } from "./world.ts";

type Arrangement = (step: Step, world: World) => Promise<unknown> | unknown;

export const ARRANGEMENTS: Readonly<Record<string, Arrangement>> = {
  /** photo IMG_0001.HEIC 2000000 bytes, taken 2024-01-05 */
  photo: addAsset,
  /** live IMG_0001.HEIC 2000000 + 90000 bytes, taken 2024-01-05 */
  live: addAsset,
  /** library ACTION {json} */
  library: ({ rest }, { simulator }) => {
    const [, action = "", wishes = "{}"] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
    return simulator.library(action, JSON.parse(wishes));
  },
  /** folder Family; folder Family in=Home: a folder of albums. */
  folder: ({ rest }, world) => makeAlbum(splitWords(rest), "folder", world),
  /** album Travel IMG_0001.JPG; album Travel in=Family: with these photos in it. */
  album: ({ rest }, world) => makeAlbum(splitWords(rest), "album", world),
  /** put IMG_0001.JPG Travel: into an album; take IMG_0001.JPG Travel: out of it. */
  put: ({ rest }, { simulator }) => changeAlbum("album/add", rest, simulator),
  take: ({ rest }, { simulator }) => changeAlbum("album/remove", rest, simulator),
  /** many 250 albums "Trip $N": a number for $N in each name. */
  many: async ({ rest }, world) => {
    const [count = "", , name = ""] = splitWords(rest);
    for (let number = 1; number <= Number(count); number += 1)
      await makeAlbum([name.replace("$N", String(number))], "album", world);
  },
  /** edit-album create|rename|add|remove|delete ALBUM, and a new name or files */
  "edit-album": editAlbum,
  /** resend master IMG_0001.JPG: this half of a photo comes once more, unchanged. */
  resend: async ({ rest }, { simulator }) => {
    const [half, fileName = ""] = splitWords(rest);
    const { recordName, masterName } = await assetNamed(fileName, simulator);
    const name = half === "master" ? masterName : recordName;
    await simulator.library("patch", { recordName: name, fields: {} });
  },
  /** fault SERVICE cutAfterBytes=1000 file=IMG_0001.HEIC times=2 */
  fault: addFault,
  /** spoil IMG_0001.JPG INTERNAL_ERROR: Apple sends this error in place of the record. */
  spoil: async ({ rest }, world) => {
    const [fileName = "", code] = splitWords(rest);
    const asset = await assetNamed(fileName, world.simulator);
    world.record = asset.recordName;
    await world.simulator.library("quirks", { recordErrors: { [asset.recordName]: code } });
  },
  /** spoil-master IMG_0001.JPG ACCESS_DENIED: the same for its content record. */
  "spoil-master": async ({ rest }, { simulator }) => {
    const [fileName = "", code = ""] = splitWords(rest);
    const { masterName } = await assetNamed(fileName, simulator);
    await simulator.library("quirks", { recordErrors: { [masterName]: code } });
  },
  /** spoil-album Sea ACCESS_DENIED: the same for an album that edit-album made. */
  "spoil-album": async ({ rest }, world) => {
    const [name = "", code = ""] = splitWords(rest);
    world.record = world.albums.get(name)!;
    await world.simulator.library("quirks", { recordErrors: { [world.record]: code } });
  },
  /** unaddressed IMG_0001.JPG: its master comes without a download address. */
  unaddressed: async ({ rest }, { simulator }) => {
    const { masterName } = await assetNamed(rest, simulator);
    await simulator.library("quirks", { missingDownloadUrl: [masterName] });
  },
  /** lost IMG_0001.JPG: the content host does not know its bytes any more. */
  lost: async ({ rest }, { simulator }) => {
    const { renditions } = await assetNamed(rest, simulator);
    const goneContent = renditions.map(({ fileChecksum }) => fileChecksum);
    await simulator.library("quirks", { goneContent });
  },
  repaired: (_, { simulator }) => simulator.clearFaults(),
  account: ({ rest }, { simulator }) => simulator.admin("POST", "account", JSON.parse(rest)),
  /** clock +2h */
  clock: ({ rest }, { simulator }) =>
    simulator.admin("POST", "clock", { advanceMs: Number.parseFloat(rest) * 3_600_000 }),
  "signed-out": (_, world) => (world.isSignedIn = true),
  "forget-sessions": (_, { simulator }) => simulator.admin("POST", "reset-sessions", {}),
  unchecked: (_, world) => (world.isUnchecked = true),
  stdin: ({ rest }, world) => (world.stdin = `${rest}\n`),
  /** env NAME=value; env NAME takes it away. */
  env: ({ rest }, world) => {
    const [, name = "", isSet, value = ""] = /^(\w+)(=?)(.*)$/.exec(rest) ?? [];
    if (isSet) world.env[name] = world.fill(value);
    else delete world.env[name];
  },
  /** file photos/2024/note.txt text */
  file: plantFile,
  copy: ({ rest }, world) => {
    const [from = "", to = ""] = splitWords(rest);
    cpSync(world.path(from), world.path(to), { recursive: true });
  },
  /** decompose photos/Grün.JPG: its letters and accents apart, as a Mac once wrote names. */
  decompose: ({ rest }, world) => {
    const folder = world.path(dirname(rest));
    const [from, to] = [basename(rest).normalize("NFC"), basename(rest).normalize("NFD")];
    renameSync(join(folder, from), join(folder, to));
  },
  /** link photos/2024 elsewhere: a link to what is there, or to a folder that is made. */
  link: ({ rest }, world) => {
    const [from = "", to = ""] = splitWords(rest);
    if (!existsSync(world.path(to))) mkdirSync(world.path(to), { recursive: true });
    mkdirSync(dirname(world.path(from)), { recursive: true });
    symlinkSync(world.path(to), world.path(from));
    world.beside.push(from);
  },
  /** dead photos/link.JPG: a link that leads nowhere. */
  dead: ({ rest }, world) => {
    mkdirSync(dirname(world.path(rest)), { recursive: true });
    symlinkSync("/nonexistent", world.path(rest));
  },
  /** age photos: nothing was written into its folders for an hour. */
  age: ({ rest }, world) => {
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const path of globSync("**/*", { cwd: world.path(rest) }))
      if (lstatSync(world.path(`${rest}/${path}`)).isDirectory())
        utimesSync(world.path(`${rest}/${path}`), hourAgo, hourAgo);
  },
  /** database PRAGMA user_version = 9999 */
  database: ({ rest }, world) => {
    const [name = ""] = globSync("data/*.db", { cwd: world.place.cwd });
    using db = new Database(world.path(name));
    db.run(rest);
  },
  /** damage photos/*.kei-tmp: one wrong bit at the beginning. */
  damage: ({ rest }, world) => {
    for (const path of globSync(rest, { cwd: world.place.cwd })) {
      const bytes = readFileSync(world.path(path));
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      writeFileSync(world.path(path), bytes);
    }
  },
  /** remove data/*.db* */
  remove: ({ rest }, world) => {
    for (const path of globSync(rest, { cwd: world.place.cwd })) {
      rmSync(world.path(path), { recursive: true });
    }
  },
};

async function editAlbum({ rest }: Step, { simulator, albums }: World): Promise<void> {
  const [deed = "", name = "", ...others] = splitWords(rest);
  if (deed === "create") {
    const made = (await simulator.library("album/create", { name })) as { recordNames: string[] };
    albums.set(name, made.recordNames[0]!);
    return;
  }
  const album = albums.get(name);
  if (!album) throw new Error(`There is no album "${name}"`);
  if (deed === "rename") {
    albums.set(others[0]!, album);
    return void (await simulator.library("album/rename", { album, name: others[0] }));
  }
  const assets = await Promise.all(others.map((file) => assetNamed(file, simulator)));
  const recordNames = assets.map(({ recordName }) => recordName);
  await simulator.library(`album/${deed}`, { album, recordNames });
}

const KINDS: Readonly<Record<string, string>> = {
  HEIC: "heic",
  JPG: "jpeg",
  PNG: "screenshot",
  GIF: "gif",
  DNG: "raw",
  MOV: "mov",
  MP4: "mp4",
};

function addAsset({ word, rest }: Step, { simulator }: World): Promise<unknown> {
  const match = /^(\S+) (?:(\d+) (?:\+ (\d+) )?bytes, )?taken (\S+)$/.exec(rest);
  if (!match) throw new Error(`Cannot read "${word} ${rest}"`);
  const [, name = "", bytes = "0", liveBytes = "0", date] = match;
  const kind = KINDS[name.split(".").pop()?.toUpperCase() ?? ""] ?? "jpeg";
  const asset = {
    ...{ name, date: `${date}T12:00:00Z`, kind: word === "live" ? `${kind}-live` : kind },
    ...{ bytes: Number(bytes), liveBytes: Number(liveBytes) },
  };
  return simulator.library("add", { assets: [asset] });
}

async function makeAlbum(words: string[], type: string, { simulator }: World): Promise<void> {
  const [name = "", ...others] = words;
  const inside = others.find((word) => word.startsWith("in="))?.slice("in=".length);
  const parentId = inside === undefined ? "" : await albumNamed(inside, simulator);
  const created = await simulator.library("album/create", { name, type, parentId });
  const [album] = (created as { recordNames: string[] }).recordNames;
  const photos = others.filter((word) => !word.startsWith("in="));
  if (photos.length === 0) return;
  const recordNames = await Promise.all(
    photos.map(async (photo) => (await assetNamed(photo, simulator)).recordName),
  );
  await simulator.library("album/add", { album, recordNames });
}

async function changeAlbum(
  action: string,
  rest: string,
  simulator: World["simulator"],
): Promise<void> {
  const [fileName = "", name = ""] = splitWords(rest);
  const album = await albumNamed(name, simulator);
  const { recordName } = await assetNamed(fileName, simulator);
  await simulator.library(action, { album, recordNames: [recordName] });
}

async function albumNamed(name: string, simulator: World["simulator"]): Promise<string> {
  const { zones } = (await simulator.admin("GET", "library/summary")) as {
    zones: { albums: { recordName: string; albumName: string }[] }[];
  };
  const album = zones[0]?.albums.find(({ albumName }) => albumName === name);
  if (album) return album.recordName;
  throw new Error(`There is no album ${name} in the library`);
}

/** Parts of a rule and of its match; everything else is what the fault does. */
const RULE_PARTS = new Set(["after", "times"]);
const MATCH_PARTS = new Set(["path", "query", "method"]);

async function addFault({ rest }: Step, { simulator }: World): Promise<void> {
  const [service = "", ...words] = splitWords(rest);
  const { file, asking, ...pairs } = readPairs(words);
  const pick = (isIn: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(pairs).filter(([name]) => isIn(name)));
  const match = { service, ...pick((name) => MATCH_PARTS.has(name)) };
  // "body" is what a fault answers; "asking" is what the request says.
  if (asking) Object.assign(match, { body: asking });
  if (file) Object.assign(match, { path: await addressOf(String(file), simulator) });
  const action = pick((name) => !RULE_PARTS.has(name) && !MATCH_PARTS.has(name));
  await simulator.fault({ ...pick((name) => RULE_PARTS.has(name)), match, action });
}

/** The part of a download's path that names a file's content. */
async function addressOf(fileName: string, simulator: World["simulator"]): Promise<string> {
  const { renditions } = await assetNamed(fileName, simulator);
  const checksum = renditions.find(({ key }) => key === "original")?.fileChecksum ?? "";
  return checksum.replaceAll("+", "-").replaceAll("/", "_");
}

async function assetNamed(fileName: string, simulator: World["simulator"]) {
  const asset = (await simulator.manifest()).find((one) => one.fileName === fileName);
  if (asset) return asset;
  throw new Error(`There is no ${fileName} in the library`);
}

function plantFile({ rest, block }: Step, world: World): void {
  const [, name = "", text = ""] = /^(\S+)\s*(.*)$/.exec(rest) ?? [];
  mkdirSync(dirname(world.path(name)), { recursive: true });
  writeFileSync(world.path(name), [text, ...block].join("\n"));
  if (name.startsWith("photos/")) world.strangers.push(name.slice("photos/".length));
  else world.beside.push(name);
}
