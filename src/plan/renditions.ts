/** Chooses which of an asset's renditions are wanted. */
import { isLivePhoto, type Asset, type Rendition, type Resource } from "../photos/asset.ts";
import { isRaw } from "../photos/uti.ts";
import type { LiveSize, PlanRules, PrimarySize } from "./rules.ts";

/** A wanted rendition, and the size it serves as. */
export interface Choice {
  /** What it is in the library; it finds the bytes again, whatever the settings. */
  readonly rendition: Rendition;
  /** What it is used as: differs from the rendition when raw and JPEG were swapped. Decides the name. */
  readonly size: PrimarySize;
  readonly resource: Resource;
}

/** The movie half of a live photo, and its size. */
export interface CompanionChoice {
  readonly rendition: Rendition;
  readonly size: LiveSize;
  readonly resource: Resource;
}

export interface Choices {
  readonly primaries: readonly Choice[];
  readonly companion: CompanionChoice | null;
}

// The order in which names are given, so that the original has the plain one however the sizes were typed.
const SIZES: readonly PrimarySize[] = ["original", "adjusted", "alternative", "medium", "thumb"];

/** The renditions an asset should have on disk under these rules. */
export function chooseRenditions(asset: Asset, rules: PlanRules): Choices {
  if (!isLivePhoto(asset)) return { primaries: choosePrimaries(asset, rules), companion: null };
  const wantsPrimary = rules.liveMode === "both" || rules.liveMode === "image-only";
  const wantsCompanion = rules.liveMode === "both" || rules.liveMode === "video-only";
  return {
    primaries: wantsPrimary ? choosePrimaries(asset, rules) : [],
    companion: wantsCompanion ? chooseCompanion(asset, rules) : null,
  };
}

/** The still, or the movie of a movie: one per size asked for, each rendition once. */
export function choosePrimaries(asset: Asset, rules: PlanRules): Choice[] {
  const choices: Choice[] = [];
  const isSwapped = swapsRaw(asset, rules);
  for (const wanted of SIZES) {
    if (!rules.sizes.includes(wanted)) continue;
    const choice = choiceFor(asset, wanted, isSwapped) ?? fallback(asset, rules, isSwapped);
    if (choice && !choices.some(({ rendition }) => rendition === choice.rendition)) {
      choices.push(choice);
    }
  }
  return choices;
}

function choiceFor(asset: Asset, size: PrimarySize, isSwapped: boolean): Choice | null {
  const rendition = isSwapped ? swapped(size) : size;
  const resource = asset.renditions[rendition];
  return resource ? { rendition, size, resource } : null;
}

function fallback(asset: Asset, rules: PlanRules, isSwapped: boolean): Choice | null {
  return rules.forceSize ? null : choiceFor(asset, "original", isSwapped);
}

function swapsRaw(asset: Asset, rules: PlanRules): boolean {
  const { original, alternative } = asset.renditions;
  if (!original || !alternative || rules.alignRaw === "as-is") return false;
  return isRaw(rules.alignRaw === "original" ? alternative.uti : original.uti);
}

function swapped(size: PrimarySize): PrimarySize {
  if (size === "original") return "alternative";
  return size === "alternative" ? "original" : size;
}

function chooseCompanion(asset: Asset, rules: PlanRules): CompanionChoice | null {
  const sizes: LiveSize[] = rules.forceSize ? [rules.liveSize] : [rules.liveSize, "original"];
  for (const size of sizes) {
    const rendition = `live_${size}` as const;
    const resource = asset.renditions[rendition];
    if (resource) return { rendition, size, resource };
  }
  return null;
}
