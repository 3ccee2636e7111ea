/**
 * Every call to the operating system fails, in every way it may, once or from then on: `bun scripts/faults.ts`
 *
 *     [--kind sync,time] [--step "first sync"] [--lasting] [--only TITLE] [--part 1/4] [--sample N]
 *
 * Needs a built executable and strace. KEI_SEED draws another sample.
 */
import { parseArgs } from "node:util";
import { runCampaign, titleOf, type Trial, type Verdict } from "../tests/faults/campaign.ts";
import { kindOf } from "../tests/faults/kinds.ts";
import { chooser } from "../tests/faults/sample.ts";

const { values } = parseArgs({
  options: {
    kind: { type: "string" },
    step: { type: "string" },
    only: { type: "string" },
    part: { type: "string", default: "1/1" },
    sample: { type: "string" },
    lasting: { type: "boolean" },
  },
});

const [part = 1, parts = 1] = values.part.split("/").map(Number);
const kinds = values.kind?.split(",");
const sample = values.sample === undefined ? null : chooser(Number(values.sample));
const counts = { tried: 0, hit: 0, wrong: 0 };

await runCampaign((trials) => {
  const wanted = trials.filter(isWanted);
  const mine = wanted.filter((_, index) => index % parts === part - 1);
  const chosen = sample ? sample(mine) : mine;
  if (chosen.length > 0) console.log(`${chosen[0]!.step.name}: ${chosen.length} faults`);
  return chosen;
}, tell);
console.log(`${counts.tried} faults tried, ${counts.hit} met, ${counts.wrong} went wrong`);
process.exitCode = counts.wrong === 0 ? 0 : 1;

function isWanted(trial: Trial): boolean {
  const { step, fault } = trial;
  if (values.only !== undefined) return titleOf(trial) === values.only;
  if (values.lasting !== undefined && fault.isLasting !== values.lasting) return false;
  if (values.step !== undefined && step.name !== values.step) return false;
  return kinds === undefined || kinds.includes(kindOf(fault.call) ?? "");
}

function tell(verdict: Verdict): void {
  counts.tried += 1;
  if (verdict.hit.length > 0) counts.hit += 1;
  if (verdict.wrong.length === 0) return;
  counts.wrong += 1;
  const where = verdict.hit.map(({ paths }) => paths.join(", ")).join("; ");
  console.log(`${titleOf(verdict)} at ${where || "(not met)"}`);
  for (const wrong of verdict.wrong) console.log(`  ${wrong}`);
  console.log(verdict.stderr.replaceAll(/^/gm, "    | "));
}
