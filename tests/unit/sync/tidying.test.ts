import { describe, expect, test } from "bun:test";
import { AuthError, LocalError, RemoteError } from "../../../src/lib/errors.ts";
import { over } from "../../support/engine/memory-source.ts";
import { aPhoto } from "../../support/engine/photo.ts";
import { withDeeds } from "../../support/engine/with-deeds.ts";
import { World } from "../../support/engine/world.ts";

/** A world in which part of an older version of a photo is to be swept away, and the folder refuses that. */
async function worldWithLitter() {
  const world = new World();
  world.source.add(aPhoto({ id: "A" }));
  const open = () => Promise.reject(new RemoteError("unavailable", "503"));
  await world.cycle({ open });
  world.source.replace(aPhoto({ id: "A", content: "new", master: { id: "MASTER-A" } }));
  const denied = new LocalError("denied", "Permission denied", "/photos/2018");
  let isRefusing = true;
  const { checksum } = aPhoto({ id: "A" }).master.resources.Original!;
  const { destination } = world.door();
  const refusing = withDeeds(destination, {
    removePart: (path, other) =>
      isRefusing && other === checksum
        ? Promise.reject(denied)
        : destination.removePart(path, other),
  });
  return { world, destination: refusing, relent: () => void (isRefusing = false) };
}

describe("runCycle(), tidying up,", () => {
  test("says once what could not be tidied up, fails nothing, and tries again the next time", async () => {
    const { world, destination, relent } = await worldWithLitter();
    using _ = world;
    expect(await world.cycle({ destination })).toMatchObject({ saved: 1, failed: 0 });
    const warnings = () => world.eventsOf("warning").map(({ message }) => message);
    expect(warnings()).toEqual([
      "Not everything could be tidied up: Permission denied: /photos/2018",
    ]);
    expect(world.memory.litter.all()).toHaveLength(1);
    relent();
    await world.cycle({ destination });
    expect([warnings(), world.memory.litter.all()]).toEqual([[], []]);
  });

  test("reports what stopped the cycle, not what went wrong with tidying up after it", async () => {
    const { world, destination } = await worldWithLitter();
    using _ = world;
    const signedOut = new AuthError("password", "Apple refused the password");
    const source = over(world.source, {
      changes: async (zone, token) => {
        const page = await world.source.changes(zone, token);
        world.memory.litter.all = () => {
          throw new LocalError("corrupt", "The database is damaged", world.databasePath);
        };
        if (page.assets.length === 0) throw signedOut;
        return page;
      },
    });
    await expect(world.cycle({ source, destination })).rejects.toBe(signedOut);
  });

  test("reports a database that fails when nothing else did", async () => {
    const { world, destination } = await worldWithLitter();
    using _ = world;
    const damaged = new LocalError("corrupt", "The database is damaged", world.databasePath);
    world.memory.litter.all = () => {
      throw damaged;
    };
    await expect(world.cycle({ destination })).rejects.toBe(damaged);
  });
});
