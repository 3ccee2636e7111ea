/** What a test may do to the account while the simulator runs. */

import type { SimulatorClock } from "../types.ts";
import { TWO_FACTOR_MODES } from "../options.ts";
import { PHONE_PLACES, REPAIRS, type Account, type AccountSettings } from "./account.ts";
import type { AuthContext } from "./auth-context.ts";
import { isObject } from "./replies.ts";
import type { SetupContext } from "./setup-context.ts";

/** Checks one setting; false refuses the value. */
const CHECKS: Readonly<Record<keyof AccountSettings, (value: unknown) => boolean>> = {
  twoFactor: (value) => isOneOf(value, TWO_FACTOR_MODES),
  repair: (value) => isOneOf(value, REPAIRS),
  securityKeys: (value) => Array.isArray(value) && value.every((key) => typeof key === "string"),
  phonesAt: (value) => isOneOf(value, PHONE_PLACES),
  noTrustedDevices: isBoolean,
  codeNeedsRepair: isBoolean,
  termsPending: isBoolean,
  refuseOldClients: isBoolean,
  noPhotos: isBoolean,
  webAccess: isBoolean,
  adp: isBoolean,
  adpPolls: isCountOrNull,
  adpResult: (value) => isOneOf(value, ["both", "one", "unknown"]),
  sessionCallsMax: isCountOrNull,
  domainToUse: (value) => value === null || typeof value === "string",
  rateLimit: isBoolean,
};

export class AccountAdmin {
  readonly #auth: AuthContext;
  readonly #setup: SetupContext;
  readonly #clock: SimulatorClock;

  constructor(auth: AuthContext, setup: SetupContext, clock: SimulatorClock) {
    this.#auth = auth;
    this.#setup = setup;
    this.#clock = clock;
  }

  get account(): Account {
    return this.#auth.account;
  }

  shownCode() {
    return this.#auth.codes.shown();
  }

  /** Applies settings and deeds; throws a RangeError that names what it does not know. */
  change(wishes: Record<string, unknown>, newestConnection: number): void {
    const { killSession, movePartition, disarm, resetCodes, ...settings } = wishes;
    this.#checkSettings(settings);
    Object.assign(this.account.settings, settings);
    if (settings["rateLimit"] === false) this.#auth.limit.reset();
    if (killSession === true) this.killSessions();
    if (movePartition === true) this.#movePartition(newestConnection);
    if (disarm === true) Object.assign(this.#setup.consent, { asked: false, armedUntil: 0 });
    if (resetCodes === true) this.#auth.codes.reset();
  }

  /** Ends every web session; tokens kept by clients stay good, so accountLogin brings a new one. */
  killSessions(): void {
    this.#setup.sessions.closeAll();
  }

  /** Back to an account nobody has signed in to; `keepTrust` leaves the trust tokens valid. */
  reset({ keepTrust }: { keepTrust: boolean }): void {
    this.killSessions();
    this.#auth.signIns.forgetAll();
    this.#auth.tokens.forgetSessions();
    if (!keepTrust) this.#auth.tokens.forgetTrust();
    this.#auth.codes.reset();
    this.#auth.limit.reset();
    Object.assign(this.#setup.consent, { asked: false, polls: 0, armedUntil: 0 });
  }

  #checkSettings(settings: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(settings)) {
      if (!isSetting(name)) throw new RangeError(`Unknown account setting "${name}"`);
      if (!CHECKS[name](value)) {
        throw new RangeError(`Cannot set ${name} to ${JSON.stringify(value)}`);
      }
    }
  }

  #movePartition(connection: number): void {
    const { account } = this;
    this.#setup.movedFrom = { partition: account.partition, connection, at: this.#clock.now() };
    account.partition += 1;
  }
}

function isSetting(name: string): name is keyof AccountSettings {
  return Object.hasOwn(CHECKS, name);
}

function isOneOf(value: unknown, choices: readonly string[]): boolean {
  return typeof value === "string" && choices.includes(value);
}

function isBoolean(value: unknown): boolean {
  return typeof value === "boolean";
}

function isCountOrNull(value: unknown): boolean {
  return value === null || (Number.isInteger(value) && Number(value) >= 0);
}

export function readWishes(body: unknown): Record<string, unknown> {
  if (!isObject(body)) throw new RangeError("Want a JSON object");
  return body;
}
