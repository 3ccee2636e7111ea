/**
 * Decides which files an asset should have and what they are called.
 *
 * Pure: same asset, same rules, same names taken, same answer. A name once given stays. A name is never refused
 * altogether: when all the usual ones are taken, a counter tells the file apart.
 *
 * A file that is nobody's own and has the right size keeps the name, for it is likely the photo itself. The caller
 * proves that by checksum; if it is a stranger, the caller reports the name as taken by another size and asks again.
 */
import type { Asset } from "../photos/asset.ts";
import { companionAliases, primaryAliases } from "./aliases.ts";
import { companionSeries, primarySeries, suffixOf, type NameSeries } from "./candidates.ts";
import { NameClaims, isSameKey } from "./claims.ts";
import { foldPath } from "./fold.ts";
import { folderFor } from "./folders.ts";
import { companionParts, fileName, primaryParts, type NameParts } from "./names.ts";
import {
  choosePrimaries,
  chooseRenditions,
  type Choice,
  type Choices,
  type CompanionChoice,
} from "./renditions.ts";
import type { FileKey, PlanRules, PlannedFile, TakenNames } from "./rules.ts";

/** A name that a file has already. */
export interface KnownName {
  readonly key: FileKey;
  readonly path: string;
}

export interface PlanInput {
  readonly asset: Asset;
  /** Empty unless the template names albums. */
  readonly album: string;
  readonly rules: PlanRules;
  /** Names this asset's files have; they stay. Leave them out to lay the files out anew. */
  readonly known: readonly KnownName[];
  readonly taken: TakenNames;
}

type AnyChoice = Choice | CompanionChoice;

/** A primary and the suffix its name carries against collisions. */
interface Placed {
  readonly path: string;
  readonly suffix: string;
}

/** The files an asset should have; none when no rendition is wanted or available. */
export function planFiles(input: PlanInput): PlannedFile[] {
  const choices = chooseRenditions(input.asset, input.rules);
  return new AssetPlan(input, choices).files();
}

/** The plan of one asset in the making. */
class AssetPlan {
  readonly #claims: NameClaims;
  readonly #folder: string;

  constructor(
    private readonly input: PlanInput,
    private readonly choices: Choices,
  ) {
    this.#claims = new NameClaims(input.taken);
    for (const { path } of input.known) this.#claims.keep(path);
    this.#folder = this.#chooseFolder();
  }

  files(): PlannedFile[] {
    const { primaries, companion } = this.choices;
    const placed = this.#placePrimaries(primaries);
    const files = primaries.map((choice, index) => this.#file(choice, placed[index]!.path));
    if (companion) files.push(this.#file(companion, this.#placeCompanion(companion, placed[0])));
    return files;
  }

  // What belongs together stays together: a new half joins the half that is already somewhere.
  #chooseFolder(): string {
    const { asset, album, rules } = this.input;
    const wanted: AnyChoice[] = [...this.choices.primaries];
    if (this.choices.companion) wanted.push(this.choices.companion);
    for (const choice of wanted) {
      const path = this.#knownPath(choice);
      if (path !== null) return path.slice(0, Math.max(path.lastIndexOf("/"), 0));
    }
    return folderFor(rules.folderStructure, rules.timeZone, {
      createdMs: asset.createdMs,
      album,
      zone: asset.zone,
    });
  }

  #placePrimaries(choices: readonly Choice[]): Placed[] {
    const { asset, rules } = this.input;
    const names = tellApart(choices, (choice) => primaryParts(asset, choice, rules));
    return choices.map((choice, index) => this.#placePrimary(choice, names[index]!));
  }

  #placePrimary(choice: Choice, parts: NameParts): Placed {
    const { asset, rules } = this.input;
    const names = this.#primaryNames(choice, parts);
    const known = this.#knownPath(choice);
    if (known !== null) return { path: known, suffix: suffixOf(names, lastSegment(known)) };
    return this.#claims.give({
      key: this.#key(choice),
      sizeBytes: choice.resource.sizeBytes,
      folder: this.#folder,
      names,
      aliases: () => primaryAliases(asset, choice, rules, parts),
    });
  }

  #placeCompanion(choice: CompanionChoice, still: Placed | undefined): string {
    const known = this.#knownPath(choice);
    if (known !== null) return known;
    const { asset, rules } = this.input;
    const primary = still ?? this.#knownStill();
    const parts = companionParts(asset, choice, rules, primary?.suffix ?? "");
    const { sizeBytes } = choice.resource;
    const name = primary ? lastSegment(primary.path) : null;
    return this.#claims.give({
      key: this.#key(choice),
      sizeBytes,
      folder: this.#folder,
      names: companionSeries(parts, { sizeBytes, masterId: asset.masterId }),
      aliases: () => companionAliases(asset, choice, rules, { parts, primary: name }),
    }).path;
  }

  // A still that was saved under other settings still lends its suffix to the movie.
  #knownStill(): Placed | null {
    const { asset, rules, known } = this.input;
    if (known.length === 0) return null;
    for (const choice of choosePrimaries(asset, rules)) {
      const path = this.#knownPath(choice);
      if (path === null) continue;
      const names = this.#primaryNames(choice, primaryParts(asset, choice, rules));
      return { path, suffix: suffixOf(names, lastSegment(path)) };
    }
    return null;
  }

  #primaryNames(choice: Choice, parts: NameParts): NameSeries {
    const { masterId } = this.input.asset;
    return primarySeries(parts, { sizeBytes: choice.resource.sizeBytes, masterId });
  }

  #knownPath(choice: AnyChoice): string | null {
    if (this.input.known.length === 0) return null;
    const key = this.#key(choice);
    return this.input.known.find((known) => isSameKey(known.key, key))?.path ?? null;
  }

  #key(choice: AnyChoice): FileKey {
    return {
      asset: this.input.asset.id,
      rendition: choice.rendition,
      album: this.input.album,
    };
  }

  #file(choice: AnyChoice, path: string): PlannedFile {
    const { checksum, sizeBytes, uti } = choice.resource;
    return { key: this.#key(choice), path, checksum, sizeBytes, uti };
  }
}

/** Several sizes of one asset whose names are equal: the later ones say what they are. */
function tellApart(
  choices: readonly Choice[],
  partsOf: (choice: Choice) => NameParts,
): NameParts[] {
  if (choices.length < 2) return choices.map(partsOf);
  const given = new Set<string>();
  return choices.map((choice) => {
    let parts = partsOf(choice);
    if (given.has(foldPath(fileName(parts)))) {
      parts = { ...parts, tail: `${parts.tail}-${choice.size}` };
    }
    given.add(foldPath(fileName(parts)));
    return parts;
  });
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
