/** What every request to the sign-in host works with, and how such a request is routed. */

import type { IncomingRequest } from "../types.ts";
import type { Account } from "./account.ts";
import type { Codes } from "./codes.ts";
import { authRefusal } from "./replies.ts";
import type { SignInLimit } from "./sign-in-limit.ts";
import type { SignIn, SignIns } from "./sign-ins.ts";
import type { Tokens } from "./tokens.ts";

export interface AuthContext {
  readonly account: Account;
  readonly tokens: Tokens;
  readonly signIns: SignIns;
  readonly codes: Codes;
  readonly limit: SignInLimit;
  readonly strictScnt: boolean;
}

export type AuthStep = (request: IncomingRequest, context: AuthContext) => Response;

/** A step that only makes sense within a sign-in: without the current scnt it is refused. */
export function withinSignIn(
  step: (request: IncomingRequest, signIn: SignIn, context: AuthContext) => Response,
): AuthStep {
  return (request, context) => {
    const signIn = context.signIns.find(request);
    return signIn ? step(request, signIn, context) : authRefusal({ status: 403, body: "" });
  };
}

/**
 * Keeps the scnt where Apple would perhaps rotate it. icloudpd reads no headers from the phone calls and goes on with
 * what it had, so a rotation there would shut out a client that works with Apple.
 */
export function rotateIfStrict(signIn: SignIn, context: AuthContext): void {
  if (context.strictScnt) context.signIns.rotate(signIn);
}
