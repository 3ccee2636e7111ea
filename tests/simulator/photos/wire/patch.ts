/** Bends a finished record to a test's wish: odd fields, missing addresses, true in place of 1. */
import type { Library } from "../library/library.ts";
import type { LibraryRecord } from "../library/records.ts";

type Tree = Record<string, unknown>;

export function layOver({ quirks }: Library, record: LibraryRecord, text: string): string {
  const answer = JSON.parse(text) as { fields: Tree };
  if (quirks.missingDownloadUrl.includes(record.name)) dropAddresses(answer.fields);
  if (quirks.booleanFlags) useBooleans(answer.fields);
  if (record.patch) merge(answer.fields, record.patch);
  return JSON.stringify(answer);
}

/** Objects are merged; null removes; anything else replaces. `{"=": x}` puts x, even null, as it is. */
function merge(target: Tree, patch: Readonly<Tree>): void {
  for (const [name, wish] of Object.entries(patch)) {
    const old = target[name];
    if (wish === null) delete target[name];
    else if (isTree(wish) && "=" in wish) target[name] = wish["="];
    else if (isTree(wish) && isTree(old)) merge(old, wish);
    else target[name] = wish;
  }
}

function dropAddresses(fields: Tree): void {
  for (const field of Object.values(fields)) {
    if (isTree(field) && isTree(field.value)) delete field.value.downloadURL;
  }
}

function useBooleans(fields: Tree): void {
  for (const name of ["isDeleted", "isHidden", "isFavorite"]) {
    const field = fields[name];
    if (isTree(field)) field.value = field.value === 1;
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
