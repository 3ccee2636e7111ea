/** The server's side of SRP-6a as Apple speaks it (protocol notes 1.7). */

import { createHash, pbkdf2Sync, timingSafeEqual } from "node:crypto";
import type { SrpProtocol } from "../options.ts";

/** RFC 5054, 2048-bit group. */
const N = BigInt(
  "0xAC6BDB41324A9A9BF166DE5E1389582FAF72B6651987EE07FC3192943DB56050" +
    "A37329CBB4A099ED8193E0757767A13DD52312AB4B03310DCD7F48A9DA04FD50" +
    "E8083969EDB767B0CF6095179A163AB3661A05FBD5FAAAE82918A9962F0B93B8" +
    "55F97993EC975EEAA80D740ADBF4FF747359D041D5C33EA71D281E446B14773B" +
    "CA97B43A23FB801676BD207A436C6481F1D2B9078717461A5B9D32E688F87748" +
    "544523B524B0D57D5EA77A2775D2ECFA032CFBDBF52FB3786160279004E57AE6" +
    "AF874E7303CE53299CCC041C7BC308D82A5698F3A8D0C38271AE35F8E9DBFBB6" +
    "94B5C803D89F7AE435DE236D525F54759B65E372FCD68EF20FA7111F9E4AFF73",
);
const G = 2n;
const WIDTH_BYTES = 256;

/** What a server keeps instead of the password. */
export interface Verifier {
  readonly protocol: SrpProtocol;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly v: bigint;
}

/** One conversation with one client, from signin/init to signin/complete. */
export interface Challenge {
  readonly verifier: Verifier;
  readonly userName: string;
  readonly a: bigint;
  readonly b: bigint;
  readonly publicB: bigint;
}

export function createVerifier(secret: Omit<Verifier, "v"> & { password: string }): Verifier {
  const { protocol, salt, iterations } = secret;
  const hash = createHash("sha256").update(secret.password, "utf8");
  const digest = protocol === "s2k" ? hash.digest() : Buffer.from(hash.digest("hex"), "ascii");
  const key = pbkdf2Sync(digest, salt, iterations, 32, "sha256");
  const x = toNumber(sha256(salt, sha256(Buffer.from(":"), key)));
  return { protocol, salt, iterations, v: power(G, x) };
}

/** Answers a client's A; null when A is one of the values that would give the game away. */
export function openChallenge(
  verifier: Verifier,
  client: { userName: string; publicA: Uint8Array },
  secretB: Uint8Array,
): Challenge | null {
  const a = toNumber(client.publicA);
  if (a % N === 0n) return null;
  const b = toNumber(secretB);
  const publicB = (multiplier() * verifier.v + power(G, b)) % N;
  return { verifier, userName: client.userName, a, b, publicB };
}

/** True when B takes fewer than 256 bytes: nobody knows which form Apple would hash. */
export function isShort(publicB: bigint): boolean {
  return minimalBytes(publicB).length < WIDTH_BYTES;
}

export function bytesOfB(challenge: Challenge): Uint8Array {
  return minimalBytes(challenge.publicB);
}

/** Whether m1 proves the password, with A and S hashed in minimal or in padded form. */
export function isProof(challenge: Challenge, m1: Uint8Array): boolean {
  const { a, publicB, b, verifier } = challenge;
  const u = toNumber(sha256(padded(a), padded(publicB)));
  if (u === 0n) return false;
  const secret = power((a * power(verifier.v, u)) % N, b);
  return [minimalBytes(secret), padded(secret)].some((secretBytes) =>
    [minimalBytes(a), padded(a)].some((bytesOfA) =>
      isSame(expectedProof(challenge, bytesOfA, sha256(secretBytes)), m1),
    ),
  );
}

function expectedProof(challenge: Challenge, bytesOfA: Uint8Array, key: Uint8Array): Uint8Array {
  const hashOfG = sha256(padded(G));
  const mixed = sha256(padded(N)).map((byte, index) => byte ^ (hashOfG[index] ?? 0));
  const hashOfName = sha256(Buffer.from(challenge.userName, "utf8"));
  return sha256(mixed, hashOfName, challenge.verifier.salt, bytesOfA, bytesOfB(challenge), key);
}

function multiplier(): bigint {
  return toNumber(sha256(padded(N), padded(G)));
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = base % N;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % N;
    square = (square * square) % N;
  }
  return result;
}

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function padded(value: bigint): Uint8Array {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(WIDTH_BYTES * 2, "0"), "hex"));
}

function minimalBytes(value: bigint): Uint8Array {
  const hex = value.toString(16);
  return new Uint8Array(Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex"));
}

function isSame(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
