/** One line of the result: what was measured, of kei and next to it. */
import type { Requests } from "./apple.ts";
import type { Figures } from "./measure.ts";
import type { RivalFigures } from "./rivals.ts";

/** What the simulator spent on a run: it shares the machine, and may be what is measured. */
export interface Served {
  readonly simulatorMs: number;
}

export interface Row {
  readonly what: string;
  readonly repeat: number;
  readonly kei: Figures & Partial<Requests & Served>;
  /** By name of the program. */
  readonly rivals?: Readonly<Record<string, RivalFigures & Served>>;
  /** Further figures by name, the unit in the name. */
  readonly more?: Readonly<Record<string, number>>;
}

/** kei's speed as a share of another's: 1 is as fast, more is faster. */
export function speedShare({ kei }: Row, other: Figures): number {
  return other.wallMs / kei.wallMs;
}
