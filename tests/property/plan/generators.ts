/** Hostile and ordinary input for the planning room. */
import fc from "fast-check";
import type { Asset, Rendition, Resource } from "../../../src/photos/asset.ts";
import type { PlanRules } from "../../../src/plan/rules.ts";

/** Replays a failure: the run prints its seed, `KEI_SEED` sets it. */
export const RUN = {
  seed: Number(Bun.env.KEI_SEED ?? 20_261_124),
  verbose: fc.VerbosityLevel.None,
} as const;
console.log(`KEI_SEED=${RUN.seed} replays the random tests of plan/`);

const NASTY = [
  "",
  ".",
  "..",
  "../",
  "../../etc/passwd",
  "/etc/passwd",
  "C:\\x",
  "\\\\server\\share",
  "a\0b",
  "\n\r\t\u001b[31m\u0085",
  "CON",
  "nul.txt",
  "AUX.JPG",
  "COM1.heic",
  "\u202eGPJ.exe",
  "\u200f\u200e",
  "👨‍👩‍👧‍👦.JPG",
  "cafe\u0301.jpg",
  "caf\u00e9.jpg",
  "CAFÉ.JPG",
  "straße.jpg",
  "STRASSE.JPG",
  "İi\u0307Iı.jpg",
  "\ud800",
  "%Y%Q%",
  "{album}",
  "none",
  " ",
  " . ",
  "...",
  ".jpg",
  "~",
  "-rf",
  "Shot at 1.40 PM.PNG",
  "Shot at 1.40\u202fPM.PNG",
  "Shot at 1.40PM.PNG",
  `${"a".repeat(300)}.jpg`,
  `${"é".repeat(300)}.heic`,
  `${"😀".repeat(100)}.MOV`,
  `x.${"y".repeat(300)}`,
] as const;

const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 4 }).map((all) => all.join("")),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 12 }).map(fromUnits),
);

// Few names, so that collisions are the rule.
const crowdedName = fc.constantFrom("IMG_1.JPG", "img_1.jpg", "IMG_1", "IMG_1-5.JPG", "é.jpg");

/** A name as Apple might send it. */
export const aName = fc.oneof(
  { weight: 1, arbitrary: nastyText },
  { weight: 1, arbitrary: crowdedName },
);

/** An album's title. */
export const anAlbum = fc.oneof(
  nastyText,
  fc.constantFrom("Trip", "trip", "Été", "E\u0301te\u0301"),
);

const uti = fc.constantFrom(
  "public.jpeg",
  "public.heic",
  "public.tiff",
  "com.adobe.raw-image",
  "com.apple.quicktime-movie",
  "org.webmproject.webp",
  "some.unknown",
);

const resource: fc.Arbitrary<Resource> = fc.record({
  checksum: fc.string({ maxLength: 4 }),
  sizeBytes: fc.oneof(fc.constantFrom(0, 5, 6), fc.nat(Number.MAX_SAFE_INTEGER)),
  uti,
});

const renditions = fc.record<Partial<Record<Rendition, Resource>>>(
  {
    original: resource,
    alternative: resource,
    medium: resource,
    thumb: resource,
    adjusted: resource,
    live_original: resource,
    live_medium: resource,
    live_adjusted: resource,
  },
  { requiredKeys: [] },
);

const createdMs = fc.oneof(
  fc.constantFrom(0, 1533021744816, Number.NaN, 9e15, -9e15, -6.2e13),
  fc.double({ min: -9e15, max: 9e15, noNaN: true }),
  fc.integer({ min: 0, max: 2e12 }),
);

/** Any asset; ids of assets are made unique by the library. */
export const anyAsset: fc.Arbitrary<Asset> = fc.record({
  zone: fc.oneof(fc.constantFrom("PrimarySync", "SharedSync-1234"), nastyText),
  id: fc.string(),
  masterId: fc.oneof(fc.constantFrom("IDA", "IDB"), nastyText),
  name: fc.option(aName),
  kind: fc.constantFrom("image", "movie"),
  createdMs,
  addedMs: fc.constant(0),
  timeZoneOffset: fc.constant(null),
  isFavorite: fc.boolean(),
  isHidden: fc.boolean(),
  isDeleted: fc.boolean(),
  renditions,
});

/** Assets of one library: each has its own id. */
export const aLibrary = fc
  .array(anyAsset, { maxLength: 12 })
  .map((assets) => assets.map((asset, index) => ({ ...asset, id: `ASSET-${index}` })));

const template = fc.oneof(
  fc.constantFrom(
    "%Y/%m/%d",
    "none",
    "",
    "{:%Y/%B}",
    "../../%Y",
    "/abs/%F",
    "{album}",
    "{album}/%Y",
    "{library}/{album}/%D",
    "%c",
    "%e/%.f",
    "%n/%t",
  ),
  fc
    .array(fc.constantFrom("%Y", "%e", "/", "..", ".", " ", "x", "%%", "%T", "\0", "é"), {
      maxLength: 8,
    })
    .map((parts) => parts.join("")),
  nastyText.map((text) => text.replaceAll("%", "%%")),
);

/** Any settings that the start-up checks let pass. */
export const anyRules: fc.Arbitrary<PlanRules> = fc.record({
  folderStructure: template,
  timeZone: fc.constantFrom("UTC", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Apia"),
  sizes: fc.uniqueArray(fc.constantFrom("original", "medium", "thumb", "adjusted", "alternative"), {
    minLength: 1,
  }),
  liveSize: fc.constantFrom("original", "medium", "thumb", "adjusted"),
  liveMode: fc.constantFrom("both", "image-only", "video-only", "skip"),
  forceSize: fc.boolean(),
  alignRaw: fc.constantFrom("as-is", "original", "alternative"),
  matchPolicy: fc.constantFrom("name-size-dedup-with-suffix", "name-id7"),
  movPolicy: fc.constantFrom("suffix", "original"),
  keepUnicode: fc.boolean(),
});

function fromUnits(units: readonly number[]): string {
  return String.fromCharCode(...units);
}
