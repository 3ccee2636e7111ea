/** Answers that are nearly right: a sample with a few places replaced by junk, taken out, or cut off. */
import fc from "fast-check";

export type Json = unknown;

/** `KEI_FUZZ=100000` asks for so many cases in all; a few thousand otherwise. */
const CASES = Number(Bun.env.KEI_FUZZ ?? 4000);

export const SEED = Number(Bun.env.KEI_SEED ?? 20_261_124);

/** A long run takes its time. */
export const TIMEOUT_MS = 60_000 + CASES * 10;

/** How many cases a test gets of the whole; `share` of all tests together is about 1. */
export function runs(share: number): { seed: number; numRuns: number } {
  return { seed: SEED, numRuns: Math.max(50, Math.round(CASES * share)) };
}

export const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<Json>(
    null,
    undefined,
    "",
    "0",
    0,
    -1,
    1.5,
    1e308,
    2 ** 53 + 2,
    -8e15,
    true,
    false,
  ),
  fc.constantFrom<Json>(
    [],
    {},
    [null],
    [[]],
    "\ud800",
    "9".repeat(400),
    "-1",
    "%",
    "\0",
    "a\nb: c",
  ),
  fc.constantFrom<Json>({ value: null }, { value: [] }, { value: {} }, { length: 3 }, "__proto__"),
  fc.double(),
  fc.string({ unit: "binary", maxLength: 20 }),
);

/** A sample with up to four places replaced; undefined takes a place out. */
export function mutated(sample: Json): fc.Arbitrary<Json> {
  const place = fc.constantFrom(...placesIn(sample));
  return fc
    .array(fc.tuple(place, junk), { maxLength: 4 })
    .map((changes) => changes.reduce((value, [path, by]) => replaced(value, path, by), sample));
}

/** The text of a sample, mutated as JSON or as text: cut, doubled, with characters exchanged. */
export function mutatedText(sample: Json): fc.Arbitrary<string> {
  const json = mutated(sample).map((value) => JSON.stringify(value) ?? "");
  return fc.oneof(
    { weight: 8, arbitrary: json },
    { weight: 2, arbitrary: damaged(JSON.stringify(sample)) },
    { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("", "<html>busy</html>", "null", "[]", '"x"', "\ufeff{}"),
    },
  );
}

/** A text with pieces cut out and others put in. */
export function damaged(text: string): fc.Arbitrary<string> {
  const cut = fc.tuple(
    fc.nat(text.length),
    fc.nat(12),
    fc.string({ unit: "binary", maxLength: 6 }),
  );
  return fc
    .array(cut, { minLength: 1, maxLength: 3 })
    .map((cuts) =>
      cuts.reduce((left, [at, drop, put]) => left.slice(0, at) + put + left.slice(at + drop), text),
    );
}

function placesIn(value: Json, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, part]) => placesIn(part, [...path, key]));
  return [path, ...inner];
}

function replaced(value: Json, [key, ...rest]: readonly string[], by: Json): Json {
  if (key === undefined) return by;
  if (typeof value !== "object" || value === null || !(key in value)) return value;
  if (Array.isArray(value)) {
    return value.map((part, index) => (String(index) === key ? replaced(part, rest, by) : part));
  }
  const copy = { ...(value as Record<string, Json>) };
  const part = replaced(copy[key], rest, by);
  if (part === undefined) delete copy[key];
  else copy[key] = part;
  return copy;
}
