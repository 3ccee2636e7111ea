/**
 * Variables by which the runtime under kei gives secrets away or lets anybody pose as Apple, and says nothing or little
 * of it. They act before our first line does, so kei cannot undo them, only refuse to go on. Left over in a shell or a
 * container they harm by accident; what can only be meant (BUN_OPTIONS, LD_PRELOAD) is the person's own affair.
 */
import type { Environment } from "../lib/environment.ts";
import { UsageError } from "../lib/errors.ts";

interface Hazard {
  readonly name: RegExp;
  readonly isHarmful: (value: string) => boolean;
  readonly consequence: string;
}

const HAZARDS: readonly Hazard[] = [
  {
    name: /^BUN_CONFIG_VERBOSE_FETCH$/,
    isHarmful: (value) => !isOff(value),
    consequence: "prints cookies and tokens",
  },
  {
    name: /^NODE_TLS_REJECT_UNAUTHORIZED$/,
    isHarmful: isOff,
    consequence: "lets anybody on the network pose as Apple",
  },
  {
    name: /^BUN_INSPECT(_|$)/,
    isHarmful: () => true,
    consequence: "opens the memory of kei to other programs",
  },
];

/** Throws UsageError that names the first variable with which it is not safe to go on. An empty one is not set. */
export function refuseHarmfulVariables(env: Environment): void {
  for (const [name, value] of Object.entries(env)) {
    if (!value) continue;
    const hazard = HAZARDS.find((each) => each.name.test(name) && each.isHarmful(value));
    if (!hazard) continue;
    throw new UsageError(
      `The variable ${name} ${hazard.consequence}`,
      `unset ${name}, and run kei again`,
      "merged",
    );
  }
}

function isOff(value: string): boolean {
  return ["0", "false"].includes(value.trim().toLowerCase());
}
