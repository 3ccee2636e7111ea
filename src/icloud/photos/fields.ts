/** Reads single values out of a CloudKit record; every value is wrapped as `{"value": ..., "type": ...}`. */
import { isObject } from "../../lib/is-object.ts";
import { decodeBase64Text } from "../../lib/base64.ts";

export type Fields = Record<string, unknown>;

function unwrap(fields: Fields, name: string): unknown {
  const field = fields[name];
  return isObject(field) ? (field.value ?? undefined) : undefined;
}

/** A text, or undefined when the field is absent or something else. */
export function textField(fields: Fields, name: string): string | undefined {
  const value = unwrap(fields, name);
  return typeof value === "string" ? value : undefined;
}

/** A finite number; numbers sent as text are read too. */
export function numberField(fields: Fields, name: string): number | undefined {
  const value = unwrap(fields, name);
  const isText = typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value);
  const number = isText ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A flag; Apple sends 0/1 and, since 2026, also true/false. Undefined when absent. */
export function flagField(fields: Fields, name: string): boolean | undefined {
  const value = unwrap(fields, name);
  if (typeof value === "boolean") return value;
  const number = numberField(fields, name);
  return number === undefined ? undefined : number !== 0;
}

/** The record name a REFERENCE points to. */
export function referenceField(fields: Fields, name: string): string | undefined {
  const value = unwrap(fields, name);
  return isObject(value) && typeof value.recordName === "string" ? value.recordName : undefined;
}

/**
 * A name field: STRING holds the text itself, ENCRYPTED_BYTES (or no type) base64 of UTF-8. Null when it is absent,
 * empty or cannot be decoded. It is not encrypted for web clients, whatever the type says.
 */
export function encodedText(fields: Fields, name: string): string | null {
  const field = fields[name];
  if (!isObject(field) || typeof field.value !== "string" || field.value === "") return null;
  if (field.type === "STRING") return field.value;
  if (field.type !== undefined && field.type !== "ENCRYPTED_BYTES") return null;
  // One that was cut short would decode to half a name.
  return field.value.length % 4 === 0 ? decodeBase64Text(field.value) || null : null;
}
