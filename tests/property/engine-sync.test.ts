/** Random lives of a library, with faults on the way: kei always ends up with what Apple has. */
import { isOnDisk } from "../../src/state/files/row.ts";
import { expect, test } from "bun:test";
import { rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { KeiError, RemoteError } from "../../src/lib/errors.ts";
import { openDatabase } from "../../src/state/open.ts";
import type { CycleDoor } from "../../src/sync/cycle-door.ts";
import type { Tally } from "../../src/sync/events.ts";
import { appleChecksum } from "../support/engine/content.ts";
import { over } from "../support/engine/memory-source.ts";
import { aPhoto } from "../support/engine/photo.ts";
import type { Photo, PhotoWish } from "../support/engine/photo.ts";
import {
  MortalMemory,
  Power,
  PowerCut,
  mortalDestination,
  mortalOpen,
} from "../support/engine/power.ts";
import { PART_SUFFIX, World } from "../support/engine/world.ts";

const SEED = Number(Bun.env.KEI_SEED ?? 20_261_124);
console.log(`KEI_SEED=${SEED} replays the random tests of syncing`);

const NAMES = ["IMG_1.JPG", "img_1.jpg", "B.HEIC", "Ünï.JPG", "none"];
const KINDS = [
  "add",
  "replace",
  "favor",
  "hide",
  "unhide",
  "purge",
  "twin",
  "forget-tokens",
  "expire",
  "lose",
  "cycle",
  "faulty-cycle",
  "power-cut",
] as const;

interface Deed {
  readonly kind: (typeof KINDS)[number];
  readonly pick: number;
}

const aLife = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat(1000) }), {
  minLength: 3,
  maxLength: 25,
});

/** The library as it should be, beside the one that answers. */
class Life {
  readonly photos = new Map<string, { wish: PhotoWish; isHidden: boolean }>();
  #born = 0;

  constructor(private readonly world: World) {}

  async live({ kind, pick }: Deed): Promise<void> {
    const { source } = this.world;
    const ids = [...this.photos.keys()];
    const id = ids[pick % Math.max(1, ids.length)];
    if (kind === "add") return this.#add({ id: `A${this.#born++}`, ...wishOf(pick) });
    if (kind === "forget-tokens") return source.forgetTokens();
    if (kind === "expire") return source.expireAddresses();
    if (kind === "cycle") return void (await this.cycle());
    if (kind === "lose") return this.#lose(pick);
    if (kind === "power-cut") return this.#cut(1 + (pick % 150));
    if (kind === "faulty-cycle") return void (await this.cycle(faulty(this.world, pick)));
    if (id !== undefined) this.#change(id, kind, pick);
  }

  async cycle(changes: Partial<CycleDoor> = {}): Promise<Tally | null> {
    try {
      const tally = await this.world.cycle(changes);
      const skipped = Object.values(tally.skipped).reduce((sum, count) => sum + count, 0);
      expect(tally.seen).toBe(tally.saved + tally.failed + tally.interrupted + skipped);
      return tally;
    } catch (error) {
      expect(error).toBeInstanceOf(KeiError);
      return null;
    }
  }

  /** Removes a file from the folder, as a person might. */
  #lose(pick: number): void {
    const paths = [...this.world.files().keys()];
    const path = paths[pick % Math.max(1, paths.length)];
    if (path === undefined) return;
    rmSync(join(this.world.root, path));
    // Time passes between two cycles; a test is too fast for the clock of the file system.
    utimesSync(dirname(join(this.world.root, path)), pick, pick);
  }

  async #cut(step: number): Promise<void> {
    const { world } = this;
    const power = new Power(step);
    const path = world.databasePath;
    const memory = new MortalMemory(openDatabase(path), path, power);
    const door = world.door({ memory });
    const destination = mortalDestination(door.destination, power);
    const open = mortalOpen(door.open, power);
    try {
      await world.cycle({ memory, destination, open });
    } catch (error) {
      if (!(error instanceof PowerCut)) expect(error).toBeInstanceOf(KeiError);
    } finally {
      memory.close();
    }
  }

  #add(wish: PhotoWish): void {
    this.photos.set(wish.id, { wish, isHidden: false });
    this.world.source.add(aPhoto(wish));
  }

  #change(id: string, kind: Deed["kind"], pick: number): void {
    const { source } = this.world;
    const known = this.photos.get(id)!;
    const photo = this.photoOf(id);
    switch (kind) {
      case "twin":
        return this.#add({ ...known.wish, id: `T${this.#born++}` });
      case "replace": {
        // All photos of the master change with it.
        const content = `${photo.master.id}/${this.#born++}`;
        const master = { ...known.wish.master, id: photo.master.id };
        const sizeBytes = 100 + (pick % 3);
        for (const other of this.photos.values()) {
          if (aPhoto(other.wish).master.id !== photo.master.id) continue;
          other.wish = { ...other.wish, content, master, sizeBytes };
        }
        return source.replace(this.photoOf(id));
      }
      case "favor":
        return source.putAsset({ ...photo.asset, isFavorite: true, isHidden: known.isHidden });
      case "hide":
      case "unhide":
        known.isHidden = kind === "hide";
        return source.putAsset({ ...photo.asset, isHidden: known.isHidden });
      case "purge":
        this.photos.delete(id);
        return source.remove(id);
      default:
    }
  }

  photoOf(id: string): Photo {
    return aPhoto(this.photos.get(id)!.wish);
  }
}

function wishOf(pick: number): Omit<PhotoWish, "id"> {
  return {
    name: NAMES[pick % NAMES.length]!,
    sizeBytes: 100 + (pick % 3),
    movieBytes: pick % 4 === 0 ? 50 : undefined,
    createdMs: Date.UTC(1960 + (pick % 70), 0, 1),
  };
}

/** A cycle in which every few calls fail. */
function faulty(world: World, pick: number): Partial<CycleDoor> {
  let calls = pick;
  const faults = ["unavailable", "throttled", "expired-url", "unreachable", "mismatch"] as const;
  const fails = () => {
    if (++calls % 4 === 0) throw new RemoteError(faults[calls % faults.length]!, "by chance");
  };
  const { source } = world;
  return {
    source: over(source, {
      changes: async (zone, token) => (fails(), source.changes(zone, token)),
      lookup: async (zone, names) => (fails(), source.lookup(zone, names)),
      listing: async (zone, collection, rank) => (fails(), source.listing(zone, collection, rank)),
    }),
    open: async (address, from) => (fails(), source.open(address, from)),
  };
}

/** Every photo that can be seen has its files, with the right bytes, and they are the rows' own. */
function expectWhole(world: World, life: Life): void {
  const files = world.files();
  const rows = world.rows();
  for (const path of files.keys()) expect(path.endsWith(PART_SUFFIX)).toBe(false);
  for (const [id, { isHidden }] of life.photos) {
    if (isHidden) continue;
    const saved = rows.filter(({ asset }) => asset === id);
    const wanted = life.photoOf(id).contents.map(appleChecksum);
    expect(saved.map(({ checksum }) => checksum).toSorted()).toEqual(wanted.toSorted());
    for (const row of saved) {
      expect(row.state).toBe("saved");
      expect(appleChecksum(files.get(row.path)!)).toBe(row.checksum);
    }
  }
  for (const row of rows.filter(isOnDisk)) {
    expect(row.held).toBe(`apple:${appleChecksum(files.get(row.path)!)}`);
  }
  const saved = rows.filter(isOnDisk).map(({ path }) => path);
  expect(saved.toSorted()).toEqual([...files.keys()].toSorted());
}

test("runCycle() brings any library home, whatever happened before", async () => {
  await fc.assert(
    fc.asyncProperty(aLife, async (deeds) => {
      using world = new World();
      const life = new Life(world);
      for (const deed of deeds) await life.live(deed);
      expect(await life.cycle()).toMatchObject({ failed: 0, interrupted: 0, listingFaults: 0 });
      expectWhole(world, life);
      await life.cycle();
      expect(world.source.opened).toEqual([]);
      expectWhole(world, life);
    }),
    { seed: SEED, numRuns: 60 },
  );
}, 60_000);
