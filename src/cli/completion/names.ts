/** Names of albums and libraries for the account that a line is about, from what the last sync remembered. */
import { knownNames } from "../../app/known-names.ts";
import { resolveConfig, type Surroundings } from "../../config/config.ts";
import { parseText, type Entry } from "../../config/value.ts";
import { KeiError } from "../../lib/errors.ts";
import { flagNamed, flagOfLetter } from "../flags.ts";
import type { KnownNames } from "./offer.ts";

/** Flags that say whose names these are. */
const DECISIVE = ["username", "config", "data-dir"];

/** Nothing is opened before a name is asked for, and whatever is wrong means no names. */
export function namesFor(words: readonly string[], around: Surroundings): KnownNames {
  let names: KnownNames | null = null;
  const load = () => (names ??= loadNames(words, around));
  return { albums: () => load().albums(), libraries: () => load().libraries() };
}

function loadNames(words: readonly string[], around: Surroundings): KnownNames {
  try {
    const entries = decisiveEntries(words);
    const typed = { command: "list albums", entries, code: null } as const;
    const { albums, libraries } = knownNames(resolveConfig(typed, around).config);
    return { albums: () => albums, libraries: () => libraries };
  } catch (error) {
    // A complaint in the middle of a line that is being typed would only be in the way.
    if (!(error instanceof KeiError)) throw error;
    return { albums: () => [], libraries: () => [] };
  }
}

function decisiveEntries(words: readonly string[]): Entry[] {
  return words.flatMap((word, index) => {
    const [, name = "", inline] = /^--?([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const setting = word.startsWith("--") ? flagNamed(name) : flagOfLetter(name);
    const text = inline ?? words[index + 1];
    if (!setting || text === undefined || !DECISIVE.includes(setting.name)) return [];
    const spelling = `--${setting.name}`;
    return [{ setting, source: "flag", spelling, value: parseText(setting, text, spelling) }];
  });
}
