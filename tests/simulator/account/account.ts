/** The one account of the simulator: who it is, and the switches a test may turn while it runs. */

import { createHash } from "node:crypto";
import type { SimulatorOptions, TwoFactorMode } from "../options.ts";
import { FIRST_PARTITION } from "../origins.ts";
import { createVerifier, type Verifier } from "./srp.ts";

/** Where GET {auth} puts the phone numbers; all of these occur. */
export const PHONE_PLACES = ["top", "wrapped", "singular", "none"] as const;
/** Who can finish a 412: nobody needs to, repair/complete can, or only a browser. */
export const REPAIRS = ["none", "api", "browser"] as const;

export interface AccountSettings {
  twoFactor: TwoFactorMode;
  repair: (typeof REPAIRS)[number];
  /** Names of hardware keys; such an account takes no codes. */
  securityKeys: readonly string[];
  phonesAt: (typeof PHONE_PLACES)[number];
  /** No device shows codes; GET {auth} sends a message to the only phone by itself. */
  noTrustedDevices: boolean;
  /** A code is right but something else is pending: 412 with valid true. */
  codeNeedsRepair: boolean;
  termsPending: boolean;
  /** Refuse CloudKit to old builds and browsers. */
  refuseOldClients: boolean;
  /** iCloud Photos was never set up: no ckdatabasews. */
  noPhotos: boolean;
  /** "Access iCloud Data on the Web". */
  webAccess: boolean;
  /** Advanced Data Protection is on. */
  adp: boolean;
  /** Polls until a device says yes or uploads the cookies; null for never. */
  adpPolls: number | null;
  /** Whether a finished requestPCS gives both cookies, only one, or an unknown message. */
  adpResult: "both" | "one" | "unknown";
  /** CloudKit calls after which a web session dies; null for never. */
  sessionCallsMax: number | null;
  /** Names another domain in accountLogin, as in "iCloud.com.cn". */
  domainToUse: string | null;
  rateLimit: boolean;
}

export interface Account {
  /** Lower case: Apple makes the verifier from that form. */
  readonly name: string;
  readonly verifier: Verifier;
  readonly dsid: string;
  readonly country: string;
  partition: number;
  readonly settings: AccountSettings;
}

export function createAccount(options: SimulatorOptions): Account {
  const name = options.user.trim().toLowerCase();
  const { password, srp: protocol, iterations, seed } = options;
  const digest = createHash("sha256").update(`${seed} ${name}`).digest();
  // pysrp's fast form drops a leading zero byte, so it is left to tests that ask for it.
  const salt = new Uint8Array([options.zeroSalt ? 0 : 0x5a, ...digest.subarray(1, 16)]);
  return {
    name,
    verifier: createVerifier({ protocol, salt, iterations, password }),
    dsid: `1${String(digest.readUIntBE(16, 6) % 10 ** 10).padStart(10, "0")}`,
    country: "NOR",
    partition: FIRST_PARTITION,
    settings: initialSettings(options),
  };
}

function initialSettings({ twoFactor, rateLimit }: SimulatorOptions): AccountSettings {
  return {
    twoFactor,
    repair: twoFactor === "none" ? "api" : "none",
    securityKeys: [],
    phonesAt: "top",
    noTrustedDevices: false,
    codeNeedsRepair: false,
    termsPending: false,
    refuseOldClients: false,
    noPhotos: false,
    webAccess: true,
    adp: false,
    adpPolls: 2,
    adpResult: "both",
    sessionCallsMax: null,
    domainToUse: null,
    rateLimit,
  };
}
