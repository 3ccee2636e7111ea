import type { Membership } from "./page.ts";

/** Reads the name of a membership record, `<asset>-IN-<album>`; its tombstone carries nothing else. */
export function splitRelationName(name: string): Membership | null {
  const at = name.indexOf("-IN-");
  return at > 0 ? { assetId: name.slice(0, at), albumId: name.slice(at + 4) } : null;
}
