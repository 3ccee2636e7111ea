import type { CycleDoor } from "../../../src/sync/cycle-door.ts";

type Folder = CycleDoor["destination"];

/** The same folder, except for some deeds. */
export function withDeeds(destination: Folder, changes: Partial<Folder>): Folder {
  return {
    look: (path) => destination.look(path),
    digest: (path, kinds, signal) => destination.digest(path, kinds, signal),
    drafts: destination.drafts,
    openPart: (path, checksum, size) => destination.openPart(path, checksum, size),
    removePart: (path, checksum) => destination.removePart(path, checksum),
    install: (installations) => destination.install(installations),
    copyToPart: (from, path, checksum, signal) =>
      destination.copyToPart(from, path, checksum, signal),
    keep: (paths) => destination.keep(paths),
    link: (from, to, how) => destination.link(from, to, how),
    move: (from, path, signal) => destination.move(from, path, signal),
    finishMove: (from, path, proof, signal) => destination.finishMove(from, path, proof, signal),
    relink: (path, from, to) => destination.relink(path, from, to),
    removeEmptied: (folder) => destination.removeEmptied(folder),
    ...changes,
  };
}
