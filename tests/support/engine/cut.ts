/** A cycle in which the power goes at a chosen step. */
import { expect } from "bun:test";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import { openDatabase } from "../../../src/state/open.ts";
import { MortalMemory, Power, PowerCut, mortalDestination, mortalOpen } from "./power.ts";
import type { World } from "./world.ts";

/** Runs a cycle in which the power goes at a step; true when it was over before. */
export async function cycleWithCut(
  world: World,
  cutAt: number,
  changes: Partial<CycleDoor> = {},
): Promise<{ isOver: boolean; steps: number }> {
  const power = new Power(cutAt);
  const memory = new MortalMemory(openDatabase(world.databasePath), world.databasePath, power);
  const door = world.door({ memory, ...changes });
  try {
    await world.cycle({
      ...changes,
      memory,
      destination: mortalDestination(door.destination, power),
      open: mortalOpen(door.open, power),
    });
  } catch (error) {
    expect(error).toBeInstanceOf(PowerCut);
  } finally {
    memory.close();
  }
  return { isOver: !power.isCut, steps: power.steps };
}
