import { describe, expect, test } from "bun:test";
import { Installer } from "../../../src/download/installer.ts";
import type { Naming } from "../../../src/download/installer.ts";
import type { Destination } from "../../../src/download/ports.ts";
import { LocalError } from "../../../src/lib/errors.ts";
import { stateOf } from "../../../src/state/files/row.ts";
import { aFinal } from "../../support/engine/final.ts";
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
  const zone = world.memory.zones.see(ZONE).id;
  const row = { rendition: "original", album: "", checksum: "c", sizeBytes: 1 } as const;
  for (let n = 1; n <= count; n++) {
    const names = { asset: `A${n}`, path: `f/${n}`, pathKey: `F/${n}` };
    wantFile(world.memory, { zone, ...row, ...names, createdMs: 0 });
  }
  const destination = { ...world.door().destination, install, keep } as Destination;
  return { world, installer: new Installer(world.memory, destination, world.clock, 7) };
}

function naming(n: number): Naming {
  return { path: `f/${n}`, checksum: "c", replaces: false, older: null };
}

const FINAL = aFinal();

describe("Installer", () => {
  test("install() stages the bytes before they get their name, and saves after", async () => {
    const seen: unknown[] = [];
    const { world, installer } = setUp(1, async (installations) => {
      seen.push(...world.rows().map((row) => stateOf(row)));
      return installations.map(() => null);
    });
    using _ = world;
    await installer.install(world.rows()[0]!, FINAL, naming(1));
    expect(seen).toEqual([{ kind: "staged", final: FINAL, older: null }]);
    expect(world.rows()).toMatchObject([{ state: "saved", saved_at: world.clock.now() }]);
    expect(world.memory.folders.all()).toEqual([{ path: "f", mtime_ns: "0" }]);
  });

  test("install() names in one batch what became ready meanwhile", async () => {
    const batches: number[] = [];
    const { world, installer } = setUp(80, async (installations) => {
      batches.push(installations.length);
      return installations.map(() => null);
    });
    using _ = world;
    const rows = world.rows();
    const numbers = Array.from({ length: 80 }, (_item, n) => n + 1);
    await Promise.all(numbers.map((n) => installer.install(rows[n - 1]!, FINAL, naming(n))));
    expect(batches).toEqual([64, 16]);
    expect(world.memory.files.counts()).toMatchObject({ saved: 80 });
  });

  test("install() fails only the one of many that has no name", async () => {
    const { world, installer } = setUp(3, async (installations) =>
      installations.map(({ path }) => (path === "f/2" ? REFUSED : null)),
    );
    using _ = world;
    const results = await Promise.allSettled(
      world.rows().map((row, n) => installer.install(row, FINAL, naming(n + 1))),
    );
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(world.rows().map(({ state }) => state)).toEqual(["saved", "staged", "saved"]);
  });

  test("install() fails the whole batch when the names are not durable, and goes on after", async () => {
    let isBroken = true;
    const { world, installer } = setUp(3, async (installations) => {
      if (isBroken) throw new LocalError("failed", "The disk failed (EIO)", "f");
      return installations.map(() => null);
    });
    using _ = world;
    const rows = world.rows();
    const results = await Promise.allSettled(
      [0, 1].map((n) => installer.install(rows[n]!, FINAL, naming(n + 1))),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    isBroken = false;
    await installer.install(rows[2]!, FINAL, naming(3));
    expect(world.rows().map(({ state }) => state)).toEqual(["staged", "staged", "saved"]);
  });

  test("adopt() notes a file without touching its name", async () => {
    const named: number[] = [];
    const { world, installer } = setUp(1, async (installations) => {
      named.push(installations.length);
      return installations.map(() => null);
    });
    using _ = world;
    await installer.adopt(world.rows()[0]!, FINAL);
    expect(named.filter((count) => count > 0)).toEqual([]);
    expect(world.rows()).toMatchObject([{ state: "saved" }]);
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
      world.rows().map((row) => installer.adopt(row, FINAL)),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
    expect(world.rows().map(({ state }) => state)).toEqual(["promised", "saved"]);
  });
});
