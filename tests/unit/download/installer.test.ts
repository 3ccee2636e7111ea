import { describe, expect, test } from "bun:test";
import { Installer, folderOf } from "../../../src/download/installer.ts";
import type { Destination, Installation } from "../../../src/download/ports.ts";
import { LocalError } from "../../../src/lib/errors.ts";
import type { FinalBytes } from "../../../src/state/files.ts";
import { ZONE } from "../../support/engine/records.ts";
import { World } from "../../support/engine/world.ts";
import { wantFile } from "../../support/engine/want-file.ts";

const REFUSED = new LocalError("occupied", "Something else has this name", "x");

/** An installer over a real memory with rows 1 to n, and a destination that notes what it names. */
function setUp(
  count: number,
  install: Destination["install"],
  keep: Destination["keep"] = async (paths) => paths.map(() => null),
) {
  const world = new World();
  const zone = world.memory.library.zone(ZONE).id;
  const row = { rendition: "original", album: "", checksum: "c", sizeBytes: 1 } as const;
  for (let n = 1; n <= count; n++) {
    const names = { asset: `A${n}`, path: `f/${n}`, pathKey: `F/${n}` };
    wantFile(world.memory, { zone, ...row, ...names, createdMs: 0 });
  }
  const destination = { ...world.door().destination, install, keep } as Destination;
  return { world, installer: new Installer(world.memory, destination, world.clock, 7) };
}

function installation(n: number): Installation {
  return { path: `f/${n}`, checksum: "c", replaces: false };
}

function final(id: number): FinalBytes {
  return { id, checksum: "c", sha256: `sha ${id}`, bytes: 1, isVerified: true };
}

describe("Installer", () => {
  test("install() stages the bytes before they get their name, and saves after", async () => {
    const seen: string[] = [];
    const { world, installer } = setUp(1, async (installations) => {
      seen.push(...world.rows().map(({ status, sha256 }) => `${status} ${sha256}`));
      return installations.map(() => null);
    });
    using _ = world;
    await installer.install(final(1), installation(1));
    expect(seen).toEqual(["staged sha 1"]);
    expect(world.rows()).toMatchObject([{ status: "saved", saved_at: world.clock.now() }]);
    expect(world.memory.folders.all()).toEqual([{ path: "f", mtime_ns: "0" }]);
  });

  test("install() names in one batch what became ready meanwhile", async () => {
    const batches: number[] = [];
    const { world, installer } = setUp(80, async (installations) => {
      batches.push(installations.length);
      return installations.map(() => null);
    });
    using _ = world;
    const numbers = Array.from({ length: 80 }, (_item, n) => n + 1);
    await Promise.all(numbers.map((n) => installer.install(final(n), installation(n))));
    expect(batches).toEqual([64, 16]);
    expect(world.memory.files.counts()).toMatchObject({ saved: 80 });
  });

  test("install() fails only the one of many that has no name", async () => {
    const { world, installer } = setUp(3, async (installations) =>
      installations.map(({ path }) => (path === "f/2" ? REFUSED : null)),
    );
    using _ = world;
    const results = await Promise.allSettled(
      [1, 2, 3].map((n) => installer.install(final(n), installation(n))),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(world.rows().map(({ status }) => status)).toEqual(["saved", "staged", "saved"]);
  });

  test("install() fails the whole batch when the names are not durable, and goes on after", async () => {
    let isBroken = true;
    const { world, installer } = setUp(3, async (installations) => {
      if (isBroken) throw new LocalError("failed", "The disk failed (EIO)", "f");
      return installations.map(() => null);
    });
    using _ = world;
    const results = await Promise.allSettled(
      [1, 2].map((n) => installer.install(final(n), installation(n))),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    isBroken = false;
    await installer.install(final(3), installation(3));
    expect(world.rows().map(({ status }) => status)).toEqual(["staged", "staged", "saved"]);
  });

  test("adopt() notes a file without touching its name", async () => {
    const named: number[] = [];
    const { world, installer } = setUp(1, async (installations) => {
      named.push(installations.length);
      return installations.map(() => null);
    });
    using _ = world;
    await installer.adopt(final(1), "f/1");
    expect(named.filter((count) => count > 0)).toEqual([]);
    expect(world.rows()).toMatchObject([{ status: "saved" }]);
    expect(world.memory.folders.all()).toHaveLength(1);
  });

  test("adopt() notes nothing that the disk does not make durable", async () => {
    const { world, installer } = setUp(
      2,
      async (installations) => installations.map(() => null),
      async (paths) => paths.map((path) => (path === "f/1" ? REFUSED : null)),
    );
    using _ = world;
    const results = await Promise.allSettled(
      [1, 2].map((n) => installer.adopt(final(n), `f/${n}`)),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(world.rows().map(({ status }) => status)).toEqual(["wanted", "saved"]);
  });

  test("folderOf() is empty for the root", () => {
    expect(folderOf("a.jpg")).toBe("");
    expect(folderOf("a/b/c.jpg")).toBe("a/b");
  });
});
