import { describe, expect, test } from "bun:test";
import {
  chooseAlbums,
  collectionsOf,
  needsAlbums,
  placeAlbums,
  placesOf,
  type KnownAlbum,
  type Selection,
} from "../../../src/plan/album-choice.ts";

const album = (id: string, title: string, parent: string | null = null): KnownAlbum => ({
  id,
  title,
  kind: "album",
  parent,
});
const folder = (id: string, title: string, parent: string | null = null): KnownAlbum => ({
  ...album(id, title, parent),
  kind: "folder",
});

const ALBUMS = [
  album("ski", "Ski trip"),
  album("f1", "Family"),
  album("f2", "Family"),
  folder("travel", "Travel"),
  album("japan", "Japan", "travel"),
  album("rome", "Rome", "travel"),
  folder("work", "Work"),
  album("rome2", "Rome", "work"),
  album("fav", "Favorites"),
  album("nfd", "Jo\u0308rg"),
  album("slash", "2019/2020"),
];

const pick = (albums: string[], excludeAlbums: string[] = []): Selection => ({
  albums,
  excludeAlbums,
  recent: null,
});
const keysOf = (selection: Selection, isPerAlbum = false) => {
  const { wanted } = chooseAlbums(selection, ALBUMS, isPerAlbum);
  return wanted && [...wanted.keys()];
};

describe("chooseAlbums()", () => {
  const rows: { name: string; asked: string[]; keys: string[] | null }[] = [
    { name: "nothing asked is the whole library", asked: [], keys: null },
    { name: "an album by its name", asked: ["Ski trip"], keys: ["album:ski"] },
    { name: "all albums of one name", asked: ["Family"], keys: ["album:f1", "album:f2"] },
    { name: "a nested album by its path", asked: ["Travel/Japan"], keys: ["album:japan"] },
    {
      name: "a nested album by its own name when only it has it",
      asked: ["Japan"],
      keys: ["album:japan"],
    },
    {
      name: "an album and Apple's folder of one name",
      asked: ["Favorites"],
      keys: ["smart:Favorites", "album:fav"],
    },
    { name: "a composed name for a decomposed one", asked: ["J\u00f6rg"], keys: ["album:nfd"] },
    { name: "a name with a slash", asked: ["2019/2020"], keys: ["album:slash"] },
    { name: "the same album twice once", asked: ["Ski trip", "Ski trip"], keys: ["album:ski"] },
  ];
  for (const { name, asked, keys } of rows) {
    test(`takes ${name}`, () => expect(keysOf(pick(asked))).toEqual(keys));
  }

  test("takes every album a person made for all, in any case, and for a template with {album}", () => {
    const every = placeAlbums(ALBUMS).map(({ id }) => `album:${id}`);
    expect(keysOf(pick(["ALL"]))).toEqual(every);
    expect(keysOf(pick([]), true)).toEqual(every);
    expect(chooseAlbums(pick(["all"]), ALBUMS, false).keepsUnfiled).toBe(false);
    expect(chooseAlbums(pick([]), ALBUMS, true).keepsUnfiled).toBe(true);
  });

  test("names what is unknown and what is ambiguous, and leaves both out", () => {
    const choice = chooseAlbums(pick(["Nope", "Rome"], ["Gone"]), ALBUMS, false);
    expect(choice.unknown).toEqual(["Nope"]);
    expect(choice.unknownExcluded).toEqual(["Gone"]);
    expect(choice.ambiguous.get("Rome")).toEqual(["Travel/Rome", "Work/Rome"]);
    expect([...choice.wanted!.keys()]).toEqual([]);
  });

  test("drops excluded albums from those asked for", () => {
    expect(keysOf(pick(["Ski trip", "Japan"], ["Japan"]))).toEqual(["album:ski"]);
  });

  test("ends on folders that contain each other", () => {
    const knot = [folder("a", "A", "b"), folder("b", "B", "a"), album("x", "X", "a")];
    expect(placeAlbums(knot)).toEqual([{ id: "x", title: "X", path: "B/A/X" }]);
  });
});

describe("collectionsOf()", () => {
  const kinds = (selection: Selection, isPerAlbum = false) =>
    collectionsOf(chooseAlbums(selection, ALBUMS, isPerAlbum)).map((one) =>
      one.kind === "album" ? one.id : one.kind === "smart" ? one.name : "library",
    );

  test("lists only what was asked for", () => {
    expect(kinds(pick([]))).toEqual(["library"]);
    expect(kinds(pick(["Ski trip", "Hidden"]))).toEqual(["ski", "Hidden"]);
  });

  test("lists excluded albums too, to know who is in them", () => {
    expect(kinds(pick([], ["Ski trip"]))).toEqual(["ski", "library"]);
  });

  test("lists every album and the library when the unfiled are wanted", () => {
    expect(kinds(pick([]), true).toSorted()).toEqual(
      [...placeAlbums(ALBUMS).map(({ id }) => id), "library"].toSorted(),
    );
  });
});

describe("placesOf()", () => {
  const places = (selection: Selection, memberOf: string[], isPerAlbum = false) => {
    const found = placesOf(new Set(memberOf), chooseAlbums(selection, ALBUMS, isPerAlbum));
    return typeof found === "string" ? found : found.map(({ title }) => title);
  };

  test("puts an asset into one place without {album}, however many albums it is in", () => {
    expect(places(pick([]), ["album:ski"])).toEqual([""]);
    expect(places(pick(["Ski trip", "Japan"]), ["album:ski", "album:japan"])).toEqual([""]);
  });

  test("puts it into each of its albums with {album}, and the unfiled into none", () => {
    expect(places(pick([]), ["album:ski", "album:japan"], true)).toEqual(["Ski trip", "Japan"]);
    expect(places(pick([]), [], true)).toEqual([""]);
    expect(places(pick(["Ski trip"]), [], true)).toBe("not-selected");
  });

  test("leaves out what is excluded and what was not asked for", () => {
    expect(places(pick([], ["Ski trip"]), ["album:ski"])).toBe("excluded-album");
    expect(places(pick(["Japan"]), ["album:ski"])).toBe("not-selected");
  });

  test("does not take an asset of an excluded album for unfiled", () => {
    expect(places(pick([], ["Ski trip"]), ["album:ski"], true)).toBe("excluded-album");
  });
});

test("needsAlbums() is false only for the whole library in one place", () => {
  expect(needsAlbums(pick([]), false)).toBe(false);
  expect(needsAlbums(pick([]), true)).toBe(true);
  expect(needsAlbums(pick(["x"]), false)).toBe(true);
  expect(needsAlbums(pick([], ["x"]), false)).toBe(true);
});
