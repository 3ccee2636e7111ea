/** What was decided in a cycle but is not seen in the files that came. */
import type { Memory } from "../state/memory.ts";
import type { Observe, Tally } from "./events.ts";
import type { Scope } from "./scope.ts";

export interface RemarksDoor {
  readonly memory: Memory;
  readonly scope: Scope;
  readonly observe: Observe;
}

/** Says it. `isReplanned` is true when everything was planned by other settings than the last time. */
export function remark(tally: Tally, isReplanned: boolean, door: RemarksDoor): void {
  const { memory, scope, observe } = door;
  if (tally.filesExhausted > 0) {
    const message = `Files left alone because they failed in too many runs: ${tally.filesExhausted}`;
    observe({ kind: "warning", message, hint: "--retry-failed tries them again" });
  }
  if (tally.assetsGone > 0) {
    const message = `Gone from iCloud, kept on disk: ${tally.assetsGone}`;
    observe({ kind: "warning", message, hint: "kei status --gone lists them" });
  }
  if (!isReplanned) return;
  const leftOut = memory.files.countLeftOut(scope.zones().map(({ id }) => id));
  if (leftOut === 0) return;
  observe({ kind: "warning", message: `Saved files no longer selected, kept on disk: ${leftOut}` });
}
