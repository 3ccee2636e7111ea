/** Names that icloudpd and earlier keis gave. They are recognised on disk and never written. */
import { splitName, replaceRefused, clean } from "./clean.ts";
import {
  baseName,
  fileName,
  movSuffix,
  rawName,
  sizeSuffix,
  withExtensionOf,
  type NameParts,
} from "./names.ts";
import type { Asset } from "../photos/asset.ts";
import type { Choice, CompanionChoice } from "./renditions.ts";
import type { PlanRules } from "./rules.ts";

/** Other names under which a primary may already be on disk. */
export function primaryAliases(
  asset: Asset,
  choice: Choice,
  rules: PlanRules,
  parts: NameParts,
): string[] {
  const aliases: string[] = [];
  if (choice.size === "original") aliases.push(fileName(parts, "-original"));
  if (rawName(asset) !== asset.name) aliases.push(idName(asset, choice, parts));
  if (choice.resource.uti === "org.webmproject.webp") {
    const { extension } = splitName(baseName(asset, rules));
    aliases.push(fileName({ ...parts, extension: replaceRefused(extension) }));
  }
  const size = sizeSuffix(choice.size);
  if (size !== "" && rules.matchPolicy === "name-id7") {
    const id = parts.tail.slice(0, parts.tail.length - size.length);
    aliases.push(fileName({ ...parts, tail: size + id }));
  }
  return others(aliases, fileName(parts));
}

/** Other names under which a companion may already be on disk. `primary` is the name of its still, if it has one. */
export function companionAliases(
  asset: Asset,
  choice: CompanionChoice,
  rules: PlanRules,
  names: { readonly parts: NameParts; readonly primary: string | null },
): string[] {
  const unmapped = splitName(baseName(asset, rules));
  const still = splitName(
    withExtensionOf(asset.renditions.original?.uti ?? "", baseName(asset, rules)),
  );
  const size = sizeSuffix(choice.size);
  const aliases = [
    movieName(unmapped, size, rules), // icloudpd: the name as iCloud has it
    movieName(unmapped, `${size}-${choice.resource.sizeBytes}`, rules),
    movieName(still, `-${choice.resource.sizeBytes}`, rules), // icloudpd: a pair told apart twice
  ];
  // The original kei: after the still it had just fetched, without the movie's own size.
  if (names.primary !== null) aliases.push(movieName(splitName(names.primary), "", rules));
  return others(aliases, fileName(names.parts));
}

function movieName(
  still: { readonly stem: string; readonly extension: string },
  suffix: string,
  rules: PlanRules,
): string {
  const stem = replaceRefused(still.stem);
  return fileName({ stem, tail: movSuffix(still.extension, rules) + suffix, extension: ".MOV" });
}

// icloudpd's name for an asset without one.
function idName(asset: Asset, choice: Choice, parts: NameParts): string {
  const id = asset.masterId.replace(/[^\p{L}\p{N}]/gu, "_").slice(0, 12);
  return clean(withExtensionOf(choice.resource.uti, id + parts.extension));
}

function others(names: readonly string[], own: string): string[] {
  return [...new Set(names)].filter((name) => name !== own);
}
