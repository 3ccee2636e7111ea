/** What one asset of the generated library shall be: an ordinary one by chance, or one of the odd ones. */
import { kinds, type Kind, type KindName } from "./kinds.ts";
import { oddNames } from "./names.ts";
import type { NameForm } from "./records.ts";
import { below } from "./random.ts";

export interface Draft {
  readonly kind: Kind;
  /** Null for a camera's name. */
  readonly givenName: string | null;
  readonly nameForm: NameForm;
  readonly isEdited: boolean;
  readonly isFavorite: boolean;
  readonly isHidden: boolean;
  /** "lagging": the master does not know yet. */
  readonly trash: "no" | "yes" | "lagging";
  readonly hasLocation: boolean;
  readonly hasOffset: boolean;
  /** Members of one burst have the same number. */
  readonly burst: number | null;
  readonly isBurstPick: boolean;
  /** Shares the master of the asset before it, as iOS "Duplicate" does. */
  readonly isDuplicate: boolean;
  readonly takenMs: number | null;
  readonly caption: string;
  readonly keywords: readonly string[];
}

type Oddity = { readonly kind: KindName } & Partial<Omit<Draft, "kind">>;

/** Ordinary assets in thousandths: half HEIC, a quarter Live Photos, a tenth movies. */
const mixture: readonly (readonly [KindName, number])[] = [
  ["heic-live", 200],
  ["heic", 270],
  ["jpeg-live", 70],
  ["jpeg", 180],
  ["jpeg-plain", 50],
  ["screenshot", 120],
  ["mov", 60],
  ["mp4", 25],
  ["portrait", 15],
  ["raw-jpeg", 5],
  ["gif", 5],
];

const oddities: readonly Oddity[] = [
  ...oddNames.map((givenName) => ({ kind: oddKind(givenName), givenName })),
  {
    kind: "jpeg",
    givenName: "1962 scan.jpg",
    takenMs: Date.UTC(1962, 6, 20, 12),
    hasOffset: false,
  },
  { kind: "heic", nameForm: "missing" },
  { kind: "jpeg", nameForm: "string", givenName: "Plain text name.JPG" },
  { kind: "mov", nameForm: "string" },
  ...["jpeg", "heic-live", "jpeg"].map((kind) => sameName(kind === "jpeg" ? "jpeg" : "heic-live")),
  { kind: "gif" },
  { kind: "webp" },
  { kind: "raw" },
  { kind: "raw-jpeg" },
  { kind: "jpeg-raw" },
  { kind: "panorama" },
  { kind: "portrait", isEdited: true },
  { kind: "long-exposure" },
  { kind: "slomo", isEdited: true },
  { kind: "timelapse" },
  { kind: "heic", isEdited: true },
  { kind: "jpeg", isEdited: true },
  { kind: "screenshot", isEdited: true },
  { kind: "heic-live", isEdited: true },
  { kind: "jpeg-live", isEdited: true },
  { kind: "mov", isEdited: true },
  { kind: "jpeg" },
  { kind: "jpeg", isDuplicate: true },
  ...[true, false, false, false].map((isBurstPick) => burstMember(1, isBurstPick)),
  ...[false, true, false].map((isBurstPick) => burstMember(2, isBurstPick)),
  { kind: "heic", isHidden: true },
  { kind: "heic-live", isHidden: true },
  { kind: "mov", isHidden: true, isFavorite: true },
  { kind: "heic", trash: "yes" },
  { kind: "jpeg-live", trash: "yes" },
  { kind: "mp4", trash: "yes" },
  { kind: "screenshot", trash: "yes", isEdited: true },
  { kind: "heic", trash: "lagging" },
  { kind: "heic", caption: 'Größe 🙂 & "quotes"', keywords: ["walrus", "Strand", "海"] },
  { kind: "jpeg", hasOffset: false, hasLocation: false },
];

const noKeywords: readonly string[] = [];

/** Small libraries are ordinary ones only. */
const oddLibraryMin = oddities.length * 2;

export function draft(seed: number, index: number, count: number, only: readonly Kind[]): Draft {
  const forced = only[index % (only.length || 1)];
  const odd = forced || count < oddLibraryMin ? undefined : oddities[oddityAt(index, count)];
  const kind = forced ?? (odd ? kinds[odd.kind] : ordinaryKind(seed, index));
  return {
    givenName: null,
    nameForm: "bytes",
    isEdited: !forced && below(100, seed + 1, index) < 3,
    isFavorite: below(100, seed + 2, index) < 5,
    isHidden: false,
    trash: "no",
    hasLocation: below(100, seed + 3, index) < 58,
    hasOffset: true,
    burst: null,
    isBurstPick: false,
    isDuplicate: false,
    takenMs: null,
    caption: "",
    keywords: noKeywords,
    ...odd,
    kind,
  };
}

/** The odd ones stand together in the middle, so that neighbours of one day and of one burst stay so. */
function oddityAt(index: number, count: number): number {
  return index - Math.floor((count - oddities.length) / 2);
}

function ordinaryKind(seed: number, index: number): Kind {
  let rest = below(1000, seed, index);
  for (const [name, share] of mixture) {
    if (rest < share) return kinds[name];
    rest -= share;
  }
  return kinds.heic;
}

function oddKind(fileName: string): KindName {
  return fileName.endsWith("HEIC") ? "heic" : "jpeg";
}

function sameName(kind: KindName): Oddity {
  return { kind, givenName: `IMG_0001.${kinds[kind].extension}` };
}

function burstMember(burst: number, isBurstPick: boolean): Oddity {
  return { kind: "heic", burst, isBurstPick };
}
