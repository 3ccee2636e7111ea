/**
 * The setup service: turns a session token into cookies and the address of the photo database, and tells whether the
 * account can be used at all. An outage is never taken for an expired session: signing in again because of one is how
 * accounts get locked.
 */
import { short } from "../lib/short.ts";
import { isObject } from "../lib/is-object.ts";
import { AuthError } from "../lib/errors.ts";
import { isSuccess, realStatus, refusal, serviceErrors, type Answer } from "./answer.ts";
import type { Cookies } from "./cookies.ts";
import { isLoopbackHost } from "../lib/loopback.ts";
import { trimEnd } from "../lib/trim.ts";
import { at } from "./json.ts";
import type { Endpoints } from "./options.ts";
import type { SessionState } from "./session-file.ts";
import type { Wire } from "./wire.ts";

export type AccountAnswer =
  { readonly kind: "account"; readonly body: unknown } | { readonly kind: "signed-out" };

export interface AccountPlace {
  readonly dsid: string;
  readonly databaseUrl: string;
}

/** Asks whether the cookies are still good. */
export async function validate(wire: Wire): Promise<AccountAnswer> {
  return readAccount(await wire.setup({ path: "/validate", body: null }), "the session check");
}

/** Exchanges the session token for cookies; on a misdirected connection once more over a new one. */
export async function accountLogin(
  wire: Wire,
  state: SessionState,
  isFreshConnection = false,
): Promise<AccountAnswer> {
  const body = {
    accountCountryCode: state.accountCountry ?? "",
    dsWebAuthToken: state.sessionToken?.reveal() ?? "",
    extended_login: true,
    trustToken: state.trustToken?.reveal() ?? "",
  };
  let answer = await wire.setup({ path: "/accountLogin", body, isFreshConnection });
  if (answer.status === 421 && !isFreshConnection) {
    answer = await wire.setup({ path: "/accountLogin", body, isFreshConnection: true });
  }
  return readAccount(answer, "the login");
}

/** What a setup answer says: an account, or that the session is over. Everything else throws. */
export function readAccount(answer: Answer, what: string): AccountAnswer {
  refuseOtherRegion(answer.body);
  if (isSignedOut(answer)) return { kind: "signed-out" };
  const isAnswered = isSuccess(answer.status) && isObject(at(answer.body, "dsInfo"));
  if (!isAnswered || serviceErrors(answer.body).length > 0) throw refusal(answer, what);
  return { kind: "account", body: answer.body };
}

function isSignedOut(answer: Answer): boolean {
  const status = realStatus(answer);
  if ([401, 421, 450].includes(status)) return true;
  const errors = serviceErrors(answer.body);
  if (errors.some((error) => error.message.includes("X-APPLE-WEBAUTH"))) return true;
  // A bare 403 is a limit; one that states its refusal, or hides behind a 200, is about our tokens.
  if (status === 403) return answer.status === 200 || at(answer.body, "success") === false;
  return false;
}

/** True when this installation has yet to pass two-factor. */
export function needsCode(body: unknown): boolean {
  const version = Number(at(body, "dsInfo", "hsaVersion") ?? 0);
  const isOpen =
    at(body, "hsaChallengeRequired") === true || at(body, "hsaTrustedBrowser") !== true;
  if (version === 1 && isOpen) {
    throw new AuthError("two-factor", "This account uses the old two-step verification", {
      hint: "turn on two-factor authentication for the account, then sign in again",
    });
  }
  return version >= 2 && isOpen;
}

/** Where the account's photos are; throws when something of the account is in the way. */
export function readPlace(body: unknown, cookies: Cookies, endpoints: Endpoints): AccountPlace {
  refuseObstacles(body, cookies, endpoints);
  const url = at(body, "webservices", "ckdatabasews", "url");
  const dsid = at(body, "dsInfo", "dsid");
  if (typeof url !== "string" || url === "") {
    throw new AuthError("not-set-up", "iCloud Photos is not set up for this account", {
      hint: "turn on iCloud Photos on a device, then try again",
    });
  }
  if (typeof dsid !== "string" && typeof dsid !== "number") {
    throw new AuthError("unavailable", "Apple's login answer lacks the account number");
  }
  refuseForeignHost(url, endpoints);
  return { dsid: String(dsid), databaseUrl: trimEnd(url, "/") };
}

function refuseOtherRegion(body: unknown): void {
  const domain = at(body, "domainToUse");
  if (typeof domain !== "string" || domain === "") return;
  const wanted = domain.toLowerCase().endsWith(".cn") ? "cn" : "com";
  throw new AuthError("region", `This account lives on ${short(domain)}`, {
    hint: `use --domain ${wanted}`,
  });
}

function refuseObstacles(body: unknown, cookies: Cookies, endpoints: Endpoints): void {
  if (at(body, "dsInfo", "locked") === true) {
    throw new AuthError("locked", "This account is locked", {
      hint: "unlock it at https://iforgot.apple.com",
    });
  }
  if (at(body, "termsUpdateNeeded") === true) {
    throw new AuthError("terms", "Apple has new terms for this account to accept", {
      hint: `sign in at ${endpoints.home} once and accept them`,
    });
  }
  if (at(body, "dsInfo", "isWebAccessAllowed") === false) {
    throw new AuthError("protected", "Access to iCloud data on the web is switched off", {
      hint: 'switch on "Access iCloud Data on the Web" on a device: Settings, your name, iCloud',
    });
  }
  if (isDataProtected(body) && !hasPhotoKeys(cookies, endpoints)) {
    throw new AuthError("protected", "Advanced Data Protection keeps the photos from us", {
      hint: "switch it off on a device: Settings, your name, iCloud, Advanced Data Protection",
    });
  }
}

function isDataProtected(body: unknown): boolean {
  return at(body, "iCDPEnabled") === true || at(body, "dsInfo", "iCDPEnabled") === true;
}

/** With data protection on, photos open only to these two cookies, which a device must have granted. */
function hasPhotoKeys(cookies: Cookies, endpoints: Endpoints): boolean {
  return ["Photos", "Sharing"].every(
    (service) => cookies.value(endpoints.setup, `X-APPLE-WEBAUTH-PCS-${service}`) !== null,
  );
}

/** Our cookies go where this address points, so it must be Apple's, or this machine's in a simulation. */
function refuseForeignHost(text: string, endpoints: Endpoints): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isApple =
    url?.protocol === "https:" && /\.(icloud|apple)\.com(\.cn)?$/.test(`.${url.hostname}`);
  const isOurs = endpoints.isLoopback && url !== null && isLoopbackHost(url.hostname);
  if (!isApple && !isOurs) {
    throw new AuthError("unavailable", "Apple's login answer names a photo database elsewhere");
  }
}
