/** quirks, quirks/reset: switches odd behaviour on and off; the names are those of `Quirks`. */
import { quietQuirks, type Quirks } from "../quirks.ts";
import type { Action } from "./admin.ts";
import { AdminError } from "./input.ts";

export const quirkActions: Readonly<Record<string, Action>> = {
  /** Changes the quirks named, leaves the others. */
  quirks: ({ library, values }) => {
    const quiet = quietQuirks();
    for (const [name, value] of Object.entries(values)) {
      if (!isQuirk(name, quiet)) throw new AdminError(`There is no quirk "${name}"`);
      if (!isAlike(quiet[name], value)) throw new AdminError(`Cannot set ${name} to that`);
    }
    library.quirks = { ...library.quirks, ...values };
    return { recordNames: [], quirks: library.quirks };
  },

  "quirks/reset": ({ library }) => {
    library.quirks = quietQuirks();
    return { recordNames: [], quirks: library.quirks };
  },
};

function isQuirk(name: string, quiet: Quirks): name is keyof Quirks {
  return name in quiet;
}

/** Null stands for "no number" where the quiet value is null. */
function isAlike(quiet: unknown, value: unknown): boolean {
  if (quiet === null) return value === null || typeof value === "number";
  return typeof value === typeof quiet && Array.isArray(value) === Array.isArray(quiet);
}
