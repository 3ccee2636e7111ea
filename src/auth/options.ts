import type { Secret } from "../lib/secret.ts";

export type Domain = "com" | "cn";

/** Where the password may come from; the first present wins: inline, command, file, then a prompt. */
export interface PasswordSources {
  readonly inline: Secret | null;
  readonly command: string | null;
  readonly file: string | null;
}

/** Addresses of Apple's hosts. Overridden only by loopback addresses, for the simulator. */
export interface Endpoints {
  /** Base of the sign-in service, `https://idmsa.apple.com/appleauth/auth`; its origin is the auth root. */
  readonly auth: string;
  /** `https://setup.icloud.com/setup/ws/1`. */
  readonly setup: string;
  /** `https://www.icloud.com`: Origin and Referer of everything but SRP. */
  readonly home: string;
  /** True when the three name a loopback address: loopback hosts and http are then allowed for CloudKit and content. */
  readonly isLoopback: boolean;
}

/** What the auth room needs to know. */
export interface AuthOptions {
  /** Trimmed and lower-cased Apple ID. */
  readonly username: string;
  readonly domain: Domain;
  readonly password: PasswordSources;
  readonly endpoints: Endpoints;
  /** Folder of session, cookies, lock and database. */
  readonly dataDir: string;
}
