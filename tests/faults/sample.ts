/** A few trials of many: of each kind of call and each error alike, so that rare calls are not drowned by frequent ones. */
import { Random } from "../support/random.ts";
import type { Choose, Trial } from "./campaign.ts";
import { kindOf } from "./kinds.ts";

/** Draws so many trials of each step. */
export function chooser(count: number): Choose {
  const random = Random.fromEnvironment();
  return (trials) => {
    const groups = [...Map.groupBy(trials, groupOf).values()];
    const drawn: Trial[] = [];
    let left = groups.map((group) => [...group]);
    while (drawn.length < count && left.length > 0) {
      // One of each group in a round, and the rounds in any order.
      const round = shuffled(left, random);
      for (const group of round) drawn.push(group.splice(random.below(group.length), 1)[0]!);
      left = left.filter((group) => group.length > 0);
    }
    return drawn.slice(0, count);
  };
}

function shuffled<Value>(values: readonly Value[], random: Random): Value[] {
  const rest = [...values];
  return values.map(() => rest.splice(random.below(rest.length), 1)[0]!);
}

function groupOf({ fault }: Trial): string {
  return `${kindOf(fault.call)} ${fault.error} ${fault.isLasting}`;
}
