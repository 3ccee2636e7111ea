/** album/create, rename, delete, add, remove. */
import { relate } from "../library/albums.ts";
import { change, deleteAlbum } from "../library/changes.ts";
import { uuid } from "../library/random.ts";
import type { Album, LibraryRecord } from "../library/records.ts";
import type { Action } from "./admin.ts";
import { AdminError, type Input } from "./input.ts";

export const albumActions: Readonly<Record<string, Action>> = {
  /** {name, parentId, type: "album" | "folder"}. */
  "album/create": (input) => changed(input, newAlbum(input)),

  /** {album, name}. */
  "album/rename": (input) => {
    const album = input.album();
    album.albumName = input.text("name");
    return changed(input, album);
  },

  "album/delete": (input) => ({
    recordNames: deleteAlbum(input.zone(), input.library.clock.now(), input.album()),
  }),

  /** {album, recordNames}: the album and one relation for each asset. */
  "album/add": (input) => {
    const album = input.album();
    const added = input.assets().map((asset, place) => relate(asset, album.name, place * 1024));
    return changed(input, album, ...added);
  },

  /** {album, recordNames}: the album and a tombstone for each relation. */
  "album/remove": (input) => {
    const album = input.album();
    const removed = input.assets().map(({ name }) => input.record(`${name}-IN-${album.name}`));
    for (const relation of removed) relation.isGone = true;
    return changed(input, album, ...removed);
  },
};

function newAlbum(input: Input): Album {
  const { library } = input;
  const nowMs = library.clock.now();
  const type = input.text("type", "album");
  if (type !== "album" && type !== "folder") {
    throw new AdminError(`Cannot use type "${type}", want album or folder`);
  }
  return {
    type: "CPLAlbum",
    name: uuid(library.seed + 81, library.nextContentNumber()),
    seq: 0,
    createdMs: nowMs,
    modifiedMs: nowMs,
    isGone: false,
    albumName: input.text("name"),
    albumType: type === "folder" ? 3 : 0,
    parentId: input.text("parentId", "") || null,
    position: library.nextContentNumber(),
    trash: null,
  };
}

function changed(input: Input, ...records: LibraryRecord[]) {
  return { recordNames: change(input.zone(), input.library.clock.now(), ...records) };
}
