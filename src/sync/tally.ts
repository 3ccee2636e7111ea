/** Adds up a cycle. */
import type { OutcomeCount } from "../state/runs.ts";
import type { SkipReason, Tally } from "./events.ts";

type Counted = Omit<Tally, "seen" | "saved" | "failed" | "interrupted" | "skipped">;

/** The tally of a cycle from the outcomes of its assets and what was counted on the way. Pure. */
export function tallyOf(outcomes: readonly OutcomeCount[], counted: Counted): Tally {
  const tally: Tally = {
    ...counted,
    seen: 0,
    saved: 0,
    failed: 0,
    interrupted: 0,
    skipped: {},
  };
  for (const { outcome, assets } of outcomes) {
    tally.seen += assets;
    if (outcome.startsWith("skip:")) {
      const reason = outcome.slice("skip:".length) as SkipReason;
      tally.skipped[reason] = (tally.skipped[reason] ?? 0) + assets;
    } else if (outcome === "saved") tally.saved += assets;
    else if (outcome === "interrupted") tally.interrupted += assets;
    // An asset whose content record never came can only be called failed.
    else tally.failed += assets;
  }
  return tally;
}
