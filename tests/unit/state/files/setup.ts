/** Rows of files in a real database, each brought into the state that a test asks for. */
import type { FileState, Final } from "../../../../src/state/files/row.ts";
import { aFinal } from "../../../support/engine/final.ts";
import { ZONE } from "../../../support/engine/records.ts";
import { wantFile } from "../../../support/engine/want-file.ts";
import type { NamedWant } from "../../../support/engine/want-file.ts";
import { World } from "../../../support/engine/world.ts";

export const SCOPE = { zones: [1], cycle: 1, attemptsMax: 9 };

export function aWant(changes: Partial<NamedWant> = {}): NamedWant {
  return {
    zone: 1,
    asset: "A",
    rendition: "original",
    album: "",
    path: "a.jpg",
    pathKey: "A.JPG",
    checksum: "c1",
    sizeBytes: 10,
    createdMs: 1,
    ...changes,
  };
}

/** Bytes of a row, known by a hash that says which content they are of. */
export function finalOf(content: string, changes: Partial<Final> = {}): Final {
  const proof = { kind: "sha256", hash: `sha ${content}` } as const;
  return aFinal({ content, proof, sizeBytes: 9, ...changes });
}

/** A promise for each path, and what brings rows on from there. */
export function setUp(...paths: string[]) {
  const world = new World();
  const { memory } = world;
  memory.zones.see(ZONE);
  for (const path of paths)
    wantFile(memory, aWant({ asset: path, path, pathKey: path.toUpperCase() }));
  const row = (path: string) => memory.files.atKey(path.toUpperCase())!;
  const id = (path: string) => row(path).id;
  const stage = (path: string, changes: Partial<Final> = {}) =>
    memory.haves.stage(id(path), finalOf(row(path).checksum, changes), null);
  const save = (path: string, cycle = 1) =>
    memory.haves.save([{ id: id(path), final: finalOf(row(path).checksum) }], cycle, 77);
  return { world, memory, files: memory.files, row, id, stage, save };
}

/** Brings a fresh promise into a state. */
export const INTO: Readonly<
  Record<FileState, (of: ReturnType<typeof setUp>, path: string) => void>
> = {
  promised: () => undefined,
  doubted: ({ memory, id }, path) => memory.wants.doubt(id(path)),
  outdated: ({ memory, id, save }, path) => {
    save(path);
    memory.wants.wantAgain(id(path), "c2", 20);
  },
  staged: ({ stage }, path) => void stage(path),
  dropped: ({ memory, id, stage }, path) => {
    stage(path);
    memory.wants.leaveOut(id(path));
  },
  saved: ({ save }, path) => save(path),
  "left-out": ({ memory, id, save }, path) => {
    save(path);
    memory.wants.leaveOut(id(path));
  },
};
