/**
 * The state-machine test for as long as you like: `bun scripts/soak.ts --steps 20000 --seed 1 [--each 200] [--life busy]`.
 *
 * Plays one seed after the other, so many steps each, goes on after a failure, and ends with what it found: exit code 1
 * when any promise was broken.
 */
import { parseArgs } from "node:util";
import { LIVES } from "../tests/property/state-machine/lives.ts";
import type { Life } from "../tests/property/state-machine/lives.ts";
import { SeedFailure, playSeed } from "../tests/property/state-machine/tell.ts";

const SHRINK_MS = 30_000;

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    each: { type: "string", default: "200" },
    life: { type: "string", default: "mixed" },
  },
});

const life: Life = LIVES[values.life as keyof typeof LIVES];

process.exitCode = await soak(Number(values.steps), Number(values.seed), Number(values.each));

async function soak(steps: number, firstSeed: number, each: number): Promise<number> {
  const failures = new Map<string, number[]>();
  const startedMs = Date.now();
  const seeds = Math.ceil(steps / each);
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const failure = await failureOf(seed, each, failures);
    if (failure === null) continue;
    failures.set(failure.kind, [...(failures.get(failure.kind) ?? []), seed]);
  }
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  console.log(
    `${seeds * each} steps, seeds ${firstSeed} to ${firstSeed + seeds - 1}, ${seconds} s`,
  );
  for (const [kind, where] of failures) console.log(`${kind}: seeds ${where.join(", ")}`);
  return failures.size === 0 ? 0 : 1;
}

/** Only the first failure of a kind is shrunk. */
async function failureOf(
  seed: number,
  count: number,
  known: ReadonlyMap<string, unknown>,
): Promise<SeedFailure | null> {
  try {
    await playSeed(seed, count, (kind) => (known.has(kind) ? 0 : SHRINK_MS), life);
    return null;
  } catch (error) {
    if (!(error instanceof SeedFailure)) throw error;
    console.log(known.has(error.kind) ? `seed ${seed}: ${error.kind}` : `${error.message}\n`);
    return error;
  }
}
