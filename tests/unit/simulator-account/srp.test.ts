import { expect, test } from "bun:test";
import {
  bytesOfB,
  createVerifier,
  isProof,
  openChallenge,
  type Challenge,
} from "../../simulator/account/srp.ts";
import { vector } from "./srp-vector.ts";

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, "hex"));
const proof = (base64: string) => new Uint8Array(Buffer.from(base64, "base64"));

function verifierFor(protocol: "s2k" | "s2k_fo") {
  const { password, saltHex, iterations } = vector;
  return createVerifier({ protocol, password, salt: bytes(saltHex), iterations });
}

function challengeFor(protocol: "s2k" | "s2k_fo", publicAHex: string): Challenge {
  const client = { userName: vector.userName, publicA: bytes(publicAHex) };
  const challenge = openChallenge(verifierFor(protocol), client, bytes(vector.bHex));
  if (!challenge) throw new Error("the vector's A was refused");
  return challenge;
}

test.each(["s2k", "s2k_fo"] as const)("createVerifier() makes the known v for %s", (protocol) => {
  expect(verifierFor(protocol).v.toString(16)).toBe(vector[protocol].verifierHex);
});

test.each(["s2k", "s2k_fo"] as const)("openChallenge() makes the known B for %s", (protocol) => {
  const challenge = challengeFor(protocol, vector[protocol].publicAHex);
  expect(Buffer.from(bytesOfB(challenge)).toString("hex")).toBe(vector[protocol].publicBHex);
});

test.each(["s2k", "s2k_fo"] as const)("isProof() takes the known M1 for %s only", (protocol) => {
  const challenge = challengeFor(protocol, vector[protocol].publicAHex);
  const other = protocol === "s2k" ? "s2k_fo" : "s2k";
  expect(isProof(challenge, proof(vector[protocol].m1))).toBe(true);
  expect(isProof(challenge, proof(vector[other].m1))).toBe(false);
  expect(isProof(challenge, new Uint8Array())).toBe(false);
});

test("isProof() takes A in minimal and in padded form when it begins with a zero byte", () => {
  const challenge = challengeFor("s2k", vector.edge.publicAHex);
  expect(isProof(challenge, proof(vector.edge.m1Minimal))).toBe(true);
  expect(isProof(challenge, proof(vector.edge.m1Padded))).toBe(true);
  expect(isProof(challenge, proof(vector.s2k.m1))).toBe(false);
});

test("openChallenge() refuses an A that would make the secret zero", () => {
  const client = { userName: vector.userName, publicA: new Uint8Array(256) };
  expect(openChallenge(verifierFor("s2k"), client, bytes(vector.bHex))).toBeNull();
});
