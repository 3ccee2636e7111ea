/** The calls of Apple's sign-in service, one function each: what is asked, not what is made of it. */
import type { Answer } from "./answer.ts";
import type { CodePhone, HeaderProfile, SessionState } from "./session-file.ts";
import type { SrpProof } from "./srp.ts";
import type { Wire } from "./wire.ts";

/** Opens a sign-in: our public key and the account name against salt, iterations and Apple's public key. */
export function startProof(wire: Wire, username: string, publicKey: Uint8Array): Promise<Answer> {
  return wire.auth({
    method: "POST",
    path: "/signin/init",
    profile: "auth",
    body: { a: base64(publicKey), accountName: username, protocols: ["s2k", "s2k_fo"] },
    isRepeatable: true,
  });
}

/** Hands in the proof, and the trust token that may spare the person a code. `context` is Apple's, returned as it came. */
export function completeProof(
  wire: Wire,
  state: SessionState,
  proof: SrpProof,
  context: unknown,
): Promise<Answer> {
  return wire.auth({
    method: "POST",
    path: "/signin/complete?isRememberMeEnabled=true",
    profile: "auth",
    body: {
      accountName: state.username,
      c: context,
      m1: base64(proof.m1),
      m2: base64(proof.m2),
      rememberMe: true,
      trustTokens: state.trustToken ? [state.trustToken.reveal()] : [],
    },
    isRepeatable: false, // the challenge is spent
  });
}

/** Confirms whatever Apple wanted confirmed after a 412; brings a fresh session token. */
export function completeRepair(wire: Wire): Promise<Answer> {
  return wire.auth({
    method: "POST",
    path: "/repair/complete",
    profile: "home",
    body: {},
    isRepeatable: true,
  });
}

/** Makes the trusted devices show a code. It voids the code shown before, so it is never sent on the way to a check. */
export function askForPush(wire: Wire, profile: HeaderProfile): Promise<Answer> {
  return wire.auth({
    method: "PUT",
    path: "/verify/trusteddevice/securitycode",
    profile,
    accept: "application/json",
    isRepeatable: false,
  });
}

/** The account's second factors: phones, flags, hardware keys. */
export function readFactors(
  wire: Wire,
  profile: HeaderProfile,
  accept = "application/json",
): Promise<Answer> {
  return wire.auth({ method: "GET", path: "", profile, accept, isRepeatable: true });
}

/** Sends a code to a phone. */
export function askForMessage(
  wire: Wire,
  profile: HeaderProfile,
  phone: CodePhone,
): Promise<Answer> {
  return wire.auth({
    method: "PUT",
    path: "/verify/phone",
    profile,
    accept: "application/json",
    body: phoneBody(phone),
    isRepeatable: false,
  });
}

/** Hands in a code: the one shown on devices, or the one sent to `phone`. It stays text, zeros in front count. */
export function handInCode(
  wire: Wire,
  profile: HeaderProfile,
  code: string,
  phone: CodePhone | null,
): Promise<Answer> {
  const securityCode = { code };
  return wire.auth({
    method: "POST",
    path: phone ? "/verify/phone/securitycode" : "/verify/trusteddevice/securitycode",
    profile,
    accept: "application/json",
    body: phone ? { ...phoneBody(phone), securityCode } : { securityCode },
    isRepeatable: false,
  });
}

/** Makes this installation a trusted one: brings the trust token and a new session token. */
export function askForTrust(wire: Wire, profile: HeaderProfile): Promise<Answer> {
  return wire.auth({ method: "GET", path: "/2sv/trust", profile, isRepeatable: true });
}

function phoneBody(phone: CodePhone): Record<string, unknown> {
  const { mode, ...phoneNumber } = phone;
  return { phoneNumber, mode };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
