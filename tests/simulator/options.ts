/** What a simulator can be told when it starts, and how the command line says it. */

import { parseArgs } from "node:util";

import { HOSTILITIES, HOSTILITY_NAMES, type Hostility } from "./hostile.ts";

/** How the account answers a right password and a right code. */
export const TWO_FACTOR_MODES = ["none", "classic", "2026", "2026-bare"] as const;
export type TwoFactorMode = (typeof TWO_FACTOR_MODES)[number];

const SRP_PROTOCOLS = ["s2k", "s2k_fo"] as const;
export type SrpProtocol = (typeof SRP_PROTOCOLS)[number];

const COOKIE_DOMAINS = ["auto", "apple", "none"] as const;
export type CookieDomain = (typeof COOKIE_DOMAINS)[number];

export interface SimulatorOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Every code that is sent; null draws six random digits each time. */
  readonly code: string | null;
  readonly twoFactor: TwoFactorMode;
  readonly srp: SrpProtocol;
  readonly iterations: number;
  readonly cookieDomain: CookieDomain;
  /** Whether the salt begins with a zero byte, which clients that make a number of it get wrong. */
  readonly zeroSalt: boolean;
  /** Whether many sign-ins in a short time are refused for an hour. */
  readonly rateLimit: boolean;
  /** Whether every answer of the sign-in host brings a new scnt. */
  readonly strictScnt: boolean;
  /** How many of the newest requests the log keeps in full. */
  readonly logLimit: number;
  readonly seed: number;
  /** How many assets the library has. */
  readonly assets: number;
  /** Fixed size of every original; null lets the library choose. */
  readonly fileBytes: number | null;
  /** Fixed size of every live movie; null lets the library choose. */
  readonly liveBytes: number | null;
  /** Which kinds of asset the library holds; null lets the library choose. */
  readonly assetsKind: string | null;
  /** What it does to harm those who come. */
  readonly hostile: readonly Hostility[];
}

export const DEFAULT_OPTIONS: SimulatorOptions = {
  port: 0,
  user: "walrus.tester@example.com",
  password: "Tusk-and-Tide-42",
  code: null,
  twoFactor: "2026",
  srp: "s2k",
  iterations: 20_064,
  zeroSalt: false,
  cookieDomain: "auto",
  rateLimit: true,
  strictScnt: false,
  logLimit: 50_000,
  seed: 1,
  assets: 300,
  fileBytes: null,
  liveBytes: null,
  assetsKind: null,
  hostile: [],
};

/** A mistake on the command line, worded for the person who made it. */
export class OptionError extends Error {}

/** Reads the command line; "help" when it asks for the help text. */
export function parseOptions(args: readonly string[]): SimulatorOptions | "help" {
  const values = readFlags(args);
  if (values.help) return "help";
  return {
    port: wholeNumber("port", values.port, DEFAULT_OPTIONS.port, 65_535),
    user: notEmpty("user", values.user, DEFAULT_OPTIONS.user),
    password: notEmpty("password", values.password, DEFAULT_OPTIONS.password),
    code: sixDigits(values.code),
    twoFactor: oneOf("two-factor", values["two-factor"], TWO_FACTOR_MODES, "2026"),
    srp: oneOf("srp", values.srp, SRP_PROTOCOLS, "s2k"),
    iterations: wholeNumber("iterations", values.iterations, DEFAULT_OPTIONS.iterations, 1_000_000),
    zeroSalt: values["zero-salt"] ?? false,
    cookieDomain: oneOf("cookie-domain", values["cookie-domain"], COOKIE_DOMAINS, "auto"),
    rateLimit: !values["no-rate-limit"],
    strictScnt: values["strict-scnt"] ?? false,
    logLimit: wholeNumber("log-limit", values["log-limit"], DEFAULT_OPTIONS.logLimit, 10_000_000),
    seed: wholeNumber("seed", values.seed, DEFAULT_OPTIONS.seed, 2 ** 32 - 1),
    assets: wholeNumber("assets", values.assets, DEFAULT_OPTIONS.assets, 10_000_000),
    fileBytes: optionalNumber("file-bytes", values["file-bytes"]),
    liveBytes: optionalNumber("live-bytes", values["live-bytes"]),
    assetsKind: values["assets-kind"] ?? null,
    hostile: hostilities(values.hostile),
  };
}

function readFlags(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        help: { type: "boolean", short: "h" },
        port: text,
        user: text,
        password: text,
        code: text,
        "two-factor": text,
        srp: text,
        iterations: text,
        "zero-salt": flag,
        "cookie-domain": text,
        "no-rate-limit": flag,
        "strict-scnt": flag,
        "log-limit": text,
        seed: text,
        assets: text,
        "file-bytes": text,
        "live-bytes": text,
        "assets-kind": text,
        hostile: text,
      },
    }).values;
  } catch (cause) {
    throw new OptionError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function wholeNumber(name: string, text: string | undefined, fallback: number, max: number) {
  if (text === undefined) return fallback;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0 && value <= max) return value;
  throw new OptionError(`Cannot use --${name} "${text}", want a whole number from 0 to ${max}`);
}

function optionalNumber(name: string, text: string | undefined): number | null {
  return text === undefined ? null : wholeNumber(name, text, 0, Number.MAX_SAFE_INTEGER);
}

function notEmpty(name: string, text: string | undefined, fallback: string): string {
  if (text === "") throw new OptionError(`Cannot use an empty --${name}`);
  return text ?? fallback;
}

function sixDigits(text: string | undefined): string | null {
  if (text === undefined || /^\d{6}$/.test(text)) return text ?? null;
  throw new OptionError(`Cannot use --code "${text}", want six digits, as in 012345`);
}

function hostilities(text: string | undefined): Hostility[] {
  const names = (text ?? "").split(",").filter(Boolean);
  return names.map((name) => oneOf("hostile", name, HOSTILITY_NAMES, "endless-pages"));
}

function oneOf<Choice extends string>(
  name: string,
  text: string | undefined,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  if (text === undefined) return fallback;
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw new OptionError(`Cannot use --${name} "${text}", want one of: ${choices.join(", ")}`);
}

export const HELP = `A pretend iCloud on this computer, for trying and testing sync programs.

Usage: npm run simulate -- [options]

  --port N                 port on 127.0.0.1; 0 takes a free one (default)
  --user NAME              account name (${DEFAULT_OPTIONS.user})
  --password TEXT          its password (${DEFAULT_OPTIONS.password})
  --two-factor MODE        ${TWO_FACTOR_MODES.join(", ")} (2026): no codes; codes accepted with 204;
                           with 409 and a session token; with 409 alone
  --code DIGITS            every code sent (random each time)
  --srp PROTOCOL           ${SRP_PROTOCOLS.join(", ")} (s2k)
  --iterations N           rounds of password hashing (${DEFAULT_OPTIONS.iterations})
  --zero-salt              a salt that begins with a zero byte, as some accounts have
  --no-rate-limit          do not refuse the eleventh sign-in within ten minutes
  --strict-scnt            give every sign-in answer a new scnt
  --cookie-domain WHERE    ${COOKIE_DOMAINS.join(", ")} (auto): Domain=.icloud.com when the Host is Apple's;
                           always; never
  --assets N               size of the library (${DEFAULT_OPTIONS.assets})
  --assets-kind NAME       what the library holds
  --file-bytes N           size of every original
  --live-bytes N           size of every live movie
  --seed N                 another library, other tokens (${DEFAULT_OPTIONS.seed})
  --log-limit N            requests kept in the log (${DEFAULT_OPTIONS.logLimit})
  --hostile A,B            a server that means harm, in any of these ways:
${Object.entries(HOSTILITIES)
  .map(([name, says]) => `      ${name.padEnd(20)} ${says}`)
  .join("\n")}

Examples:
  npm run simulate -- --port 8080 --assets 300
  npm run simulate -- --two-factor classic --code 012345
  npm run simulate -- --hostile gzip-bomb
  npm run simulate -- --assets 100000 --file-bytes 4096 --no-rate-limit
`;
