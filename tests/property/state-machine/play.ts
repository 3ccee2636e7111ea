/** Plays steps: each does one thing to the library, the settings, the disk or kei. Throws at the first broken promise. */
import { mkdirSync, rmSync, writeFileSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { AuthError, Bug, KeiError } from "../../../src/lib/errors.ts";
import type { Tally } from "../../../src/sync/events.ts";
import { findUnquiet, settle } from "./check.ts";
import { faultRule, harmlessQuirk, recordError, trouble } from "./faults.ts";
import { Interruption, PowerCut } from "./interruption.ts";
import { editLibrary } from "./edits.ts";
import { chosen } from "./steps.ts";
import type { Step } from "./steps.ts";
import { turned, withKnownAlbums } from "./settings.ts";
import { SMALL, World } from "./world.ts";
import type { Shape } from "./world.ts";

const HOUR_MS = 3_600_000;
/** Deeds of an ordinary cycle: interruptions fall among them. */
const DEEDS = 260;
/** Edits that come while kei is at work fall among so many: the first ones are questions to Apple. */
const LATE_DEEDS = 20;
const LATE_EDITS = ["edit", "replace-bytes", "replace-bytes", "add"] as const;

export class BrokenPromise extends Error {}

/** What a person does to the disk must not fall into the same tick as what kei did. */
const TICK_MS = 12;

export async function playAll(
  seed: number,
  steps: readonly Step[],
  shape: Shape = SMALL,
): Promise<void> {
  await using world = await World.start(seed, shape);
  for (const step of [...steps, { kind: "quiet", pick: 0, detail: 0 } as const]) {
    await play(world, step);
  }
}

async function play(world: World, step: Step): Promise<void> {
  const { pick, detail } = step;
  const { library } = world;
  switch (step.kind) {
    case "quirk":
      return void (await library.change("quirks", harmlessQuirk(pick)));
    case "trouble":
      return void (await library.change("quirks", trouble(pick, detail, anyRecord(world, detail))));
    case "record-error":
      return void (await library.change("quirks", recordError(detail, anyRecord(world, pick))));
    case "fault":
      return void (await library.admin("faults", faultRule(pick, detail)));
    case "settings":
      world.settings = turned(world.settings, pick, detail, library.albums);
      return;
    case "clock":
      return world.advance((1 + (pick % 3)) * HOUR_MS);
    case "delete-file":
      return deleteFile(world, pick);
    case "stranger":
      return plantAtWanted(world, pick, detail);
    case "stranger-first":
      return plantBefore(world, pick, detail);
    case "cycle":
      return cycle(world, new Interruption("none", 0));
    case "late-edit":
      return cycle(
        world,
        new Interruption("none", 1 + (pick % LATE_DEEDS), () => edit(world, step)),
      );
    case "abort":
      return cycle(world, new Interruption("abort", 1 + (pick % DEEDS)));
    case "power-cut":
      return cycle(world, new Interruption("power-cut", 1 + (pick % DEEDS)));
    case "quiet":
      return quiet(world);
    default:
      return editLibrary(library, step.kind, pick, detail);
  }
}

/** Somebody edits an old photo, or adds one. */
async function edit({ library }: World, { pick, detail }: Step): Promise<void> {
  await editLibrary(library, chosen(LATE_EDITS, detail)!, pick, detail);
}

function anyRecord({ library }: World, raw: number): string {
  return chosen(library.photos, raw)?.recordName ?? "*";
}

/** A cycle in whatever weather: it may fail with a typed error, but must lose nothing. */
async function cycle(world: World, end: Interruption): Promise<void> {
  try {
    const tally = await world.cycle(end);
    expectSum(tally);
    if (end.isCalm) expectAllTried(tally);
  } catch (error) {
    const isOurs = error instanceof PowerCut || error === end.reason || end.isCut;
    if (!isOurs && (!(error instanceof KeiError) || error instanceof Bug)) throw error;
  }
  refuse(world.ledger.findLosses(world.library.history));
}

/** No faults any more: soon the disk must be what the model says. */
async function quiet(world: World): Promise<void> {
  world.settings = withKnownAlbums(world.settings, world.library.albums);
  await settle(world, async () => {
    try {
      const tally = await world.cycle();
      expectSum(tally);
      return tally;
    } catch (error) {
      // Apple may end a session three times an hour before kei calls it a day.
      if (!(error instanceof AuthError) || error.reason !== "unavailable") throw error;
      world.advance(2 * HOUR_MS);
      return null;
    }
  });
  refuse(world.ledger.findLosses(world.library.history));
  refuse(await findUnquiet(world));
}

function expectSum({ seen, saved, failed, interrupted, skipped }: Tally): void {
  const rest = Object.values(skipped).reduce((sum, count) => sum + count, 0);
  if (seen !== saved + failed + interrupted + rest) refuse(["the outcomes do not add up"]);
}

/** Nobody stopped it, and nothing failed: then nothing was passed by. */
function expectAllTried({ interrupted, failed, listingFaults }: Tally): void {
  if (interrupted > 0 && failed + listingFaults === 0) {
    refuse(["what was due was not fetched, and nothing said why"]);
  }
}

/** What is known to be broken can be passed by, to see what lies behind it: `KEI_TOLERATE="a part|twice"`. */
const TOLERATED = Bun.env.KEI_TOLERATE ? new RegExp(Bun.env.KEI_TOLERATE) : null;

function refuse(faults: readonly string[]): void {
  const found = faults.filter((fault) => !TOLERATED?.test(fault));
  if (found.length > 0) throw new BrokenPromise(found.join("\n"));
}

async function deleteFile({ ledger, root }: World, pick: number): Promise<void> {
  const row = chosen([...ledger.kept.values()], pick);
  if (!row) return;
  const path = ledger.rows().find(({ key }) => key === row.key)?.path ?? row.path;
  await Bun.sleep(TICK_MS);
  rmSync(join(root, path), { force: true });
  ledger.forget(row);
  // Copies in other albums may have been symbolic links to it.
  const disk = ledger.disk();
  for (const other of ledger.rows())
    if (other.asset === row.asset && !disk.has(other.path)) ledger.forget(other);
}

/** Somebody puts a file where one of ours is about to go. */
async function plantAtWanted(world: World, pick: number, detail: number): Promise<void> {
  const wanted = world.ledger.rows().filter(({ isSaved }) => !isSaved);
  const row = chosen(wanted, pick);
  if (row) plant(world, row.path, 100 + (detail % 5000));
}

/** Somebody has a file of the very name, and perhaps the very size, of a photo that comes later. */
async function plantBefore(world: World, pick: number, detail: number): Promise<void> {
  const { library } = world;
  const dateMs = Date.UTC(2020, pick % 3, 1 + (detail % 3), 12, 0, detail % 60, pick % 1000);
  const name = `IMG_${1000 + (pick % 4)}.JPG`;
  await library.change("add", { assets: [{ kind: "jpeg", name, date: dateMs }] });
  const photo = library.photos.findLast(({ fileName }) => fileName === name);
  const size = photo?.renditions.find(({ key }) => key === "original")?.size ?? 100;
  const folder = folderOf(world.settings.template, dateMs);
  plant(world, join(folder, name), detail % 2 === 0 ? size : 1 + (detail % 3000));
}

function folderOf(template: string, dateMs: number): string {
  if (template === "none") return "";
  const [year, month, day] = new Date(dateMs).toISOString().slice(0, 10).split("-") as string[];
  return template === "%Y/%m/%d" ? `${year}/${month}/${day}` : `${year}`;
}

function plant({ root, ledger }: World, path: string, sizeBytes: number): void {
  const absolute = join(root, path);
  if (existsSync(absolute)) return;
  // A file in the place of a saved one that was deleted is only noticed by `kei verify`, which reads contents.
  if (ledger.rows().some((row) => row.path === path && row.isSaved)) return;
  mkdirSync(dirname(absolute), { recursive: true });
  const bytes = Buffer.alloc(sizeBytes, `stranger ${path} `);
  writeFileSync(absolute, bytes);
  ledger.strangers.set(path, new Bun.CryptoHasher("sha256").update(bytes).digest("hex"));
}
