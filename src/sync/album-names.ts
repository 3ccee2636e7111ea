/** Names of albums that were asked for and mean nothing in any of the chosen libraries, or too much in one. Pure. */
import type { AlbumChoice } from "../plan/album-choice.ts";

type Judged = Pick<AlbumChoice, "unknown" | "unknownExcluded" | "ambiguous">;

export interface NamesJudged {
  /** Asked for, and nowhere to be found. */
  readonly missing: readonly string[];
  /** Excluded, and nowhere to be found. */
  readonly missingExcluded: readonly string[];
  /** A name that means albums of several places, with their paths; null when there is none. */
  readonly ambiguous: { readonly name: string; readonly paths: readonly string[] } | null;
}

/** Judges the names by what each of the chosen libraries makes of them; nothing can be said without any. */
export function judgeNames(choices: readonly Judged[]): NamesJudged {
  const [ambiguous] = choices.flatMap((choice) => [...choice.ambiguous]);
  return {
    missing: inAll(choices.map(({ unknown }) => unknown)),
    missingExcluded: inAll(choices.map(({ unknownExcluded }) => unknownExcluded)),
    ambiguous: ambiguous ? { name: ambiguous[0], paths: ambiguous[1] } : null,
  };
}

function inAll(lists: readonly (readonly string[])[]): string[] {
  const [first = []] = lists;
  return first.filter((name) => lists.every((list) => list.includes(name)));
}
