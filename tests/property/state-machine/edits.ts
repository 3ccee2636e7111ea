/** What people do to their photos, through the control desk of the simulated Apple. */
import { PRIMARY } from "./library.ts";
import type { Photo, RemoteLibrary } from "./library.ts";
import { chosen } from "./steps.ts";
import type { StepKind } from "./steps.ts";

const KINDS = ["jpeg", "heic", "screenshot", "mov", "jpeg-raw", "gif"] as const;
const LIVE_KINDS = ["heic-live", "jpeg-live"] as const;
const TITLES = ["Trip", "Pets", "Zoo"] as const;
/** Photos that come at once, and albums that are made at once. */
const [PHOTOS_MANY, ALBUMS_MANY] = [300, 12];

/** Kinds of step that are edits of photos that exist; the words are the desk's own. */
const PLAIN = {
  edit: "edit",
  revert: "edit",
  "replace-bytes": "replace-bytes",
  "replace-master": "replace-bytes",
  duplicate: "duplicate",
  favorite: "favorite",
  caption: "caption",
  date: "date",
  hide: "hide",
  unhide: "unhide",
  trash: "trash",
  restore: "restore",
  purge: "purge",
} as const;

type PlainKind = keyof typeof PLAIN;

export async function editLibrary(
  library: RemoteLibrary,
  kind: StepKind,
  pick: number,
  detail: number,
): Promise<void> {
  switch (kind) {
    case "add":
    case "add-live":
      return add(library, kind === "add" ? KINDS : LIVE_KINDS, pick, detail);
    case "add-many":
      return addMany(library, pick, detail);
    case "album-many":
      return fileMany(library, pick, detail);
    case "new-epoch":
    case "skip":
      return void (await library.change(kind, { zone: PRIMARY, numbers: 1 + (detail % 900) }));
    case "album-create":
      return void (await library.change("album/create", { name: chosen(TITLES, detail) }));
    case "album-rename":
    case "album-delete":
    case "album-add":
    case "album-remove":
      return editAlbum(library, kind, pick, detail);
    default:
      return editPhoto(library, kind as PlainKind, pick, detail);
  }
}

async function add(
  library: RemoteLibrary,
  kinds: readonly string[],
  pick: number,
  detail: number,
): Promise<void> {
  const zone = pick % 6 === 0 ? "shared" : "own";
  const asset = {
    kind: chosen(kinds, detail),
    // Few names and few days: they collide.
    ...(detail % 3 === 0
      ? {}
      : { name: `IMG_${1000 + (pick % 4)}.${detail % 2 ? "JPG" : "HEIC"}` }),
    date: dateOf(pick, detail),
  };
  await library.change("add", { ...zoneOf(library, zone), assets: [asset] });
}

async function addMany(library: RemoteLibrary, pick: number, detail: number): Promise<void> {
  const assets = Array.from({ length: PHOTOS_MANY }, (_, at) => ({
    kind: "jpeg",
    name: `IMG_${1000 + ((pick + at) % 40)}.JPG`,
    date: dateOf(pick + at, detail + at),
  }));
  await library.change("add", { assets });
}

// Albums of many names, each with some of the photos, so that most photos are in several.
async function fileMany(library: RemoteLibrary, pick: number, detail: number): Promise<void> {
  const own = library.photos.filter(({ zone, deleted }) => zone === PRIMARY && !deleted);
  for (let at = 0; at < ALBUMS_MANY; at += 1) {
    const name = `Album ${(pick + at) % 40}`;
    if (library.albums.some(({ title }) => title === name)) continue;
    await library.change("album/create", { name });
    const album = library.albums.find(({ title }) => title === name)?.recordName;
    const members = own.filter((_, index) => (index * 7 + detail) % (2 + at) === 0);
    const recordNames = members.map(({ recordName }) => recordName);
    if (recordNames.length > 0) await library.change("album/add", { album, recordNames });
  }
}

function dateOf(pick: number, detail: number): number {
  return Date.UTC(2020, pick % 3, 1 + (detail % 3), 12, 0, detail % 60, pick % 1000);
}

function zoneOf(library: RemoteLibrary, which: "shared" | "own"): object {
  const shared = library.photos.find(({ zone }) => zone !== PRIMARY)?.zone;
  return which === "shared" && shared ? { zone: shared } : {};
}

async function editPhoto(
  library: RemoteLibrary,
  kind: PlainKind,
  pick: number,
  detail: number,
): Promise<void> {
  const photo = chosen(
    library.photos.filter((one) => isFor(kind, one, library)),
    pick,
  );
  if (!photo) return;
  const { recordName, zone } = photo;
  await library.change(PLAIN[kind], { recordName, zone, ...detailsOf(kind, pick, detail) });
}

function isFor(kind: PlainKind, photo: Photo, { photos }: RemoteLibrary): boolean {
  const { hidden, deleted, masterName } = photo;
  // The simulated Apple forgets the old content, even when a duplicate still uses it.
  const isShared = photos.some((one) => one !== photo && one.masterName === masterName);
  if (kind === "replace-master" && isShared) return false;
  if (kind === "restore") return deleted;
  if (kind === "unhide") return hidden;
  return kind === "purge" || !deleted;
}

function detailsOf(kind: PlainKind, pick: number, detail: number): object {
  switch (kind) {
    case "revert":
      return { revert: true };
    case "edit":
      return { slowMotion: detail % 7 === 0 };
    case "replace-master":
      return { newMaster: true };
    case "favorite":
      return { value: detail % 2 === 0 };
    case "caption":
      return { caption: `caption ${detail}` };
    case "date":
      return { date: dateOf(pick, detail) };
    case "trash":
      return { lagging: detail % 3 === 0 };
    case "restore":
      return { staleMaster: detail % 3 === 0 };
    default:
      return {};
  }
}

async function editAlbum(
  library: RemoteLibrary,
  kind: "album-rename" | "album-delete" | "album-add" | "album-remove",
  pick: number,
  detail: number,
): Promise<void> {
  // In folders, a title that stands at the root as well would mean the other album.
  const albums = library.albums.filter(({ isNested }) => kind !== "album-rename" || !isNested);
  const album = chosen(albums, pick)?.recordName;
  if (album === undefined) return;
  const own = library.photos.filter(({ zone, deleted }) => zone === PRIMARY && !deleted);
  const isIn = ({ albums }: Photo) => albums.includes(album);
  switch (kind) {
    case "album-rename":
      return void (await library.change("album/rename", { album, name: chosen(TITLES, detail) }));
    case "album-delete":
      return void (await library.change("album/delete", { album }));
    default: {
      const isAdding = kind === "album-add";
      const photo = chosen(
        own.filter((one) => isIn(one) !== isAdding),
        detail,
      );
      if (!photo) return;
      const body = { album, recordNames: [photo.recordName] };
      await library.change(isAdding ? "album/add" : "album/remove", body);
    }
  }
}
