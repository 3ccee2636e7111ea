/** Makes a failing list of steps shorter, as far as that is cheap: halves, quarters and so on are left out in turn. */
import type { Step } from "./steps.ts";

/** `fails` plays steps and tells whether they still fail. */
export async function shrunk(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
  budgetMs: number,
): Promise<readonly Step[]> {
  const endsAtMs = Date.now() + budgetMs;
  let shortest = steps;
  for (let size = Math.ceil(steps.length / 2); size >= 1;) {
    let isShorter = false;
    for (let at = 0; at < shortest.length && Date.now() < endsAtMs;) {
      const fewer = [...shortest.slice(0, at), ...shortest.slice(at + size)];
      if (await fails(fewer)) {
        shortest = fewer;
        isShorter = true;
      } else at += size;
    }
    if (Date.now() >= endsAtMs) break;
    if (size > 1) size = Math.ceil(size / 2);
    else if (!isShorter) break;
  }
  return shortest;
}
