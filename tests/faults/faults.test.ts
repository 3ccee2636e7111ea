/** A few of the faults that `bun scripts/faults.ts` tries, and those that once went wrong. */
import { expect, test } from "bun:test";
import { runCampaign, titleOf, type Trial, type Verdict } from "./campaign.ts";
import { kindOf, type KindName } from "./kinds.ts";
import { chooser } from "./sample.ts";
import { canTrace } from "./strace.ts";

const PER_STEP = 3;

interface Once {
  readonly step: string;
  readonly kind: KindName;
  readonly error: string;
  /** Which one of those calls of the step on our files; negative from the end. */
  readonly at: number;
}

const ONCE: readonly Once[] = [
  // The old name could not be taken away: the file was left with two.
  { step: "relayout", kind: "remove", error: "EROFS", at: 2 },
  { step: "relayout", kind: "remove", error: "EPERM", at: 4 },
  // The folder of the old name was lost when the names were changed: the row kept the old one.
  { step: "relayout", kind: "open", error: "ESTALE", at: -8 },
  { step: "first sync", kind: "space", error: "ENOSYS", at: 0 },
  { step: "first sync", kind: "list", error: "EIO", at: -1 },
  { step: "first sync", kind: "sync", error: "ENOSPC", at: -3 },
  { step: "sync of changes", kind: "write", error: "EFBIG", at: 40 },
  { step: "status", kind: "read", error: "EIO", at: -1 },
];

test.skipIf(!canTrace)(
  "whichever call of the operating system fails, nothing is lost or wrong, it is named, and the next run mends it",
  async () => {
    const draw = chooser(PER_STEP);
    const verdicts: Verdict[] = [];
    await runCampaign(
      (trials) => [...draw(trials), ...ONCE.flatMap((once) => pick(once, trials))],
      (verdict) => verdicts.push(verdict),
    );
    const wrong = verdicts.filter(({ wrong }) => wrong.length > 0);
    expect(wrong.map((each) => [titleOf(each), each.wrong, each.stderr])).toEqual([]);
    expect(verdicts.filter(({ hit }) => hit.length > 0).length).toBeGreaterThan(20);
  },
  300_000,
);

function pick({ step, kind, error, at }: Once, trials: readonly Trial[]): Trial[] {
  const fitting = trials.filter(
    ({ fault, ...trial }) =>
      trial.step.name === step &&
      kindOf(fault.call) === kind &&
      fault.error === error &&
      !fault.isLasting,
  );
  return fitting.slice(at).slice(0, 1);
}
