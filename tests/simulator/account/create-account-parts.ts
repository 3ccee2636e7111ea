/** Puts the account half of the simulator together: sign-in host, setup host, and the gate of CloudKit. */

import type { SimulatorOptions } from "../options.ts";
import type { Gate, Part, SimulatorClock } from "../types.ts";
import { AccountAdmin } from "./account-admin.ts";
import { createAccount } from "./account.ts";
import type { AuthContext } from "./auth-context.ts";
import { createAuthPart } from "./auth-part.ts";
import { Codes } from "./codes.ts";
import { createGate } from "./gate.ts";
import type { SetupContext } from "./setup-context.ts";
import { createSetupPart } from "./setup-part.ts";
import { SignInLimit } from "./sign-in-limit.ts";
import { SignIns } from "./sign-ins.ts";
import { Tokens } from "./tokens.ts";
import { WebSessions } from "./web-sessions.ts";

export interface AccountParts {
  readonly auth: Part;
  readonly setup: Part;
  readonly gate: Gate;
  readonly admin: AccountAdmin;
}

export function createAccountParts(options: SimulatorOptions, clock: SimulatorClock): AccountParts {
  const account = createAccount(options);
  const tokens = new Tokens(clock);
  const auth: AuthContext = {
    account,
    tokens,
    signIns: new SignIns(),
    codes: new Codes(clock, options.code),
    limit: new SignInLimit(clock),
    strictScnt: options.strictScnt,
  };
  const setup: SetupContext = {
    account,
    clock,
    tokens,
    sessions: new WebSessions(clock),
    consent: { asked: false, polls: 0, armedUntil: 0 },
    movedFrom: null,
  };
  return {
    auth: createAuthPart(auth),
    setup: createSetupPart(setup),
    gate: createGate(setup),
    admin: new AccountAdmin(auth, setup, clock),
  };
}
