/**
 * A person's own files stand wherever kei might want to write: names of every layout and rendition, the very bytes and
 * sizes of photos, links, folders in the way. Photos come, change and go, layouts and albums too, the power is cut. At
 * every step all that kei did not write is there as it was, under its name.
 */
import { expect, test } from "bun:test";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { id7 } from "../../src/plan/names.ts";
import { DEFAULT_RULES } from "../../src/plan/rules.ts";
import { KeiError, Bug } from "../../src/lib/errors.ts";
import type { CycleDoor } from "../../src/sync/cycle-door.ts";
import { DEFAULT_SYNC } from "../../src/sync/options.ts";
import { appleChecksum, bytesOf } from "../support/engine/content.ts";
import { cycleWithCut } from "../support/engine/cut.ts";
import { withMark } from "../support/engine/marking.ts";
import { aPhoto } from "../support/engine/photo.ts";
import type { Photo } from "../support/engine/photo.ts";
import { World } from "../support/engine/world.ts";

const SEED = Number(Bun.env.KEI_SEED ?? 20_261_124);
const RUNS = Number(Bun.env.KEI_RUNS ?? 60);
const SIZES = [300, 301] as const;
const NAMES = ["X", "Y"] as const;
const LAYOUTS = ["%Y/%m/%d", "none", "{album}", "{album}/%Y"] as const;
const FOLDERS = ["2018/07/31", "", "Sea", "Trip", "Sea/2018", "Trip/2018"] as const;
/** Where the first photos of a layout go. */
const PLACES = [
  { layout: "%Y/%m/%d", folder: "2018/07/31" },
  { layout: "none", folder: "" },
  { layout: "{album}", folder: "Sea" },
  { layout: "{album}/%Y", folder: "Trip/2018" },
] as const;
const COPIES = ["copy", "hardlink", "symlink"] as const;

type Plant = Extract<Deed, { kind: "plant" }>;

/** One of four photos in one of its versions. */
interface Version {
  readonly photo: number;
  readonly version: number;
  readonly size: (typeof SIZES)[number];
  /** Its checksum is of a form that nobody can recompute. */
  readonly isOpaque: boolean;
  readonly isLive: boolean;
}

type Deed =
  | ({ readonly kind: "put" } & Version)
  | { readonly kind: "remove"; readonly photo: number }
  | {
      readonly kind: "plant";
      readonly what: "same" | "size" | "other" | "empty" | "link" | "dead" | "ours" | "folder";
      readonly folder: (typeof FOLDERS)[number];
      readonly name: number;
      readonly of: Version;
    }
  | {
      readonly kind: "cycle";
      readonly layout: (typeof LAYOUTS)[number];
      readonly copies: (typeof COPIES)[number];
      readonly relayout: boolean;
      readonly cutAt: number;
    };

const aVersion: fc.Arbitrary<Version> = fc.record({
  photo: fc.nat(3),
  version: fc.nat(2),
  size: fc.constantFrom(...SIZES),
  isOpaque: fc.boolean(),
  isLive: fc.boolean(),
});

const aCut = fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 120 }));

const aDeed: fc.Arbitrary<Deed> = fc.oneof(
  aVersion.map((version) => ({ kind: "put" as const, ...version })),
  fc.record({ kind: fc.constant("remove" as const), photo: fc.nat(3) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("plant" as const),
      what: fc.constantFrom("same", "size", "other", "empty", "link", "dead", "ours", "folder"),
      folder: fc.constantFrom(...FOLDERS),
      name: fc.nat(5),
      of: aVersion,
    }) as fc.Arbitrary<Deed>,
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("cycle" as const),
      layout: fc.constantFrom(...LAYOUTS),
      copies: fc.constantFrom(...COPIES),
      relayout: fc.boolean(),
      cutAt: aCut,
    }),
  },
);

/** A file of the person's where a photo is to go, the photo, and the photo changed: all in one layout. */
const aStory: fc.Arbitrary<Deed[]> = fc
  .record({
    of: aVersion,
    later: aVersion,
    what: fc.constantFrom("same", "same", "size", "ours", "empty") as fc.Arbitrary<Plant["what"]>,
    place: fc.constantFrom(...PLACES),
    copies: fc.constantFrom(...COPIES),
    relayout: fc.boolean(),
    cuts: fc.tuple(aCut, aCut),
    between: fc.array(aDeed, { maxLength: 2 }),
  })
  .map(({ of, later, what, place, copies, relayout, cuts, between }) => {
    const { layout, folder } = place;
    const cycle = (cutAt: number) => ({ kind: "cycle", layout, copies, relayout, cutAt }) as const;
    return [
      { kind: "plant", what, folder, name: 0, of },
      { kind: "put", ...of },
      cycle(cuts[0]),
      cycle(Infinity),
      ...between,
      { kind: "put", ...later, photo: of.photo },
      cycle(cuts[1]),
      cycle(Infinity),
    ] satisfies Deed[];
  });

/** The photo of a version; two of them share each name, and two versions may share bytes. */
function photoOf({ photo, version, size, isOpaque, isLive }: Version): Photo {
  const id = `PHOTO-${photo}`;
  const whole = aPhoto({
    id,
    name: `${NAMES[photo % 2]}.JPG`,
    content: `${photo % 2}/${version}`,
    sizeBytes: size,
    master: { id: `MASTER-${photo}` },
    ...(isLive ? { movieBytes: 200 + version } : {}),
  });
  if (!isOpaque) return whole;
  const [still] = whole.contents;
  const original = { ...whole.master.resources.Original!, checksum: opaque(still!) };
  const resources = { ...whole.master.resources, Original: original };
  return { ...whole, master: { ...whole.master, resources } };
}

function opaque(bytes: Uint8Array): string {
  return Buffer.from(bytesOf(appleChecksum(bytes), 33)).toString("base64");
}

/** Names that a photo may get in a folder. */
function namesOf({ photo, size }: Version): string[] {
  const stem = NAMES[photo % 2]!;
  const short = id7(`MASTER-${photo}`);
  return [
    ".JPG",
    ".MOV",
    `-${size}.JPG`,
    `-${size}.MOV`,
    `-${size}_${short}.JPG`,
    `-${size}_${short}-2.JPG`,
  ].map((ending) => stem + ending);
}

/** What a person has: the bytes of a file, the text of a link, or that it is a folder. */
type Own = { readonly bytes: Buffer } | { readonly link: string } | { readonly folder: true };

class Person {
  readonly things = new Map<string, Own>();
  /** A relayout moves files that were adopted by proof: that is the person's own wish. */
  hasMoved = false;

  constructor(private readonly world: World) {}

  plant({ what, folder, name, of }: Plant): void {
    const path = join(folder, namesOf(of)[name]!);
    const absolute = join(this.world.root, path);
    if (lstatSync(absolute, { throwIfNoEntry: false })) return;
    // In the place of a saved file that is gone, another is noticed only by reading it.
    if (this.world.rows().some((row) => row.path === path)) return;
    try {
      mkdirSync(dirname(absolute), { recursive: true });
    } catch {
      return; // a file of theirs is in the way
    }
    const [still] = photoOf(of).contents;
    const elsewhere = this.world.root.replace(/photos$/, "elsewhere.jpg");
    writeFileSync(elsewhere, still!);
    const target = { link: elsewhere, dead: "nowhere.JPG", ours: `${NAMES[of.photo % 2]}.JPG` };
    switch (what) {
      case "folder":
        mkdirSync(absolute);
        return void this.things.set(path, { folder: true });
      case "link":
      case "dead":
      case "ours":
        symlinkSync(target[what], absolute);
        return void this.things.set(path, { link: target[what] });
      default: {
        const bytes = Buffer.from(
          what === "same"
            ? still!
            : what === "empty"
              ? ""
              : bytesOf(path, what === "size" ? of.size : 99),
        );
        writeFileSync(absolute, bytes);
        return void this.things.set(path, { bytes });
      }
    }
  }

  /** What is not as the person left it. */
  losses(known: ReadonlySet<string>): string[] {
    return [...this.things].flatMap(([path, own]) =>
      this.#isThere(path, own, known) ? [] : [path],
    );
  }

  #isThere(path: string, own: Own, known: ReadonlySet<string>): boolean {
    const absolute = join(this.world.root, path);
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if ("folder" in own) return stats?.isDirectory() === true;
    if ("link" in own)
      return stats?.isSymbolicLink() === true && readlinkSync(absolute) === own.link;
    if (stats?.isFile() && readFileSync(absolute).equals(own.bytes)) return true;
    const mayMove = this.hasMoved && known.has(appleChecksum(own.bytes));
    return mayMove && filesIn(this.world.root).some((bytes) => bytes.equals(own.bytes));
  }
}

/** The bytes of every file below a folder, those that links lead to as well. */
function filesIn(folder: string): Buffer[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesIn(path);
    try {
      return [readFileSync(path)];
    } catch {
      return []; // a link that leads nowhere, or in a circle
    }
  });
}

async function play(deeds: readonly Deed[], marksFiles: boolean): Promise<void> {
  using world = new World(marksFiles);
  const person = new Person(world);
  const live = new Map<number, Photo>();
  const known = new Set<string>();
  const settle = async (deed: Extract<Deed, { kind: "cycle" }>) => {
    const changes = settingsOf(deed);
    person.hasMoved ||= deed.relayout;
    try {
      world.closeMemory();
      await cycleWithCut(world, deed.cutAt, changes);
    } catch (error) {
      // A folder or a link in the way may fail files, and nothing else.
      if (!(error instanceof KeiError) || error instanceof Bug) throw error;
    }
  };
  for (const id of ["Sea", "Trip"])
    world.source.putAlbum({ id, name: id, kind: "album", parentId: null, isDeleted: false });
  for (const [index, deed] of deeds.entries()) {
    if (deed.kind === "put") {
      const photo = photoOf(deed);
      live.set(deed.photo, photo);
      world.source.add(photo);
      world.source.replace(photo);
      for (const bytes of photo.contents) {
        world.source.corrupt(opaque(bytes), bytes);
        known.add(appleChecksum(bytes));
      }
    } else if (deed.kind === "remove") {
      if (live.delete(deed.photo)) world.source.remove(`PHOTO-${deed.photo}`);
    } else if (deed.kind === "plant") person.plant(deed);
    else await settle(deed);
    expect({ index, deed, lost: person.losses(known) }).toEqual({ index, deed, lost: [] });
  }
  await settle({
    kind: "cycle",
    layout: "%Y/%m/%d",
    copies: "copy",
    relayout: false,
    cutAt: Infinity,
  });
  expect(person.losses(known)).toEqual([]);
  expectPhotos(world, [...live.values()], marksFiles);
}

function settingsOf({
  layout,
  copies,
  relayout,
}: Extract<Deed, { kind: "cycle" }>): Partial<CycleDoor> {
  return {
    rules: { ...DEFAULT_RULES, folderStructure: layout },
    options: { ...DEFAULT_SYNC, albumCopies: copies, relayout, attemptsMax: Infinity },
  };
}

/** Every photo whose bytes can be proved is on disk; of others at least a file of their size is taken for them. */
function expectPhotos(world: World, photos: readonly Photo[], marksFiles: boolean): void {
  const there = new Set(filesIn(world.root).map((bytes) => bytes.toString("base64")));
  const rows = world.rows();
  for (const { master, asset, contents } of photos) {
    const isOpaque = master.resources.Original!.checksum !== appleChecksum(contents[0]!);
    const due = rows.filter(
      (row) => row.asset === asset.id && row.state !== "saved" && row.state !== "left-out",
    );
    expect(due.map(({ path, error }) => `${path}: ${error}`)).toEqual([]);
    if (isOpaque) continue;
    const forms = contents.map((bytes) =>
      [bytes, withMark(bytes)].map((one) => Buffer.from(one).toString("base64")),
    );
    expect(forms.every((each) => each.some((one) => there.has(one)))).toBe(true);
    expect(marksFiles || there.has(Buffer.from(contents[0]!).toString("base64"))).toBe(true);
  }
}

const aLife = fc
  .tuple(fc.array(aStory, { minLength: 1, maxLength: 2 }), fc.array(aDeed, { maxLength: 6 }))
  .map(([stories, deeds]) => [...stories.flat(), ...deeds]);

test("nothing that kei did not write is touched, whatever happens", async () => {
  await fc.assert(fc.asyncProperty(aLife, fc.boolean(), play), {
    seed: SEED,
    numRuns: RUNS,
    interruptAfterTimeLimit: 100_000,
  });
}, 200_000);
