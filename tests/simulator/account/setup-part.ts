/** The setup host, setup.icloud.com: everything under /setup/ws/1. */

import type { Part } from "../types.ts";
import { enableDeviceConsent, requestPcs, requestWebAccessState } from "./pcs-steps.ts";
import type { SetupContext, SetupStep } from "./setup-context.ts";
import {
  accountLogin,
  getTerms,
  listDevices,
  logout,
  repairDone,
  validate,
} from "./setup-steps.ts";

const SETUP_PATH = "/setup/ws/1";

const STEPS: Readonly<Record<string, SetupStep>> = {
  "POST /accountLogin": accountLogin,
  "POST /validate": validate,
  "POST /logout": logout,
  "GET /getTerms": getTerms,
  "GET /repairDone": repairDone,
  "GET /listDevices": listDevices,
  "POST /requestWebAccessState": requestWebAccessState,
  "POST /enableDeviceConsentForPCS": enableDeviceConsent,
  "POST /requestPCS": requestPcs,
};

export function createSetupPart(context: SetupContext): Part {
  return (request) => {
    const path = request.url.pathname;
    if (!path.startsWith(`${SETUP_PATH}/`)) return null;
    const step = STEPS[`${request.method} ${path.slice(SETUP_PATH.length)}`];
    return step ? step(request, context) : new Response("", { status: 404 });
  };
}
