/** Unguessable-looking values in the forms Apple gives them. */

import { randomBytes, randomInt } from "node:crypto";

/** Opaque base64 with padding, as session and trust tokens are. */
export function opaque(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString("base64");
}

export function hexId(sizeBytes: number): string {
  return randomBytes(sizeBytes).toString("hex").toUpperCase();
}

export function sixDigitCode(): string {
  return String(randomInt(1_000_000)).padStart(6, "0");
}
