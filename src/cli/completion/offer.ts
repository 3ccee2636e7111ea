/** What could be typed at the cursor: commands, flags, or the values of a flag. Pure, and the same for every shell. */
import type { Setting } from "../../config/settings/setting.ts";
import { settingsOf } from "../../config/settings/table.ts";
import { HELP_TOPICS, isCommand, subCommandsOf } from "../commands.ts";
import { flagNamed, flagOfLetter } from "../flags.ts";
import { SHELLS } from "./shells.ts";

export interface Candidate {
  readonly value: string;
  /** A few words about it; may be empty. */
  readonly note: string;
}

export type Offer =
  /** Names of files, which every shell knows better. */
  | { readonly kind: "files"; readonly prefix: string }
  /** `prefix` is the part of the word under the cursor that stands before the values, as in `--size=original,`. */
  | { readonly kind: "words"; readonly prefix: string; readonly candidates: readonly Candidate[] };

/** Names that the last sync saw; asked for only where one of them fits. */
export interface KnownNames {
  albums(): readonly string[];
  libraries(): readonly string[];
}

/** Offers for a line: `words` stand between `kei` and the cursor, `current` is the unfinished word under it. */
export function offerFor(words: readonly string[], current: string, names: KnownNames): Offer {
  const line = readLine(words);
  if (line.open) return valuesOf(line.open, "", current, names);
  const inline = /^--([^=]+)=/.exec(current);
  const setting = inline ? flagNamed(inline[1]!) : undefined;
  if (inline) {
    return setting ? valuesOf(setting, inline[0], current, names) : wordsOffer([]);
  }
  if (current.startsWith("-")) return wordsOffer(flagsFor(line));
  const next = nextWords(line.path);
  return wordsOffer(next.length > 0 ? next : flagsFor(line));
}

interface Line {
  /** The words that are neither flags nor their values. */
  readonly path: readonly string[];
  readonly used: ReadonlySet<Setting>;
  /** A flag that still needs its value. */
  readonly open: Setting | null;
}

function readLine(words: readonly string[]): Line {
  const path: string[] = [];
  const used = new Set<Setting>();
  let open: Setting | null = null;
  for (const word of words) {
    if (open) {
      open = null;
      continue;
    }
    if (!word.startsWith("-") || word === "-") {
      path.push(word);
      continue;
    }
    const setting = word.startsWith("--")
      ? flagNamed(word.slice(2).split("=")[0]!)
      : flagOfLetter(word[1]!);
    if (!setting) continue;
    used.add(setting);
    const isInline = word.startsWith("--") ? word.includes("=") : word.length > 2;
    if (takesValue(setting) && !isInline) open = setting;
  }
  return { path, used, open };
}

function takesValue({ kind }: Setting): boolean {
  return kind !== "boolean" && kind !== "switch";
}

function nextWords(path: readonly string[]): Candidate[] {
  const whole = path.join(" ");
  if (path[0] === "help") return HELP_TOPICS.flatMap((topic) => below(path.slice(1), topic));
  if (whole === "completion") return SHELLS.map((value) => ({ value, note: "" }));
  return subCommandsOf(whole).map(([name, note]) => ({
    value: name.slice(whole === "" ? 0 : whole.length + 1),
    note,
  }));
}

/** The next word of a topic that begins with the words typed so far. */
function below(typed: readonly string[], [topic, note]: readonly [string, string]): Candidate[] {
  const words = topic.split(" ");
  const isFitting = typed.every((word, index) => words[index] === word);
  return isFitting && words.length === typed.length + 1 ? [{ value: words.at(-1)!, note }] : [];
}

function flagsFor({ path, used }: Line): Candidate[] {
  const name = path.length === 0 ? "sync" : path.join(" ");
  const command = isCommand(name) ? name : isCommand(path[0] ?? "") ? path[0] : undefined;
  const settings = command && isCommand(command) ? settingsOf(command) : [];
  const flags = settings
    .filter((setting) => setting.kind === "list" || !used.has(setting))
    .map(({ name, help }) => ({ value: `--${name}`, note: help }));
  return [...flags, { value: "--help", note: "Help on this command" }];
}

function valuesOf(setting: Setting, flag: string, current: string, names: KnownNames): Offer {
  if (setting.kind === "path") return { kind: "files", prefix: flag };
  const isSplit = setting.kind === "list" && setting.splitsAtCommas === true;
  const typed = current.slice(flag.length);
  const earlier = isSplit ? typed.slice(0, typed.lastIndexOf(",") + 1) : "";
  const values = wordsFor(setting, names)
    // In a list with commas a name with one would be two.
    .filter((value) => !isSplit || !value.includes(","))
    // A value that begins with a dash needs `--flag=`.
    .filter((value) => flag !== "" || !value.startsWith("-"));
  return wordsOffer(
    values.map((value) => ({ value, note: "" })),
    flag + earlier,
  );
}

function wordsFor(setting: Setting, names: KnownNames): readonly string[] {
  if (setting.name === "album") return ["all", ...names.albums()];
  if (setting.name === "exclude-album") return names.albums();
  if (setting.name === "library") return ["all", ...names.libraries()];
  if (setting.kind === "boolean") return ["true", "false"];
  if (setting.kind === "choice" || setting.kind === "list") return setting.choices ?? [];
  return [];
}

function wordsOffer(candidates: readonly Candidate[], prefix = ""): Offer {
  return { kind: "words", prefix, candidates };
}
