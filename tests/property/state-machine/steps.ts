/**
 * What can happen to a backup, as data: a step names its kind and carries raw numbers that are turned into photos,
 * albums and moments only when it is played, so that a list of steps stays playable when some are taken out.
 */
import type { Random } from "../../support/random.ts";

export interface Step {
  readonly kind: StepKind;
  /** Which photo, album, file or fault; taken modulo what there is. */
  readonly pick: number;
  /** A second choice. */
  readonly detail: number;
}

/** How often each kind is drawn, relative to the others. */
const WEIGHTS = {
  add: 9,
  "add-many": 0,
  "album-many": 0,
  "add-live": 3,
  edit: 5,
  revert: 2,
  "replace-bytes": 5,
  "replace-master": 2,
  duplicate: 2,
  favorite: 2,
  caption: 1,
  date: 2,
  hide: 3,
  unhide: 2,
  trash: 4,
  restore: 3,
  purge: 3,
  "album-create": 1,
  "album-rename": 1,
  "album-delete": 1,
  "album-add": 4,
  "album-remove": 2,
  "new-epoch": 1,
  skip: 1,
  quirk: 3,
  trouble: 2,
  "record-error": 1,
  fault: 9,
  settings: 6,
  clock: 2,
  "delete-file": 3,
  stranger: 3,
  "stranger-first": 3,
  cycle: 10,
  "late-edit": 4,
  abort: 6,
  "power-cut": 9,
  quiet: 7,
} as const;

export type StepKind = keyof typeof WEIGHTS;

export type Weights = Readonly<Record<StepKind, number>>;

/** A life of few photos and of everything that may happen to them. */
export const MIXED: Weights = WEIGHTS;

/** A life in which photos come by the hundred, and old ones are edited at the same time. */
export const BUSY: Weights = { ...WEIGHTS, "add-many": 9, "late-edit": 20, "replace-bytes": 12 };

/** A life of many albums. */
export const FILED: Weights = { ...WEIGHTS, "album-many": 6, "album-add": 12, "album-remove": 6 };

const KINDS = Object.keys(WEIGHTS) as StepKind[];
const NUMBERS = 1_000_000;

/** What is known to be broken can be left out, to see what lies behind it: `KEI_WITHOUT=record-error,quirk`. */
const LEFT_OUT = new Set(Bun.env.KEI_WITHOUT?.split(","));

/** The steps of a seed; more of them begin with the same ones. */
export function drawSteps(random: Random, count: number, weights = MIXED): Step[] {
  const drawn = Array.from({ length: count }, () => {
    const kind = drawKind(random, weights);
    return { kind, pick: random.below(NUMBERS), detail: random.below(NUMBERS) };
  });
  return drawn.filter(({ kind }) => !LEFT_OUT.has(kind));
}

function drawKind(random: Random, weights: Weights): StepKind {
  let left = random.below(Object.values(weights).reduce((sum, weight) => sum + weight, 0));
  for (const kind of KINDS) {
    left -= weights[kind];
    if (left < 0) return kind;
  }
  return "quiet";
}

/** The item a raw number stands for; undefined when there is none. */
export function chosen<Item>(items: readonly Item[], raw: number): Item | undefined {
  return items.length === 0 ? undefined : items[raw % items.length];
}

/** Steps as a program text that can be pasted into a test. */
export function printSteps(steps: readonly Step[]): string {
  const lines = steps.map(
    ({ kind, pick, detail }) => `  { kind: "${kind}", pick: ${pick}, detail: ${detail} },`,
  );
  return `[\n${lines.join("\n")}\n]`;
}
