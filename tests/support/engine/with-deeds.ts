import type { CycleDoor } from "../../../src/sync/cycle.ts";

type Folder = CycleDoor["destination"];

/** The same folder, except for some deeds. */
export function withDeeds(destination: Folder, changes: Partial<Folder>): Folder {
  return {
    look: (path) => destination.look(path),
    digest: (path, signal) => destination.digest(path, signal),
    openPart: (path, checksum, size) => destination.openPart(path, checksum, size),
    removePart: (path, checksum) => destination.removePart(path, checksum),
    install: (installations) => destination.install(installations),
    copyToPart: (from, path, checksum, signal) =>
      destination.copyToPart(from, path, checksum, signal),
    keep: (paths) => destination.keep(paths),
    link: (from, to, how) => destination.link(from, to, how),
    move: (from, path, signal) => destination.move(from, path, signal),
    finishMove: (from, path, sha256, signal) => destination.finishMove(from, path, sha256, signal),
    relink: (path, from, to) => destination.relink(path, from, to),
    removeEmptied: (folder) => destination.removeEmptied(folder),
    ...changes,
  };
}
