/** Reads the tree of albums and folders, level by level: a level is asked for by its folder, and has pages. */
import { RemoteError } from "../../lib/errors.ts";
import { Series } from "../../lib/series.ts";
import type { AlbumRecord, Page, RecordFault } from "../../photos/page.ts";

export interface AlbumList {
  readonly albums: AlbumRecord[];
  readonly faults: RecordFault[];
  /** The zone's token from before they were read. */
  readonly token: string | null;
}

/** One page of a level; a marker says that more of it follows. */
export type AlbumPage = Pick<Page, "albums" | "faults" | "token"> & {
  readonly marker: string | null;
};

/** Asks for a page of a level: of the top without a folder, of its beginning without a marker. */
export type AskAlbums = (parentId: string | null, marker: string | null) => Promise<AlbumPage>;

const ALBUMS_MAX = 50_000;
const FOLDERS_MAX = 5000;
const DEPTH_MAX = 100;
const LEVEL_LIMITS = { stuckMax: 3, barrenMax: 3, answersMax: 1000 };

interface Level {
  readonly parentId: string | null;
  readonly depth: number;
}

/** The whole tree. Throws RemoteError("endless") for one that has no end. */
export async function readAlbums(ask: AskAlbums): Promise<AlbumList> {
  const albums = new Map<string, AlbumRecord>();
  const faults: RecordFault[] = [];
  const levels: Level[] = [{ parentId: null, depth: 0 }];
  let token: string | null = null;
  let asked = 0;
  for (let level = levels.shift(); level !== undefined; level = levels.shift()) {
    if (level.depth > DEPTH_MAX) throw endless(`folders more than ${DEPTH_MAX} deep`);
    const found = await readLevel(ask, level.parentId);
    token ??= found.token;
    faults.push(...found.faults);
    for (const album of found.albums) {
      if (albums.has(album.id)) continue; // a tree with a knot in it still ends
      albums.set(album.id, album);
      if (album.kind === "folder") levels.push({ parentId: album.id, depth: level.depth + 1 });
    }
    asked += 1;
    if (asked + levels.length > FOLDERS_MAX) throw endless(`more than ${FOLDERS_MAX} folders`);
    if (albums.size > ALBUMS_MAX) throw endless(`more than ${ALBUMS_MAX} albums`);
  }
  return { albums: [...albums.values()], faults, token };
}

async function readLevel(ask: AskAlbums, parentId: string | null): Promise<AlbumList> {
  const albums: AlbumRecord[] = [];
  const faults: RecordFault[] = [];
  const series = new Series("Apple's lists of albums", LEVEL_LIMITS);
  let token: string | null = null;
  for (let marker: string | null = null; ;) {
    const page = await ask(parentId, marker);
    token ??= page.token;
    faults.push(...page.faults);
    // Asked for a folder's children, Apple need not repeat whose they are.
    albums.push(
      ...page.albums.map((album) => ({ ...album, parentId: album.parentId ?? parentId })),
    );
    const isLast = page.marker === null || page.marker === marker || page.albums.length === 0;
    if (isLast) return { albums, faults, token };
    series.promisesMore(
      page.marker,
      page.albums.map(({ id }) => id),
    );
    marker = page.marker;
  }
}

function endless(what: string): RemoteError {
  return new RemoteError("endless", `Apple names ${what}`);
}
