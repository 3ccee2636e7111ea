/** Who may bring a row from which state to which: the one table of it. What is not in it does not happen. */
import type { FileState } from "./row.ts";

/** What the planner does. */
export type PlannerDeed =
  | "want-again" // its content changed at Apple
  | "take-in" // it is selected again
  | "leave-out" // nothing selects it any more
  | "doubt"; // the same, but it may be on disk

/** What the downloader does. */
export type DownloaderDeed =
  | "stage" // its bytes are whole, and about to be named
  | "save" // its bytes are named, or were there
  | "move-on" // what is under its name is not ours to replace: it gets another name
  | "withdraw" // it is not there, and nobody wants it
  | "give-up" // its staged bytes are lost, and nobody can give them any more
  | "fall-back"; // the same, but an older version is there

/** What the mover does, who looks at the disk. */
export type MoverDeed =
  | "lose" // it is not on disk any more
  | "damage" // it is there, and other than it was left
  | "lose-for-good"; // the same, and iCloud does not have it either

export type Deed = PlannerDeed | DownloaderDeed | MoverDeed;

/** The state after a deed, or that there is no row any more. */
export type Next = FileState | "forgotten";

export const TRANSITIONS: Readonly<Record<Deed, Readonly<Partial<Record<FileState, Next>>>>> = {
  "want-again": {
    promised: "promised",
    outdated: "outdated",
    staged: "outdated",
    saved: "outdated",
  },
  "take-in": { doubted: "promised", dropped: "staged", "left-out": "saved" },
  "leave-out": {
    promised: "forgotten",
    doubted: "forgotten",
    outdated: "left-out",
    staged: "dropped",
    dropped: "dropped",
    saved: "left-out",
    "left-out": "left-out",
  },
  doubt: { promised: "doubted", doubted: "doubted" },
  stage: {
    promised: "staged",
    outdated: "staged",
    staged: "staged",
    dropped: "dropped",
    saved: "staged", // something else is to be written into it
  },
  save: {
    promised: "saved",
    doubted: "left-out",
    outdated: "saved",
    staged: "saved",
    dropped: "left-out",
  },
  "move-on": { promised: "promised", outdated: "promised", staged: "promised", dropped: "dropped" },
  withdraw: { doubted: "forgotten" },
  "give-up": { dropped: "forgotten" },
  "fall-back": { dropped: "left-out" },
  damage: { saved: "outdated" },
  lose: { saved: "promised", "left-out": "forgotten" },
  "lose-for-good": { saved: "forgotten", "left-out": "forgotten" },
};

/** What a deed makes of a row in a state; null when it may not be done. Pure. */
export function after(state: FileState, deed: Deed): Next | null {
  return TRANSITIONS[deed][state] ?? null;
}
