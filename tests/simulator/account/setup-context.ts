/** What every request to the setup host works with. */

import type { IncomingRequest, SimulatorClock } from "../types.ts";
import type { Account } from "./account.ts";
import type { Tokens } from "./tokens.ts";
import type { WebSession, WebSessions } from "./web-sessions.ts";

export interface SetupContext {
  readonly account: Account;
  readonly clock: SimulatorClock;
  readonly tokens: Tokens;
  readonly sessions: WebSessions;
  readonly consent: Consent;
  /** Where the account was before it moved; connections opened before are served by the old host. */
  movedFrom: {
    readonly partition: number;
    readonly connection: number;
    readonly at: number;
  } | null;
}

/** How far the devices of an account with Advanced Data Protection have come. */
interface Consent {
  asked: boolean;
  polls: number;
  /** 0 when no device has armed web access. */
  armedUntil: number;
}

export type SetupStep = (request: IncomingRequest, context: SetupContext) => Response;

/** The web session of the TOKEN cookie; null when there is none or it is over. */
export function sessionOf(request: IncomingRequest, context: SetupContext): WebSession | null {
  return context.sessions.find(request.cookies.get("X-APPLE-WEBAUTH-TOKEN")).session;
}
