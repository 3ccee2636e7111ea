/** Advanced Data Protection: asking the devices to lend their keys to the browser. */

import type { IncomingRequest } from "../types.ts";
import { opaque } from "./random.ts";
import { missingCookie, setupReply } from "./replies.ts";
import { pcsCookies } from "./session-cookies.ts";
import { sessionOf, type SetupContext, type SetupStep } from "./setup-context.ts";
import type { WebSession } from "./web-sessions.ts";

/** Web access stays armed for one hour. */
const ARMED_MS = 3_600_000;

export const requestWebAccessState: SetupStep = (request, context) => {
  const { account, consent } = context;
  if (!sessionOf(request, context)) return refused(context, 421);
  if (account.settings.adp && consent.asked && !isArmed(context)) poll(context);
  return setupReply(account, { status: 200, body: accessState(context) });
};

export const enableDeviceConsent: SetupStep = (request, context) => {
  const { account } = context;
  if (!sessionOf(request, context)) return refused(context, 421);
  askDevices(context);
  const body = { isDeviceConsentNotificationSent: true, ...accessState(context) };
  return setupReply(account, { status: 200, body });
};

export const requestPcs: SetupStep = (request, context) => {
  const { account } = context;
  const session = sessionOf(request, context);
  if (session) forgetIfLapsed(session, context);
  // The same text comes while terms are pending and when web access is off.
  if (!session || !account.settings.webAccess) return refused(context, 500);
  if (session.pcs !== null) return success(request, session, { context, text: "already present." });
  if (!isArmed(context)) {
    askDevices(context);
    poll(context);
    return failure(context, "Requested the device to upload cookies.");
  }
  if (!hasUploaded(context)) {
    poll(context);
    return failure(context, "Cookies not available yet on server.");
  }
  if (account.settings.adpResult === "unknown") return failure(context, "Please try Tuesday.");
  session.pcs = opaque(120);
  return success(request, session, { context, text: "attached." });
};

function isArmed({ clock, consent }: SetupContext): boolean {
  return consent.armedUntil > clock.now();
}

/** An hour after arming, the devices must be asked again and the cookies are worth nothing. */
export function forgetIfLapsed(session: WebSession, context: SetupContext): void {
  const { account, consent } = context;
  if (!account.settings.adp || isArmed(context)) return;
  session.pcs = null;
  if (consent.armedUntil > 0) Object.assign(consent, { asked: false, polls: 0, armedUntil: 0 });
}

function askDevices({ consent }: SetupContext): void {
  if (consent.asked) return;
  consent.asked = true;
  consent.polls = 0;
}

/** The devices answer after the configured number of polls, and upload one poll later. */
function poll(context: SetupContext): void {
  const { account, clock, consent } = context;
  consent.polls += 1;
  const { adpPolls } = account.settings;
  if (adpPolls !== null && consent.polls >= adpPolls && consent.armedUntil <= clock.now()) {
    consent.armedUntil = clock.now() + ARMED_MS;
  }
}

function hasUploaded({ account, consent }: SetupContext): boolean {
  return consent.polls > (account.settings.adpPolls ?? Number.POSITIVE_INFINITY);
}

function accessState(context: SetupContext) {
  const { account, consent } = context;
  const state = { dsid: account.dsid, isWebAccessAllowed: account.settings.webAccess };
  if (!account.settings.adp) return state;
  const armed = isArmed(context);
  return {
    ...state,
    isICDRSDisabled: true,
    isDeviceConsentedForPCS: armed,
    deviceConsentForPCSExpiry: armed ? consent.armedUntil : 0,
  };
}

function success(
  request: IncomingRequest,
  session: WebSession,
  { context, text }: { context: SetupContext; text: string },
): Response {
  const { account, clock } = context;
  const names = account.settings.adpResult === "one" ? ["Photos"] : ["Photos", "Sharing"];
  const login = { account, origins: request.origins, now: clock.now() };
  return setupReply(account, {
    status: 200,
    body: { status: "success", message: `Cookies ${text}` },
    cookies: pcsCookies(login, session.pcs ?? "", names),
  });
}

function failure({ account }: SetupContext, message: string): Response {
  return setupReply(account, { status: 200, body: { status: "failure", message } });
}

function refused({ account }: SetupContext, status: number): Response {
  return setupReply(account, { status, body: missingCookie("X-APPLE-WEBAUTH-TOKEN") });
}
