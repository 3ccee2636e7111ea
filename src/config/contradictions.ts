/**
 * Settings that are fine one by one and make no sense together.
 *
 * Looked for in the merged configuration, so that it does not matter where the halves came from, and only for
 * commands that use them.
 */
import { UsageError } from "../lib/errors.ts";
import { PRIMARY } from "../photos/zones.ts";
import { isAll } from "../plan/album-choice.ts";
import { parseDateBound } from "../plan/date-bound.ts";
import type { CommandName } from "./command.ts";
import type { Winners } from "./merge.ts";
import { settingsOf, type SettingName, type Values } from "./settings/table.ts";

/** What was merged, and under which names it was given. */
export interface Merged {
  readonly values: Values;
  readonly winners: Winners;
  readonly command: CommandName;
}

/** Complains about the first contradiction. */
export function refuseContradictions(merged: Merged): void {
  for (const { uses, complain } of CONTRADICTIONS) {
    const isOwned = settingsOf(merged.command).some(({ name }) => name === uses);
    if (isOwned) complain(merged);
  }
}

const CONTRADICTIONS: readonly { uses: SettingName; complain: (merged: Merged) => void }[] = [
  { uses: "library", complain: (merged) => refuseAllAndNames("library", merged) },
  { uses: "album", complain: (merged) => refuseAllAndNames("album", merged) },
  { uses: "exclude-album", complain: refuseNoAlbumLeft },
  { uses: "album", complain: refuseAlbumsOfNone },
  { uses: "skip-videos", complain: refuseNoMediaLeft },
  { uses: "recent", complain: refuseTwoBounds },
];

function refuseAllAndNames(name: "library" | "album", { values, winners }: Merged): void {
  const names = values[name] ?? [];
  const all = names.find((one) => isAll([one]));
  if (all === undefined || names.length === 1) return;
  const others = names.filter((one) => one !== all).map((one) => `"${one}"`);
  throw contradiction(
    `"${all}" and ${others.join(", ")} exclude each other in ${spelling(winners, name)}`,
    "give either all or names",
  );
}

/** Some of the albums may be excluded, for instance by the configuration file; all of them may not. */
function refuseNoAlbumLeft({ values, winners }: Merged): void {
  const albums = values.album ?? [];
  const excluded = new Set(values["exclude-album"]?.map((name) => name.normalize("NFC")));
  if (albums.length === 0 || albums.some((name) => !excluded.has(name.normalize("NFC")))) return;
  const given = `${spelling(winners, "album")} and ${spelling(winners, "exclude-album")}`;
  throw contradiction(
    `${given} leave no album: "${albums.join('", "')}"`,
    "leave out one of the two",
  );
}

/** Nothing would come, and nothing would say so. */
function refuseAlbumsOfNone({ values, winners }: Merged): void {
  const libraries = values.library;
  if ((values.album ?? []).length === 0) return;
  if (libraries.some((name) => isAll([name]) || name === PRIMARY)) return;
  throw contradiction(
    `${spelling(winners, "album")} finds nothing in ${spelling(winners, "library")} ${libraries.join(", ")}: shared libraries have no albums`,
    `add --library ${PRIMARY}, or leave out --album`,
  );
}

/** Live photos are photos; in no mode would anything of them come. */
function refuseNoMediaLeft({ values, winners }: Merged): void {
  if (!values["skip-videos"] || !values["skip-photos"]) return;
  throw contradiction(
    `${spelling(winners, "skip-videos")} and ${spelling(winners, "skip-photos")} leave nothing to download`,
    "--skip-videos=false or --skip-photos=false overrides the other sources",
  );
}

function refuseTwoBounds({ values, winners }: Merged): void {
  if (typeof values.recent !== "string" || values["skip-created-before"] === undefined) return;
  throw contradiction(
    `${spelling(winners, "recent")} ${values.recent} and ${spelling(winners, "skip-created-before")} exclude each other`,
    "both say how old an asset may be; give only one of them",
  );
}

/** What is allowed and yet hardly meant. */
export function doubts({ values, winners, command }: Merged, now: Moment): string[] {
  const before = values["skip-created-before"];
  const after = values["skip-created-after"];
  if (command !== "sync" || before === undefined || after === undefined) return [];
  const [from, to] = [before, after].map((text) => parseDateBound(text, now.ms, now.timeZone));
  if (from! < to!) return [];
  const given = `${spelling(winners, "skip-created-before")} ${before}`;
  return [
    `${given} is not before ${spelling(winners, "skip-created-after")} ${after}: nothing fits`,
  ];
}

/** When and where the words of a date are read. */
export interface Moment {
  readonly ms: number;
  readonly timeZone: string;
}

function spelling(winners: Winners, name: SettingName): string {
  return winners.get(name)?.spelling ?? `--${name}`;
}

function contradiction(message: string, hint: string): UsageError {
  return new UsageError(message, hint, "merged");
}
