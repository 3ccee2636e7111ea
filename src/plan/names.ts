/** What files are called, before anyone asks whether the name is free. */
import { RENDITIONS, type Asset } from "../photos/asset.ts";
import { extensionOf } from "../photos/uti.ts";
import { fitName, replaceRefused, splitName } from "./clean.ts";
import type { Choice, CompanionChoice } from "./renditions.ts";
import type { LiveSize, PlanRules, PrimarySize } from "./rules.ts";

/** A name whose stem may still be shortened when a suffix needs the room. */
export interface NameParts {
  readonly stem: string;
  /** Fixed suffixes; a suffix against collisions comes after them. */
  readonly tail: string;
  /** With its dot, or empty. */
  readonly extension: string;
}

const NON_ASCII = /[^\u0000-\u007f]+/gu; // oxlint-disable-line no-control-regex

/** The whole name, with a suffix against collisions in front of the extension. */
export function fileName(parts: NameParts, suffix = ""): string {
  return fitName(parts.stem, parts.tail + suffix, parts.extension);
}

/** The parts of a primary's name. */
export function primaryParts(asset: Asset, choice: Choice, rules: PlanRules): NameParts {
  const { stem, extension } = splitName(
    withExtensionOf(choice.resource.uti, baseName(asset, rules)),
  );
  return {
    stem: replaceRefused(stem),
    tail: idTail(asset, rules) + sizeSuffix(choice.size),
    extension: replaceRefused(extension),
  };
}

/**
 * The parts of a companion's name: it follows the original still, whichever still is fetched, so that one live photo
 * has one movie name. `pairSuffix` is the suffix its primary got against collisions.
 */
export function companionParts(
  asset: Asset,
  choice: CompanionChoice,
  rules: PlanRules,
  pairSuffix: string,
): NameParts {
  const { stem, extension } = splitName(stillName(asset, rules));
  return {
    stem: replaceRefused(stem),
    tail: idTail(asset, rules) + pairSuffix + movSuffix(extension, rules) + sizeSuffix(choice.size),
    extension: ".MOV",
  };
}

/** The name iCloud has, or one made from the id when there is none that could be used. */
export function baseName(asset: Asset, rules: PlanRules): string {
  const raw = rawName(asset);
  const base = rules.keepUnicode ? raw : raw.replace(NON_ASCII, "");
  return splitName(base).stem === "" ? fallbackName(asset) : base;
}

/** The name as iCloud shows it; never empty. */
export function rawName(asset: Asset): string {
  return asset.name === null || asset.name === "" ? fallbackName(asset) : asset.name;
}

/** A stable name for an asset without one: 12 digits of a hash of its id, and the extension of its type. */
export function fallbackName(asset: Asset): string {
  const first = RENDITIONS.find((rendition) => asset.renditions[rendition]);
  const uti = first ? asset.renditions[first]!.uti : "";
  const digest = new Bun.CryptoHasher("sha256").update(asset.masterId).digest("hex");
  return `${digest.slice(0, 12)}.${extensionOf(uti) ?? "unknown"}`;
}

/** Gives a name the extension of its type, when the type has one. */
export function withExtensionOf(uti: string, name: string): string {
  const extension = extensionOf(uti);
  return extension === null ? name : `${splitName(name).stem}.${extension}`;
}

/** Seven letters of the id, to tell files of equal name apart. */
export function id7(id: string): string {
  return Buffer.from(id).toString("base64url").slice(0, 7);
}

/** Medium and thumb say so in their names. */
export function sizeSuffix(size: PrimarySize | LiveSize): string {
  return size === "medium" || size === "thumb" ? `-${size}` : "";
}

function idTail(asset: Asset, rules: PlanRules): string {
  return rules.matchPolicy === "name-id7" ? `_${id7(asset.masterId)}` : "";
}

function stillName(asset: Asset, rules: PlanRules): string {
  const base = baseName(asset, rules);
  if (rules.matchPolicy === "name-id7") return base;
  return withExtensionOf(asset.renditions.original?.uti ?? "", base);
}

/** Tells the movie of a HEIC from the movie of a JPEG of the same name. */
export function movSuffix(stillExtension: string, rules: PlanRules): string {
  const isHeic = stillExtension.toLowerCase() === ".heic";
  return isHeic && rules.movPolicy === "suffix" ? "_HEVC" : "";
}
