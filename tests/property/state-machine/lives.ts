/** Lives by what they are likely to show: what the world begins with, and what may happen there. */
import { FIRST_SETTINGS } from "./settings.ts";
import { BUSY, FILED, MIXED } from "./steps.ts";
import type { Weights } from "./steps.ts";
import { SMALL } from "./world.ts";
import type { Shape } from "./world.ts";

export interface Life {
  readonly name: string;
  readonly shape: Shape;
  readonly weights: Weights;
}

const HUNDREDS = { assets: 40, threads: 1 };

export const LIVES = {
  /** Everything may happen, to few photos. */
  mixed: { name: "mixed", shape: SMALL, weights: MIXED },
  /** Long rows of files for one thread, and edits while they are handed in. */
  busy: { name: "busy", shape: { ...SMALL, ...HUNDREDS }, weights: BUSY },
  /** Hundreds of photos in one folder. */
  flat: {
    name: "flat",
    shape: { ...HUNDREDS, settings: { ...FIRST_SETTINGS, template: "none" } },
    weights: BUSY,
  },
  /** Most photos in several albums. */
  filed: {
    name: "filed",
    shape: { assets: 40, threads: 2, settings: { ...FIRST_SETTINGS, template: "{album}/%Y" } },
    weights: FILED,
  },
} as const satisfies Record<string, Life>;
