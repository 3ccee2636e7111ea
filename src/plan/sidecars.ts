/** Which sidecars the files of an asset have, and what they are called: as the file, with another ending behind it. */
import { fitName } from "./clean.ts";
import { isSameKey, joinPath } from "./claims.ts";
import { foldPath } from "./fold.ts";
import type { FileKey, PlannedFile, TakenNames } from "./rules.ts";

/** The kind of derived content that a sidecar is. */
export const SIDECAR = "xmp";

export interface SidecarInput {
  readonly files: readonly PlannedFile[];
  /** What tells versions of a file's sidecar apart. */
  readonly contentOf: (file: FileKey) => string;
  /** The path of a sidecar that is on disk; it stays. */
  readonly knownPath: (sidecar: FileKey) => string | null;
  readonly taken: TakenNames;
}

/** One sidecar for each file. What another program wrote beside the file is taken for its sidecar. Pure. */
export function planSidecars({ files, contentOf, knownPath, taken }: SidecarInput): PlannedFile[] {
  const given = new Set<string>();
  return files.map((file) => {
    const key = { ...file.key, derived: SIDECAR };
    const path = knownPath(key) ?? freePath(file.path, key, taken, given);
    given.add(foldPath(path));
    return { key, path, checksum: contentOf(file.key), sizeBytes: 0, uti: "" };
  });
}

// The name is refused only by other files of ours, and by what proved to be no sidecar.
function freePath(
  path: string,
  key: FileKey,
  taken: TakenNames,
  given: ReadonlySet<string>,
): string {
  const slash = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, Math.max(slash, 0)), path.slice(slash + 1)];
  for (let number = 0; ; number++) {
    const suffix = number === 0 ? "" : `-${number}`;
    const wanted = joinPath(folder, fitName(name, suffix, ".xmp"));
    if (given.has(foldPath(wanted))) continue;
    const occupant = taken.at(wanted);
    const isFree = occupant === null || (occupant.owner === null && occupant.sizeBytes >= 0);
    if (isFree || (occupant.owner && isSameKey(occupant.owner, key))) return wanted;
  }
}
