/** Whatever a person types on a phone, files say it exactly, or what is left of it after cleaning. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { FACETS, valuesOf } from "../../src/metadata/facets.ts";
import { factsOf } from "../../src/metadata/facts.ts";
import { wrongTags } from "../../src/metadata/read-back.ts";
import { tagsOf } from "../../src/metadata/tags.ts";
import { ExifToolProcess } from "../../src/metadata/tool/exiftool.ts";
import { locateTool, SYSTEM_PERLS } from "../../src/metadata/tool/locate.ts";
import { Random } from "../support/random.ts";

const MEDIA = join(import.meta.dir, "../fixtures/media");
const LIMITS = { deadlineMs: 30_000, signal: new AbortController().signal };
const { seed } = Random.fromEnvironment();

let folder: string;
let exiftool: ExifToolProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kei-words-"));
  const packs = { exiftool: null, perl: null };
  const places = { packs, caches: [], perls: SYSTEM_PERLS, nowMs: 0 };
  exiftool = new ExifToolProcess(await locateTool(places));
});
afterAll(async () => {
  await exiftool.close();
  rmSync(folder, { recursive: true });
});

const hostile = fc.constantFrom(
  ..."& < > ]]> &amp; &#65; &#x1; <?xml?> -execute -tag= | { } [ , ] %d %%f \\ \\n $a `a` @- #[CSTR] 007 1.50 true False - = ; \u202eRTL שלום 🙂‍↔️ e\u0301".split(
    " ",
  ),
  "\n-execute\n",
  "\r\n",
  "\t",
  "  ",
  "\0",
  "\u001b[31m",
  "\ud800",
  "\ufeff",
  "x".repeat(5000),
);
const words = fc.array(fc.oneof(hostile, fc.string({ unit: "grapheme", maxLength: 12 })), {
  maxLength: 6,
});
const text = words.map((parts) => parts.join(""));
const number = (max: number) => fc.double({ min: -max, max, noNaN: true });

const wish = fc.record({
  caption: text,
  description: text,
  albums: fc.array(text, { maxLength: 4 }),
  burstId: text,
  createdMs: fc.integer({ min: -3e12, max: 4e12 }),
  timeZoneOffset: fc.option(fc.integer({ min: -50_000, max: 50_000 }), { nil: undefined }),
  isFavorite: fc.boolean(),
  isHidden: fc.boolean(),
  place: fc.record({ lat: number(90), lon: number(180), alt: number(9000) }),
});

for (const [name, medium] of [
  ["plain.jpg", "picture"],
  ["photo.heic", "picture"],
  ["live.mov", "movie"],
] as const) {
  test(`ExifToolProcess puts any words and places into ${name} and reads them back`, async () => {
    await fc.assert(
      fc.asyncProperty(wish, async (wished) => {
        const values = valuesOf(factsFrom(wished), "Asia/Kolkata");
        const tags = FACETS.flatMap((facet) => tagsOf(facet, values[facet], medium));
        const path = join(folder, name);
        copyFileSync(join(MEDIA, name), path);
        await exiftool.write(path, tags, LIMITS);
        const names = tags.map((tag) => tag.name);
        expect(wrongTags(tags, await exiftool.read(path, names, LIMITS))).toEqual([]);
      }),
      { seed, numRuns: 40 },
    );
  }, 120_000);
}

function factsFrom({ caption, description, albums, place, ...rest }: ReturnTypeOf<typeof wish>) {
  const base64 = (value: string) => Buffer.from(value).toString("base64");
  const keys = Object.entries(place).map(
    ([key, value]) => `<key>${key}</key><real>${value.toFixed(12)}</real>`,
  );
  const metadata = {
    captionEnc: base64(caption),
    extendedDescEnc: base64(description),
    locationEnc: base64(`<plist><dict>${keys.join("")}</dict></plist>`),
  };
  return factsOf({ id: "A", masterId: "M", resources: {}, metadata, ...rest }, albums);
}

type ReturnTypeOf<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;
