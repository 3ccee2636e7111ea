/** Trusted phone numbers and hardware keys as the sign-in host describes them. */

import { createHash } from "node:crypto";
import type { AccountSettings } from "./account.ts";

interface Phone {
  readonly id: number;
  readonly lastTwoDigits: string;
  readonly pushMode: "sms" | "voice";
}

/** Ids have gaps and need not start at 1. */
const PHONES: readonly Phone[] = [
  { id: 3, lastTwoDigits: "12", pushMode: "sms" },
  { id: 7, lastTwoDigits: "58", pushMode: "sms" },
];

/** An account that lists its phone in the singular has only one. */
export function phonesFor(settings: AccountSettings): readonly Phone[] {
  return settings.phonesAt === "singular" ? PHONES.slice(0, 1) : PHONES;
}

export function trustedPhones(phones: readonly Phone[]) {
  return phones.map(describePhone);
}

export function describePhone({ id, lastTwoDigits, pushMode }: Phone) {
  return {
    id,
    numberWithDialCode: `+47 \u2022\u2022\u2022 \u2022\u2022 \u2022${lastTwoDigits}`,
    obfuscatedNumber: `\u2022\u2022\u2022 \u2022\u2022 \u2022${lastTwoDigits}`,
    lastTwoDigits,
    pushMode,
    nonFTEU: false,
  };
}

/** Present only on accounts with hardware keys; either field alone is the sign. */
export function securityKeyFields(keyNames: readonly string[]) {
  if (keyNames.length === 0) return {};
  const keyHandles = keyNames.map((name) => digest(`handle ${name}`));
  return {
    keyNames,
    fsaChallenge: {
      challenge: digest("challenge"),
      keyHandles,
      rpId: "apple.com",
      allowedCredentials: keyHandles.join(","),
    },
  };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
