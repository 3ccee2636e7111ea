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
    while (drawn.length < count && groups.length > 0) {
      const group = groups.splice(random.below(groups.length), 1)[0]!;
      drawn.push(group[random.below(group.length)]!);
    }
    return drawn;
  };
}

function groupOf({ fault }: Trial): string {
  return `${kindOf(fault.call)} ${fault.error}`;
}
