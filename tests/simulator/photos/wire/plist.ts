/** Writes the two binary property lists that photo records carry: a location and a list of keywords. */
import type { Location } from "../library/records.ts";

/** Seconds between 1970 and 2001, where Apple's dates begin. */
const appleEpochSeconds = 978_307_200;

/** Eight keys, sorted, each with a real except the date. */
export function locationPlist({ latitude, longitude }: Location, takenMs: number): string {
  const bytes = Buffer.from(locationTemplate.bytes);
  bytes.writeDoubleBE(latitude, locationTemplate.valuesAt("lat"));
  bytes.writeDoubleBE(longitude, locationTemplate.valuesAt("lon"));
  bytes.writeDoubleBE(takenMs / 1000 - appleEpochSeconds, locationTemplate.valuesAt("timestamp"));
  return bytes.toString("base64");
}

/** An array of strings. */
export function keywordsPlist(keywords: readonly string[]): string {
  const list = Buffer.from([0xa0 | keywords.length, ...keywords.map((_, place) => place + 1)]);
  return binaryPlist([list, ...keywords.map(stringObject)]).toString("base64");
}

const locationTemplate = makeLocationTemplate();

function makeLocationTemplate() {
  const keys = ["alt", "course", "horzAcc", "lat", "lon", "speed", "timestamp", "vertAcc"];
  const values: Readonly<Record<string, number>> = { alt: 171.5, horzAcc: 5, vertAcc: 3 };
  const references = [...keys, ...keys].map((_, place) => place + 1);
  const dictionary = Buffer.from([0xd0 | keys.length, ...references]);
  const reals = keys.map((key) => realObject(key === "timestamp" ? 0x33 : 0x23, values[key] ?? 0));
  const bytes = binaryPlist([dictionary, ...keys.map(stringObject), ...reals]);
  const realsAt = 8 + dictionary.length + keys.reduce((sum, key) => sum + 1 + key.length, 0);
  return { bytes, valuesAt: (key: string): number => realsAt + keys.indexOf(key) * 9 + 1 };
}

function realObject(marker: number, value: number): Buffer {
  const object = Buffer.alloc(9, marker);
  object.writeDoubleBE(value, 1);
  return object;
}

/** ASCII where possible, otherwise UTF-16; at most 14 units are told in the marker, more in an int. */
function stringObject(text: string): Buffer {
  const isPlain = /^[\x20-\x7e]*$/.test(text);
  const type = isPlain ? 0x50 : 0x60;
  const length = text.length < 15 ? [type | text.length] : [type | 15, 0x10, text.length];
  const content = isPlain ? Buffer.from(text, "latin1") : Buffer.from(text, "utf16le").swap16();
  return Buffer.concat([Buffer.from(length), content]);
}

/** Header, objects, their offsets (two bytes each), trailer. */
function binaryPlist(objects: readonly Buffer[]): Buffer {
  const offsets = Buffer.alloc(objects.length * 2);
  let at = 8;
  objects.forEach((object, place) => {
    offsets.writeUInt16BE(at, place * 2);
    at += object.length;
  });
  const trailer = Buffer.alloc(32);
  trailer[6] = 2;
  trailer[7] = 1;
  trailer.writeBigUInt64BE(BigInt(objects.length), 8);
  trailer.writeBigUInt64BE(BigInt(at), 24);
  return Buffer.concat([Buffer.from("bplist00"), ...objects, offsets, trailer]);
}
