/** Finds the phones of an account: Apple has kept the list in five places so far. */
import { short } from "../lib/short.ts";
import { isObject } from "../lib/is-object.ts";
import { at } from "./json.ts";
import type { HeaderProfile } from "./session-file.ts";
import { readFactors } from "./idmsa.ts";
import { parseCodePhone, type CodePhone } from "./session-file.ts";
import type { Wire } from "./wire.ts";

export interface Phone {
  readonly target: CodePhone;
  /** For people: never more than Apple shows, the last digits. */
  readonly label: string;
}

/** Each is chosen by a letter. */
const phonesMax = 26;

const places: readonly string[][] = [
  [],
  ["phoneNumberVerification"],
  ["direct", "twoSV", "phoneNumberVerification"],
  ["direct", "twoSV", "bridgeInitiateData", "phoneNumberVerification"],
];

/** The phones in the body that demanded the code, or else those Apple names when asked. */
export async function listPhones(
  wire: Wire,
  profile: HeaderProfile,
  factors: unknown,
): Promise<Phone[]> {
  const known = findPhones(factors);
  if (known.length > 0) return known;
  // Even a 409 carries the list, so the status is not looked at.
  const listed = findPhones((await readFactors(wire, profile)).body);
  if (listed.length > 0) return listed;
  // Some accounts have the list only in the page that browsers get.
  return findPhones((await readFactors(wire, profile, "text/html")).body);
}

/** Searches a body for phones; the ids have gaps, so the place in the list means nothing. */
export function findPhones(body: unknown): Phone[] {
  for (const place of places) {
    const holder = at(body, ...place);
    const many = at(holder, "trustedPhoneNumbers");
    const list = Array.isArray(many) && many.length > 0 ? many : [at(holder, "trustedPhoneNumber")];
    const phones = list.filter(isObject).flatMap(toPhone).slice(0, phonesMax);
    if (phones.length > 0) return phones;
  }
  return [];
}

function toPhone(entry: Record<string, unknown>): Phone[] {
  const target = parseCodePhone(entry);
  if (!target) return [];
  const label = entry["numberWithDialCode"] ?? entry["obfuscatedNumber"] ?? entry["lastTwoDigits"];
  return [{ target, label: typeof label === "string" ? short(label) : `number ${target.id}` }];
}
