import { describe, expect, test } from "bun:test";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { walkFiles } from "../../../src/disk/walk.ts";
import { LocalError } from "../../../src/lib/errors.ts";
import type { AdoptionCounts } from "../../../src/sync/adoption.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import { adoptOnly } from "../../../src/sync/cycle.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { bytesOf } from "../../support/engine/content.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { SUMMER_MS } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";

interface Wish {
  readonly trustNames?: boolean;
  readonly isTrial?: boolean;
  readonly isWhole?: (path: string) => boolean;
  readonly changes?: Partial<CycleDoor>;
}

async function adopt(world: World, wish: Wish = {}): Promise<AdoptionCounts> {
  let counts: AdoptionCounts | null = null;
  const walk = {
    files: (onFault: (error: LocalError) => void, signal: AbortSignal) =>
      walkFiles(world.root, [".part"], onFault, signal),
    isWhole: wish.isWhole ?? (() => true),
  };
  world.source.opened.length = 0;
  await adoptOnly(
    world.door(wish.changes ?? {}),
    { walk, trustNames: wish.trustNames ?? false, onEnd: (found) => (counts = found) },
    wish.isTrial ?? false,
  );
  expect(world.source.opened).toEqual([]);
  return counts!;
}

function put(world: World, path: string, bytes: Uint8Array, timeMs = SUMMER_MS): void {
  const absolute = join(world.root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, bytes);
  utimesSync(absolute, timeMs / 1000, timeMs / 1000);
}

type Place = CycleDoor["destination"];

/** The same place, whose files are read in another way. */
function withDigest(destination: Place, digest: Place["digest"]): Place {
  return new Proxy(destination, {
    get: (target, name) => {
      if (name === "digest") return digest;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
}

const NOTHING: AdoptionCounts = {
  ...{ known: 0, byPath: 0, byContent: 0, byName: 0 },
  ...{ unmatched: 0, unreadable: 0, strangers: 0 },
};

describe("adoptOnly()", () => {
  test("matches by path, then by content anywhere, and leaves the rest wanted", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }), aPhoto({ id: "C" }));
    put(world, "2018/07/31/A.JPG", bytesOf("A", 1000));
    put(world, "by hand/some name.jpg", bytesOf("B", 1000));
    put(world, "by hand/else.jpg", bytesOf("nobody's", 1000));
    const counts = await adopt(world);
    expect(counts).toEqual({ ...NOTHING, byPath: 1, byContent: 1, unmatched: 1, strangers: 1 });
    expect(world.rows().map(({ path, state, origin }) => [path, state, origin])).toEqual([
      ["2018/07/31/A.JPG", "saved", "adopted"],
      ["by hand/some name.jpg", "saved", "adopted"],
      ["2018/07/31/C.JPG", "promised", null],
    ]);
    expect(await adopt(world)).toEqual({ ...NOTHING, known: 2, unmatched: 1, strangers: 1 });
    expect(await world.cycle()).toMatchObject({ filesDownloaded: 1, filesAdopted: 0 });
  });

  test("gives one file to one photo, though two have its content", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A", content: "X" }), aPhoto({ id: "B", content: "X" }));
    put(world, "else/x.jpg", bytesOf("X", 1000));
    expect(await adopt(world)).toEqual({ ...NOTHING, byContent: 1, unmatched: 1 });
    expect(await world.cycle()).toMatchObject({ filesDownloaded: 0, failed: 0 });
    expect(world.files().size).toBe(2);
  });

  test("finds photos whose files have each other's names", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }), aPhoto({ id: "C" }));
    const ring = { A: "B", B: "C", C: "A" };
    for (const [name, content] of Object.entries(ring)) {
      put(world, `2018/07/31/${name}.JPG`, bytesOf(content, 1000));
    }
    expect(await adopt(world)).toEqual({ ...NOTHING, byContent: 3 });
    expect(await adopt(world)).toEqual({ ...NOTHING, known: 3 });
    expect(await world.cycle()).toMatchObject({ filesDownloaded: 0, failed: 0 });
  });

  test("reads each file once, though all have one size", async () => {
    using world = new World();
    const names = Array.from({ length: 60 }, (_, at) => `P${at}`);
    world.source.add(...names.map((id) => aPhoto({ id })));
    for (const name of names) put(world, `else/${name}.jpg`, bytesOf(name, 1000));
    const { destination } = world.door();
    const read: string[] = [];
    const digest: typeof destination.digest = (path, ...rest) => {
      read.push(path);
      return destination.digest(path, ...rest);
    };
    const counting = withDigest(destination, digest);
    const counts = await adopt(world, { changes: { destination: counting } });
    expect(counts).toEqual({ ...NOTHING, byContent: 60 });
    expect(read).toHaveLength(60);
  });

  test("moves what it found into place when it is to", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }));
    put(world, "else/x.jpg", bytesOf("A", 1000));
    const options = { ...DEFAULT_SYNC, relayout: true };
    expect(await adopt(world, { changes: { options } })).toEqual({ ...NOTHING, byContent: 1 });
    expect([...world.files().keys()]).toEqual(["2018/07/31/A.JPG"]);
  });

  test("counts a file that cannot be read, and goes on", async () => {
    using world = new World();
    world.source.add(aPhoto({ id: "A" }), aPhoto({ id: "B" }));
    put(world, "2018/07/31/A.JPG", bytesOf("A", 1000));
    put(world, "2018/07/31/B.JPG", bytesOf("B", 1000));
    const { destination } = world.door();
    const digest: typeof destination.digest = (path, ...rest) =>
      path.endsWith("A.JPG")
        ? Promise.reject(new LocalError("denied", "Permission denied", path))
        : destination.digest(path, ...rest);
    const failing = withDigest(destination, digest);
    const counts = await adopt(world, { changes: { destination: failing } });
    expect(counts).toEqual({ ...NOTHING, byPath: 1, unreadable: 1, strangers: 1 });
    expect(world.eventsOf("warning").map(({ message }) => message)).toContainEqual(
      expect.stringContaining("A.JPG"),
    );
  });

  test("ends with the signal, and the next run goes on", async () => {
    using world = new World();
    const names = Array.from({ length: 200 }, (_, at) => `P${at}`);
    world.source.add(...names.map((id) => aPhoto({ id })));
    for (const name of names) put(world, `else/${name}.jpg`, bytesOf(name, 1000));
    const stop = new AbortController();
    const observe: CycleDoor["observe"] = (event) => {
      if (event.kind === "file-saved") stop.abort(new Error("stopped"));
    };
    const stopped = adopt(world, { changes: { signal: stop.signal, observe } });
    // Not by `rejects`: the runner would wait within a turn that others are to have a turn after.
    expect(await stopped.catch(String)).toBe("Error: stopped");
    const saved = () => world.rows().filter(({ state }) => state === "saved").length;
    expect(saved()).toBeWithin(1, names.length);
    const { known, byContent, byPath } = await adopt(world);
    expect([known + byContent + byPath, saved()]).toEqual([names.length, names.length]);
  });

  describe("with trusted names", () => {
    const rewritten = bytesOf("A, with another date in it", 1200);

    test("takes a picture of the name and the time, and does not fetch it", async () => {
      using world = new World();
      world.source.add(aPhoto({ id: "A" }));
      put(world, "by hand/a.jpg", rewritten);
      expect(await adopt(world)).toEqual({ ...NOTHING, unmatched: 1, strangers: 1 });
      expect(await adopt(world, { trustNames: true })).toEqual({ ...NOTHING, byName: 1 });
      expect(world.rows()).toMatchObject([{ path: "by hand/a.jpg", origin: "unproven" }]);
      expect(await world.cycle()).toMatchObject({ filesDownloaded: 0 });
    });

    test("takes one in the very folder whatever its time", async () => {
      using world = new World();
      world.source.add(aPhoto({ id: "A" }));
      put(world, "2018/07/31/A.JPG", rewritten, SUMMER_MS + 1e9);
      expect(await adopt(world, { trustNames: true })).toEqual({ ...NOTHING, byName: 1 });
      expect(world.rows()).toMatchObject([{ path: "2018/07/31/A.JPG", state: "saved" }]);
    });

    const refused: [name: string, arrange: (world: World) => Wish | void][] = [
      [
        "of another time elsewhere",
        (world) => put(world, "else/A.JPG", rewritten, SUMMER_MS + 1e6),
      ],
      [
        "that broke off",
        (world) => {
          put(world, "else/A.JPG", rewritten);
          return { isWhole: () => false };
        },
      ],
      ["of quite another size", (world) => put(world, "else/A.JPG", bytesOf("A", 200_000))],
      ["that is no picture", (world) => put(world, "else/A.MOV", rewritten)],
      [
        "that could be either of two",
        (world) => {
          put(world, "else/A.JPG", rewritten);
          put(world, "other/A.JPG", rewritten);
        },
      ],
    ];
    for (const [name, arrange] of refused) {
      test(`takes none ${name}`, async () => {
        using world = new World();
        world.source.add(aPhoto({ id: "A" }));
        const wish = arrange(world) ?? {};
        const counts = await adopt(world, { ...wish, trustNames: true });
        expect(counts).toMatchObject({ byName: 0, unmatched: 1 });
      });
    }
  });
});
