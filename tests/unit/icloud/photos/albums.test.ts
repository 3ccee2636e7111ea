import { describe, expect, test } from "bun:test";
import { readAlbums } from "../../../../src/icloud/photos/albums.ts";
import type { AlbumPage, AskAlbums } from "../../../../src/icloud/photos/albums.ts";
import type { AlbumRecord } from "../../../../src/photos/page.ts";

function record(id: string, kind: AlbumRecord["kind"] = "album"): AlbumRecord {
  return { id, name: id, kind, parentId: null, isDeleted: false };
}

function page(albums: readonly AlbumRecord[], marker: string | null = null): AlbumPage {
  return { albums, faults: [], token: "t", marker };
}

/** How a reading ended, and after how many questions. */
async function endOf(ask: AskAlbums): Promise<[string, number]> {
  let asked = 0;
  const counted: AskAlbums = (parentId, marker) => {
    asked += 1;
    return ask(parentId, marker);
  };
  const ended = await readAlbums(counted).then(
    ({ albums }) => `${albums.length} albums`,
    (error: { code: string; message: string }) => `${error.code} ${error.message}`,
  );
  return [ended, asked];
}

describe("readAlbums()", () => {
  test("reads the pages of each level, and names the folder of what is in it", async () => {
    const pages: Record<string, AlbumPage> = {
      "null null": page([record("A"), record("F", "folder")], "m"),
      "null m": page([record("B")]),
      "F null": page([record("C"), record("A")]),
    };
    const list = await readAlbums(async (parentId, marker) => pages[`${parentId} ${marker}`]!);
    expect(list.albums.map(({ id, parentId }) => [id, parentId])).toEqual([
      ["A", null],
      ["F", null],
      ["B", null],
      ["C", "F"],
    ]);
    expect(list.token).toBe("t");
  });

  let count = 0;
  const fresh = (kind?: AlbumRecord["kind"]) => record(`N${(count += 1)}`, kind);
  const many = (kind?: AlbumRecord["kind"]) => Array.from({ length: 200 }, () => fresh(kind));
  const rows: { name: string; ask: AskAlbums; says: string; askedMax: number }[] = [
    {
      name: "markers that lead in a circle",
      ask: async (_, marker) => page([fresh()], marker === "a" ? "b" : "a"),
      says: "do not go on",
      askedMax: 10,
    },
    {
      name: "the same page under new markers",
      ask: async () => page([record("A")], `${(count += 1)}`),
      says: "bring nothing new",
      askedMax: 10,
    },
    {
      name: "new pages for ever",
      ask: async () => page([fresh()], `${(count += 1)}`),
      says: "have no end",
      askedMax: 1000,
    },
    {
      name: "a folder in each folder",
      ask: async () => page([fresh("folder")]),
      says: "folders more than 100 deep",
      askedMax: 101,
    },
    {
      name: "two folders in each folder",
      ask: async () => page([fresh("folder"), fresh("folder")]),
      says: "more than 5000 folders",
      askedMax: 5000,
    },
    {
      name: "albums without number",
      ask: async (_, marker) => page(many(), `${Number(marker) + 1}`),
      says: "have no end",
      askedMax: 1000,
    },
    {
      name: "albums without number in folders",
      ask: async () => page([...many(), fresh("folder")]),
      says: "folders more than 100 deep",
      askedMax: 101,
    },
  ];
  for (const { name, ask, says, askedMax } of rows) {
    test(`gives up ${name}`, async () => {
      const [ended, asked] = await endOf(ask);
      expect(ended).toStartWith("remote/endless Apple");
      expect(ended).toContain(says);
      expect(asked).toBeLessThanOrEqual(askedMax);
    });
  }

  test("gives up more albums than anybody has", async () => {
    const most = Array.from({ length: 30_000 }, () => fresh());
    const others = Array.from({ length: 30_000 }, () => fresh());
    const [ended] = await endOf(async (parentId) =>
      page(parentId === null ? [...most, record("F", "folder")] : others),
    );
    expect(ended).toBe("remote/endless Apple names more than 50000 albums");
  });

  test("ends where a level names its own folder, and where a marker stands still", async () => {
    const knot = await endOf(async () => page([record("F", "folder"), record("A")]));
    expect(knot).toEqual(["2 albums", 2]);
    expect(await endOf(async () => page([record("A")], "m"))).toEqual(["1 albums", 2]);
    expect(await endOf(async () => page([], "m"))).toEqual(["0 albums", 1]);
  });
});
