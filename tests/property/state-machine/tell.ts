/** Plays the steps of a seed, and tells what is needed to see a failure again. */
import { Random } from "../../support/random.ts";
import { LIVES } from "./lives.ts";
import type { Life } from "./lives.ts";
import { playAll } from "./play.ts";
import { shrunk } from "./shrink.ts";
import { drawSteps, printSteps } from "./steps.ts";
import type { Step } from "./steps.ts";

/** A failure of a seed: what broke, how to see it again, and the shortest way there that was found. */
export class SeedFailure extends Error {
  constructor(
    readonly kind: string,
    message: string,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

/** Throws SeedFailure with the seed, the steps that are left after shrinking, and the line that replays it. */
export async function playSeed(
  seed: number,
  count: number,
  shrinkMs: (kind: string) => number,
  life: Life = LIVES.mixed,
): Promise<void> {
  const steps = drawSteps(new Random(seed), count, life.weights);
  const first = await failureOf(seed, steps, life);
  if (first === null) return;
  const kind = kindOf(first);
  const fails = async (fewer: readonly Step[]) => {
    const failure = await failureOf(seed, fewer, life);
    return failure !== null && kindOf(failure) === kind;
  };
  const few = await shrunk(steps, fails, shrinkMs(kind));
  const replay = `bun scripts/soak.ts --life ${life.name} --seed ${seed} --steps ${count} --each ${count}`;
  const message = `${String(first)}\nseed ${seed}, shrunk to ${printSteps(few)}\n${replay}`;
  throw new SeedFailure(kind, message, first);
}

/** The steps that end in a failure, whatever it is; null when all is well. */
async function failureOf(seed: number, steps: readonly Step[], life: Life): Promise<unknown> {
  try {
    await playAll(seed, steps, life.shape);
    return null;
  } catch (error) {
    return error;
  }
}

/** A failure without the names and numbers in it: what shrinking must keep. */
function kindOf(error: unknown): string {
  const [line = ""] = String(error).split("\n");
  return line.slice(line.lastIndexOf(": ") + 2).replace(/\d+|\(.*\)/g, "#");
}
