/**
 * Years of a backup in a minute: random edits, faults, interruptions and settings, and after each calm the disk is what
 * the model says. `bun scripts/soak.ts` plays longer.
 */
import { describe, test } from "bun:test";
import { LIVES } from "./state-machine/lives.ts";
import type { Life } from "./state-machine/lives.ts";
import { playAll } from "./state-machine/play.ts";
import { playSeed } from "./state-machine/tell.ts";
import type { Step } from "./state-machine/steps.ts";

/** The same every time, so that a change is judged by itself; `bun scripts/soak.ts` goes where nobody has been. */
const FIRST_SEED = Number(Bun.env.KEI_SEED ?? 228_560);
const STEPS = Number(Bun.env.KEI_STEPS ?? 200);
const SEEDS = Bun.env.KEI_SEED === undefined ? 10 : 1;
const SHRINK_MS = 40_000;

for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
  test(`runCycle() keeps its promises over ${STEPS} steps of seed ${seed}`, async () => {
    await playSeed(seed, STEPS, () => SHRINK_MS);
  }, 300_000);
}

/** Lives that show what small ones do not, each over fewer steps. */
for (const name of ["busy", "flat", "filed"] as const) {
  for (let seed = FIRST_SEED; seed < FIRST_SEED + Math.min(SEEDS, 3); seed++) {
    test(`runCycle() keeps its promises in a ${name} life of seed ${seed}`, async () => {
      await playSeed(seed, Math.ceil(STEPS / 8), () => SHRINK_MS, LIVES[name]);
    }, 300_000);
  }
}

/** What random steps have found once, as short as it got. */
const STORIES: readonly { name: string; seed: number; life?: Life; steps: readonly Step[] }[] = [
  {
    name: "fetches an edit of an old photo that comes while hundreds of new ones are handed in",
    seed: 3,
    life: LIVES.busy,
    steps: [
      { kind: "late-edit", pick: 584360, detail: 581770 },
      { kind: "add-many", pick: 372295, detail: 530930 },
      { kind: "late-edit", pick: 412985, detail: 463966 },
    ],
  },
  {
    name: "brings a photo whose record Apple could not give just now in a page of changes",
    seed: 10,
    steps: [
      { kind: "cycle", pick: 0, detail: 0 },
      { kind: "record-error", pick: 0, detail: 0 },
      { kind: "add", pick: 1, detail: 0 },
      { kind: "cycle", pick: 0, detail: 0 },
    ],
  },
  {
    name: "withdraws new content that never came, when its photo is gone for good",
    seed: 1,
    steps: [
      { kind: "cycle", pick: 0, detail: 0 },
      { kind: "fault", pick: 5, detail: 6 },
      { kind: "replace-bytes", pick: 2, detail: 0 },
      { kind: "cycle", pick: 0, detail: 0 },
      { kind: "purge", pick: 2, detail: 0 },
    ],
  },
  {
    name: "applies new settings to a library that could not be refreshed when they changed",
    seed: 5,
    steps: [
      { kind: "cycle", pick: 0, detail: 0 },
      { kind: "settings", pick: 1, detail: 1 },
      { kind: "fault", pick: 31, detail: 0 },
      { kind: "favorite", pick: 0, detail: 0 },
      { kind: "cycle", pick: 0, detail: 0 },
    ],
  },
  {
    name: "brings the photos of an excluded album that got another name",
    seed: 301,
    steps: [
      { kind: "settings", pick: 8, detail: 0 },
      { kind: "quiet", pick: 0, detail: 0 },
      { kind: "album-rename", pick: 0, detail: 0 },
    ],
  },
  {
    name: "brings the photos of an excluded album that was deleted while the token was lost",
    seed: 301,
    steps: [
      { kind: "settings", pick: 8, detail: 1 },
      { kind: "quiet", pick: 0, detail: 0 },
      { kind: "new-epoch", pick: 0, detail: 0 },
      { kind: "album-delete", pick: 1, detail: 0 },
    ],
  },
  {
    name: "brings a photo that left an excluded album while the token was lost",
    seed: 301,
    steps: [
      { kind: "settings", pick: 8, detail: 1 },
      { kind: "quiet", pick: 0, detail: 0 },
      { kind: "new-epoch", pick: 0, detail: 0 },
      { kind: "album-remove", pick: 1, detail: 0 },
    ],
  },
  {
    name: "finishes a shared library that has nothing of the album that is asked for",
    seed: 11,
    steps: [
      { kind: "settings", pick: 7, detail: 0 },
      { kind: "settings", pick: 4, detail: 0 },
    ],
  },
  {
    name: "finds the album of a photo that was away while the album was listed again",
    seed: 229,
    steps: [
      { kind: "purge", pick: 702780, detail: 10546 },
      { kind: "add", pick: 838973, detail: 824070 },
      { kind: "settings", pick: 129769, detail: 291737 },
      { kind: "settings", pick: 32284, detail: 114172 },
      { kind: "abort", pick: 884559, detail: 870812 },
      { kind: "hide", pick: 839390, detail: 513663 },
      { kind: "settings", pick: 692695, detail: 364041 },
      { kind: "power-cut", pick: 555531, detail: 481131 },
      { kind: "unhide", pick: 964117, detail: 535950 },
    ],
  },
  {
    name: "fetches what a cycle with other settings passed by before it failed",
    seed: 440,
    steps: [
      { kind: "abort", pick: 737090, detail: 989208 },
      { kind: "settings", pick: 483298, detail: 428848 },
      { kind: "album-rename", pick: 371904, detail: 604020 },
      { kind: "add", pick: 400217, detail: 817584 },
      { kind: "cycle", pick: 349447, detail: 9361 },
    ],
  },
  {
    name: "knows that the newest few were all there were, when Apple counted too many and they were listed twice",
    seed: 12034,
    steps: [
      { kind: "settings", pick: 575113, detail: 21437 },
      { kind: "trouble", pick: 649314, detail: 619715 },
      { kind: "abort", pick: 797537, detail: 662436 },
      { kind: "settings", pick: 645288, detail: 881029 },
      { kind: "abort", pick: 508405, detail: 348689 },
      { kind: "add", pick: 133458, detail: 48594 },
    ],
  },
  {
    name: "brings the new bytes of a photo that was hidden while the token was lost",
    seed: 5085,
    steps: [
      { kind: "abort", pick: 661094, detail: 432408 },
      { kind: "hide", pick: 646259, detail: 82888 },
      { kind: "replace-bytes", pick: 259647, detail: 492926 },
      { kind: "new-epoch", pick: 352517, detail: 551696 },
      { kind: "cycle", pick: 740343, detail: 733268 },
      { kind: "unhide", pick: 834837, detail: 12120 },
    ],
  },
  {
    name: "does not take a photo's second file for the first one moved, after a power cut",
    seed: 141803,
    steps: [
      { kind: "settings", pick: 215100, detail: 381831 },
      { kind: "cycle", pick: 955859, detail: 386518 },
      { kind: "settings", pick: 875106, detail: 958350 },
      { kind: "settings", pick: 774275, detail: 16982 },
      { kind: "power-cut", pick: 151331, detail: 222391 },
    ],
  },
];

describe("runCycle()", () => {
  for (const { name, seed, life, steps } of STORIES) {
    test(name, () => playAll(seed, steps, life?.shape), 30_000);
  }
});
