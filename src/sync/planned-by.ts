/**
 * By which settings everything remembered was planned. When they are others than the last time, all of it is planned
 * again; until a cycle has come to the end of that, the settings stay new.
 */
import { namesAlbums } from "../plan/folders.ts";
import type { PlanRules } from "../plan/rules.ts";
import { SETTINGS_KEY } from "../state/memory.ts";
import type { Memory } from "../state/memory.ts";
import type { CycleDoor } from "./cycle-door.ts";

/** How files were arranged in the last cycle. */
const ARRANGEMENT_KEY = "arrangement";

type Wanted = Pick<CycleDoor, "memory" | "rules" | "filterWords" | "options" | "metadata">;

export class PlannedBy {
  /** Other settings than the last time. */
  readonly isReplanned: boolean;
  /** Files are kept per album now and were not, or the other way round. */
  readonly isRearranged: boolean;
  readonly #memory: Memory;
  readonly #settings: Readonly<Record<string, string>>;

  constructor(wanted: Wanted) {
    const { memory, rules } = wanted;
    this.#memory = memory;
    this.#settings = {
      [SETTINGS_KEY]: settingsKey(wanted),
      [ARRANGEMENT_KEY]: arrangementOf(rules),
    };
    this.isReplanned = this.#isNew(SETTINGS_KEY);
    this.isRearranged = this.#isNew(ARRANGEMENT_KEY);
    if (memory.setting(SETTINGS_KEY) === null) this.note();
    // What this cycle plans by other settings than the last is planned again by the next, unless it comes to its end.
    memory.transaction(() => {
      for (const key of Object.keys(this.#settings)) {
        if (this.#isNew(key)) memory.setSetting(key, "");
      }
    });
  }

  /** Everything is planned by the settings of today. */
  note(): void {
    this.#memory.transaction(() => {
      for (const [key, value] of Object.entries(this.#settings))
        this.#memory.setSetting(key, value);
    });
  }

  #isNew(key: string): boolean {
    const known = this.#memory.setting(key);
    return known !== null && known !== this.#settings[key];
  }
}

// Everything that decides which files an asset has. Dates like "30d" count as written, not as they move on.
function settingsKey({ rules, filterWords, options, metadata }: Wanted): string {
  const plan = [rules, filterWords, options.libraries, options.selection];
  const words = JSON.stringify(metadata ? [...plan, metadata.options] : plan);
  return Bun.hash(words).toString(36);
}

function arrangementOf({ folderStructure }: PlanRules): string {
  return namesAlbums(folderStructure) ? "albums" : "one place";
}
