/**
 * Proves to Apple that we know the password without sending it: SRP-6a over the 2048-bit group of RFC 5054, with
 * Apple's way of turning the password into a key. Pure: the random bytes are handed in.
 */
import { createHash, pbkdf2Sync } from "node:crypto";
import { DataError } from "../lib/errors.ts";
import type { Secret } from "../lib/secret.ts";

/** How the password's hash enters the key: as bytes, or as hexadecimal text on older accounts. */
export type SrpProtocol = "s2k" | "s2k_fo";

export interface SrpChallenge {
  readonly protocol: SrpProtocol;
  /** Raw bytes; leading zeros count. */
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** The server's public key, B. */
  readonly serverKey: Uint8Array;
}

export interface SrpKeys {
  readonly secret: bigint;
  /** A, in as few bytes as it needs. */
  readonly publicKey: Uint8Array;
}

export interface SrpProof {
  readonly m1: Uint8Array;
  readonly m2: Uint8Array;
  /** A number began with a zero byte: nobody knows whether Apple hashes it, so ask for another challenge. */
  readonly isAmbiguous: boolean;
}

const groupBytes = 256;
const prime = BigInt(
  "0xac6bdb41324a9a9bf166de5e1389582faf72b6651987ee07fc3192943db56050" +
    "a37329cbb4a099ed8193e0757767a13dd52312ab4b03310dcd7f48a9da04fd50" +
    "e8083969edb767b0cf6095179a163ab3661a05fbd5faaae82918a9962f0b93b8" +
    "55f97993ec975eeaa80d740adbf4ff747359d041d5c33ea71d281e446b14773b" +
    "ca97b43a23fb801676bd207a436c6481f1d2b9078717461a5b9d32e688f87748" +
    "544523b524b0d57d5ea77a2775d2ecfa032cfbdbf52fb3786160279004e57ae6" +
    "af874e7303ce53299ccc041c7bc308d82a5698f3a8d0c38271ae35f8e9dbfbb6" +
    "94b5c803d89f7ae435de236d525f54759b65e372fcd68ef20fa7111f9e4aff73",
);
const generator = 2n;
const multiplier = toNumber(sha256(padded(prime), padded(generator)));
const groupHash = xor(sha256(padded(prime)), sha256(padded(generator)));

/** Draws a key pair; again and again until the public key fills all its bytes, which everyone encodes alike. */
export function drawSrpKeys(random: (bytes: number) => Uint8Array): SrpKeys {
  for (;;) {
    const keys = srpKeysFrom(toNumber(random(32)));
    if (keys.publicKey.length === groupBytes) return keys;
  }
}

/** The key pair of a known secret number. */
export function srpKeysFrom(secret: bigint): SrpKeys {
  return { secret, publicKey: minimal(power(generator, secret)) };
}

/** The proof that answers a challenge. Throws when the server's key would give the secret away. */
export function proveSrp(
  keys: SrpKeys,
  username: string,
  password: Secret,
  challenge: SrpChallenge,
): SrpProof {
  const serverKey = toNumber(challenge.serverKey);
  const scrambler = toNumber(sha256(padded(toNumber(keys.publicKey)), padded(serverKey)));
  if (serverKey >= prime || serverKey % prime === 0n || scrambler === 0n) {
    throw new DataError("Apple's sign-in sent a key that must not be used", "signin/init");
  }
  const exponent = passwordExponent(password, challenge);
  const base = modulo(serverKey - multiplier * power(generator, exponent));
  const shared = minimal(power(base, keys.secret + scrambler * exponent));
  const key = sha256(shared);
  const sentServerKey = minimal(serverKey);
  const userHash = sha256(Buffer.from(username, "utf8"));
  const m1 = sha256(groupHash, userHash, challenge.salt, keys.publicKey, sentServerKey, key);
  return {
    m1,
    m2: sha256(keys.publicKey, m1, key),
    isAmbiguous: shared.length < groupBytes || sentServerKey.length < groupBytes,
  };
}

/** The private number made of password and salt; the user name is not part of it at Apple's. */
function passwordExponent(password: Secret, challenge: SrpChallenge): bigint {
  const hash = sha256(Buffer.from(password.reveal(), "utf8"));
  const digest = challenge.protocol === "s2k" ? hash : Buffer.from(hash.toString("hex"), "ascii");
  const stretched = pbkdf2Sync(digest, challenge.salt, challenge.iterations, 32, "sha256");
  return toNumber(sha256(challenge.salt, sha256(Buffer.from(":"), stretched)));
}

function sha256(...parts: Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % prime;
    if (bit === "1") result = (result * base) % prime;
  }
  return result;
}

/** The remainder that is never negative. */
function modulo(value: bigint): bigint {
  return ((value % prime) + prime) % prime;
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

function padded(value: bigint): Buffer {
  return Buffer.from(value.toString(16).padStart(groupBytes * 2, "0"), "hex");
}

function minimal(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
}

function xor(left: Uint8Array, right: Uint8Array): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ right[index]!));
}
