/** The sign-in host, idmsa.apple.com: everything under /appleauth/auth. */

import type { Part } from "../types.ts";
import type { AuthContext, AuthStep } from "./auth-context.ts";
import { showState } from "./auth-page.ts";
import { authorize, complete, completeRepair, federate, init } from "./sign-in-steps.ts";
import {
  askForMessage,
  askForPush,
  oldPath,
  submitDeviceCode,
  submitPhoneCode,
  submitSecurityKey,
  trust,
} from "./two-factor.ts";

const AUTH_PATH = "/appleauth/auth";

const STEPS: Readonly<Record<string, AuthStep>> = {
  "GET ": showState,
  "GET /authorize/signin": authorize,
  "POST /federate": federate,
  "POST /signin/init": init,
  "POST /signin/complete": complete,
  "POST /repair/complete": completeRepair,
  "GET /verify/trusteddevice": oldPath,
  "POST /verify/trusteddevice": oldPath,
  "PUT /verify/trusteddevice/securitycode": askForPush,
  "POST /verify/trusteddevice/securitycode": submitDeviceCode,
  "PUT /verify/phone": askForMessage,
  "POST /verify/phone/securitycode": submitPhoneCode,
  "POST /verify/security/key": submitSecurityKey,
  "GET /2sv/trust": trust,
};

export function createAuthPart(context: AuthContext): Part {
  return (request) => {
    const path = request.url.pathname;
    if (path !== AUTH_PATH && !path.startsWith(`${AUTH_PATH}/`)) return null;
    const rest = path.slice(AUTH_PATH.length).replace(/\/$/, "");
    const step = STEPS[`${request.method} ${rest}`];
    return step ? step(request, context) : new Response("", { status: 404 });
  };
}
