/** Finds a name that is free, or under which the file already stands. */
import { invariant } from "../lib/errors.ts";
import type { NameSeries } from "./candidates.ts";
import { foldPath } from "./fold.ts";
import { hasMeridiem } from "./meridiem.ts";
import { fileName } from "./names.ts";
import type { FileKey, TakenNames } from "./rules.ts";

/** A file in search of a name. */
export interface Claim {
  readonly key: FileKey;
  readonly sizeBytes: number;
  readonly folder: string;
  readonly names: NameSeries;
  /** Names others gave it; asked for only where a file may have one. */
  readonly aliases: () => readonly string[];
}

type Verdict = "free" | "ours" | "taken";

// A name is refused once per file that stands in the way; no folder holds so many of one name.
const ATTEMPTS_MAX = 100_000;

/** Names for the files of one asset, checked against what is taken and against each other. */
export class NameClaims {
  readonly #given = new Set<string>();

  constructor(private readonly taken: TakenNames) {}

  /** Notes a path that one of the asset's files has already. */
  keep(path: string): void {
    this.#given.add(foldPath(path));
  }

  /** The path for a file: where it already is, else the first free name of its series. */
  give(claim: Claim): { path: string; suffix: string } {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const suffix = claim.names.suffixes(attempt);
      const name = fileName(claim.names.parts, suffix);
      const path = this.#settle(claim, name, attempt === 0);
      if (path === null) continue;
      this.keep(path);
      return { path, suffix };
    }
    invariant(false, "there is always another name");
  }

  #settle(claim: Claim, name: string, isFirst: boolean): string | null {
    const path = this.taken.spelled(joinPath(claim.folder, name));
    const verdict = this.#judge(path, claim);
    if (verdict !== "free") return verdict === "ours" ? path : null;
    if (isFirst && hasMeridiem(name)) {
      const variants = this.#strayVariants(claim, name);
      const own = variants.find((variant) => isSameSize(variant.sizeBytes, claim));
      if (own) return joinPath(claim.folder, own.name);
      if (variants.length > 0) return null;
    }
    return this.#alias(claim) ?? path;
  }

  #judge(path: string, claim: Claim): Verdict {
    if (this.#given.has(foldPath(path))) return "taken";
    const occupant = this.taken.at(path);
    if (!occupant) return "free";
    if (occupant.owner) return isSameKey(occupant.owner, claim.key) ? "ours" : "taken";
    return isSameSize(occupant.sizeBytes, claim) ? "ours" : "taken";
  }

  // Variants that are files of ours are other photos, which do not stand in the way.
  #strayVariants(claim: Claim, name: string): { name: string; sizeBytes: number }[] {
    return this.taken.spaceVariants(claim.folder, name).flatMap((variant) => {
      const occupant = this.taken.at(joinPath(claim.folder, variant.name));
      if (occupant?.owner) return [];
      // What is said of the path itself wins: the variant may have proved to be a stranger.
      return [{ name: variant.name, sizeBytes: occupant?.sizeBytes ?? variant.sizeBytes }];
    });
  }

  #alias(claim: Claim): string | null {
    if (this.taken.isEmpty(claim.folder)) return null;
    for (const alias of claim.aliases()) {
      const path = this.taken.spelled(joinPath(claim.folder, alias));
      if (this.#given.has(foldPath(path))) continue;
      const occupant = this.taken.at(path);
      if (occupant && !occupant.owner && isSameSize(occupant.sizeBytes, claim)) return path;
    }
    return null;
  }
}

/** Joins a folder, empty for the root, and a name. */
export function joinPath(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** True when both name the same file of a library. */
export function isSameKey(one: FileKey, other: FileKey): boolean {
  return (
    one.asset === other.asset &&
    one.rendition === other.rendition &&
    one.album === other.album &&
    one.derived === other.derived
  );
}

// An empty file is what a crash leaves behind; it proves nothing.
function isSameSize(sizeBytes: number, claim: Claim): boolean {
  return sizeBytes === claim.sizeBytes && sizeBytes > 0;
}
