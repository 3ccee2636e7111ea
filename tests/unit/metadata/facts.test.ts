import { expect, test } from "bun:test";
import { factsOf } from "../../../src/metadata/facts.ts";
import { fingerprint, valuesOf } from "../../../src/metadata/facets.ts";
import type { AssetHalf } from "../../../src/photos/page.ts";

const base64 = (text: string) => Buffer.from(text).toString("base64");
const plist = (body: string) => base64(`<plist version="1.0">${body}</plist>`);
const place = (lat: string, key: string, long: string, rest = "") =>
  plist(
    `<dict><key>lat</key><real>${lat}</real><key>${key}</key><real>${long}</real>${rest}</dict>`,
  );

function half(changes: Partial<AssetHalf>): AssetHalf {
  return { id: "A", masterId: "M", resources: {}, ...changes };
}

const places: { name: string; locationEnc: string; is: unknown }[] = [
  {
    name: "with lon",
    locationEnc: place("48.5", "lon", "-11.25", "<key>alt</key><real>-3</real>"),
    is: { latitude: 48.5, longitude: -11.25, altitude: -3 },
  },
  {
    name: "with lng and without altitude",
    locationEnc: place("48.5", "lng", "11"),
    is: { latitude: 48.5, longitude: 11, altitude: null },
  },
  { name: "at latitude 948", locationEnc: place("948", "lon", "11"), is: null },
  { name: "at longitude 181", locationEnc: place("48", "lon", "181"), is: null },
  { name: "that is no number", locationEnc: place("x", "lon", "11"), is: null },
  {
    name: "with an absurd altitude",
    locationEnc: place("1", "lon", "2", "<key>alt</key><real>1e300</real>"),
    is: { latitude: 1, longitude: 2, altitude: null },
  },
  { name: "that is junk", locationEnc: base64("junk"), is: null },
  { name: "that is not base64", locationEnc: "%%%", is: null },
];
for (const { name, locationEnc, is } of places) {
  test(`factsOf() reads a place ${name}`, () => {
    expect(factsOf(half({ metadata: { locationEnc } }), []).place).toEqual(is as never);
  });
}

const texts: { name: string; text: string; title: string | null; description: string | null }[] = [
  { name: "blanks at the ends", text: "  a b \n", title: "a b", description: "a b" },
  {
    name: "control characters",
    text: "a\u0000b\u0007\u001b[31mc\u0085d",
    title: "ab[31mc d",
    description: "ab[31mc\nd",
  },
  { name: "line breaks", text: "a\r\nb\rc", title: "a b c", description: "a\nb\nc" },
  {
    name: "what looks like XML",
    text: "<a> &amp; ]]>",
    title: "<a> &amp; ]]>",
    description: "<a> &amp; ]]>",
  },
  { name: "an emoji", text: "🙂‍↔️ שלום", title: "🙂‍↔️ שלום", description: "🙂‍↔️ שלום" },
  { name: "no characters at all", text: "\ufffe\u0001", title: null, description: null },
  { name: "nothing", text: "", title: null, description: null },
];
for (const { name, text, title, description } of texts) {
  test(`factsOf() cleans ${name}`, () => {
    const metadata = { captionEnc: base64(text), extendedDescEnc: base64(text) };
    const facts = factsOf(half({ metadata }), []);
    expect([facts.title, facts.description]).toEqual([title, description]);
  });
}

test("factsOf() joins keywords and albums, each once", () => {
  const keywordsEnc = plist(
    "<array><string>sea</string><string> </string><string>Rome</string></array>",
  );
  const facts = factsOf(half({ metadata: { keywordsEnc } }), ["Rome", "Summer\n2024"]);
  expect(facts.keywords).toEqual(["sea", "Rome", "Summer 2024"]);
});

const subtypes: [Partial<AssetHalf>, string | null][] = [
  [{}, null],
  [{ subtypeV2: 2 }, "live_photo"],
  [{ subtypeV2: 3 }, "screenshot"],
  [{ subtype: 1 }, "panorama"],
  [{ subtype: 100 }, "slo_mo"],
  [{ subtypeV2: 101 }, "time_lapse"],
  [{ subtypeV2: 2, renderType: 2050 }, "portrait"],
  [{ renderType: 4 }, "long_exposure"],
  [{ subtypeV2: 77 }, null],
];
for (const [fields, is] of subtypes) {
  test(`factsOf() takes ${JSON.stringify(fields)} for ${is}`, () => {
    expect(factsOf(half(fields), []).subtype).toBe(is as never);
  });
}

test("factsOf() takes absent and absurd dates for unknown", () => {
  for (const createdMs of [undefined, 0, -62_135_596_800_000, 1e300, NaN]) {
    expect(factsOf(half({ createdMs }), []).takenMs).toBeNull();
  }
  expect(factsOf(half({ timeZoneOffset: 1e9 }), []).offsetSeconds).toBeNull();
});

test("valuesOf() holds what is there, and nothing else", () => {
  const facts = factsOf(half({}), []);
  expect(valuesOf(facts, "UTC")).toEqual({});
  const metadata = { captionEnc: base64("Title") };
  const full = factsOf(
    half({
      createdMs: 1_714_972_089_500,
      timeZoneOffset: 7200,
      isFavorite: true,
      isHidden: true,
      burstId: "B1",
      metadata,
    }),
    ["Rome"],
  );
  expect(valuesOf(full, "UTC")).toEqual({
    datetime: { wall: "2024-05-06T07:08:09", offset: "+02:00", epochSeconds: 1_714_972_089 },
    rating: 5,
    description: "Title",
    title: "Title",
    keywords: ["Rome"],
    hidden: true,
    burst: "B1",
  });
});

test("fingerprint() tells values apart, and knows no value from any", () => {
  expect(fingerprint(undefined)).toBeNull();
  expect(fingerprint(["a", "b"])).toBe(fingerprint(["a", "b"])!);
  expect(fingerprint(["a", "b"])).not.toBe(fingerprint(["a b"]));
});
