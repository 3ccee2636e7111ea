/** GET {auth}: the state of a sign-in, as JSON for programs and as a page with boot_args for browsers. */

import type { IncomingRequest } from "../types.ts";
import type { AccountSettings } from "./account.ts";
import { rotateIfStrict, withinSignIn, type AuthContext } from "./auth-context.ts";
import { describePhone, phonesFor, securityKeyFields, trustedPhones } from "./phones.ts";
import { authReply, HTML_TYPE } from "./replies.ts";

export const showState = withinSignIn((request, signIn, context) => {
  sendToOnlyPhone(context);
  rotateIfStrict(signIn, context);
  if (wantsJson(request)) {
    return authReply(signIn, context.account, { status: 200, body: jsonFace(context) });
  }
  const body = htmlFace(context);
  return authReply(signIn, context.account, { status: 200, body, contentType: HTML_TYPE });
});

/** Without a trusted device and with one phone, asking for the state is asking for the message. */
function sendToOnlyPhone({ account, codes }: AuthContext): void {
  const [phone, another] = phonesFor(account.settings);
  if (account.settings.noTrustedDevices && phone && !another) codes.send(phone.id);
}

function wantsJson(request: IncomingRequest): boolean {
  return (request.headers.get("accept") ?? "").includes("application/json");
}

function jsonFace({ account, codes }: AuthContext) {
  const { settings } = account;
  const state = {
    noTrustedDevices: settings.noTrustedDevices,
    authenticationType: "hsa2",
    hsa2Account: true,
    ...phoneFields(settings),
    securityCode: codes.describe(),
  };
  const keys = securityKeyFields(settings.securityKeys);
  return settings.phonesAt === "wrapped"
    ? { phoneNumberVerification: state, ...keys }
    : { ...state, ...keys };
}

function phoneFields(settings: AccountSettings) {
  const phones = phonesFor(settings);
  const [first] = phones;
  if (settings.phonesAt === "none" || !first) return {};
  if (settings.phonesAt === "singular") return { trustedPhoneNumber: describePhone(first) };
  return { trustedPhoneNumbers: trustedPhones(phones) };
}

/**
 * Since March 2026 the list hangs under bridgeInitiateData. No security keys here, and no way over
 * the bridge: its other end is a web socket of Apple's push service, which is not simulated.
 */
function htmlFace({ account, codes }: AuthContext): string {
  const { twoFactor, noTrustedDevices } = account.settings;
  const phoneNumberVerification = {
    trustedPhoneNumbers: trustedPhones(phonesFor(account.settings)),
    securityCode: codes.describe(),
  };
  const isOld = twoFactor === "classic";
  const direct = {
    authInitialRoute: "auth/verify/device",
    authenticationType: "hsa2",
    hasTrustedDevices: !noTrustedDevices,
    twoSV: {
      authFactors: ["web_piggybacking", "sms"],
      sourceAppId: "1159",
      ...(isOld
        ? { phoneNumberVerification }
        : { bridgeInitiateData: { phoneNumberVerification } }),
    },
  };
  const bootArgs = JSON.stringify({ direct });
  const script = `<script type="application/json" class="boot_args">${bootArgs}</script>`;
  return `<!DOCTYPE html><html><body>${script}</body></html>`;
}
