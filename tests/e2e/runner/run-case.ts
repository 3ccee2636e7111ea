/** Runs one case from its first step to the checker. */
import { expect } from "bun:test";
import { startSimulator } from "../../support/simulator.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { ARRANGEMENTS } from "./arrange.ts";
import { EXPECTATIONS } from "./expect.ts";
import { splitWords, type Case, type Step } from "./parse.ts";
import { World } from "./world.ts";

export async function runCase({ steps }: Case): Promise<void> {
  // The options of the simulator come before everything else.
  const [first, ...others] = steps;
  const isOptions = first?.word === "simulator";
  const options = isOptions ? splitWords(first.rest) : ["--assets", "0"];
  await using simulator = await startSimulator(options);
  using folder = tempFolder();
  const world = new World(simulator, folder.path);
  for (const step of isOptions ? others : steps) await runStep(step, world);
  expect(await world.findLeaks()).toEqual([]);
  if (!world.isUnchecked) expect(await world.findFaults()).toEqual([]);
}

async function runStep(step: Step, world: World): Promise<void> {
  const act = ARRANGEMENTS[step.word] ?? EXPECTATIONS[step.word];
  try {
    if (step.word === "run") await world.run(step.rest);
    else if (step.word === "settled") await world.settled(step.rest);
    else if (act) await act(step, world);
    else throw new Error(`there is no step "${step.word}"`);
  } catch (error) {
    // Tells which step it was; the runner's own stack does not help.
    if (error instanceof Error)
      error.message = `line ${step.line}: ${step.word} ${step.rest}\n${error.message}`;
    throw error;
  }
}
