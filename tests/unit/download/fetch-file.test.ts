import { describe, expect, test } from "bun:test";
import { judge } from "../../../src/download/fetch-file.ts";
import type { FileRow } from "../../../src/state/files.ts";
import { appleChecksum, bytesOf, sha256 } from "../../support/engine/content.ts";
import { aRow } from "../../support/engine/receiving.ts";

const WANTED = bytesOf("wanted", 100);
const OTHER = bytesOf("other", 100);
const OPAQUE = Buffer.from(bytesOf("opaque", 33)).toString("base64");

function digestsOf(bytes: Uint8Array) {
  return { apple: appleChecksum(bytes), sha256: sha256(bytes), bytes: bytes.length };
}

const rows: { name: string; row: Partial<FileRow>; bytes: Uint8Array; is: object }[] = [
  { name: "the wanted bytes", row: {}, bytes: WANTED, is: { kind: "ours", isVerified: true } },
  { name: "other bytes of that size", row: {}, bytes: OTHER, is: { kind: "stranger" } },
  {
    name: "our older version",
    row: { sha256: sha256(OTHER) },
    bytes: OTHER,
    is: { kind: "older" },
  },
  {
    name: "bytes staged before a crash",
    row: { sha256: sha256(OTHER), status: "staged", is_verified: 0 },
    bytes: OTHER,
    is: { kind: "ours", isVerified: false },
  },
  {
    name: "bytes staged and verified",
    row: { sha256: sha256(OTHER), status: "staged", is_verified: 1 },
    bytes: OTHER,
    is: { kind: "ours", isVerified: true },
  },
  {
    name: "a file changed since it was staged",
    row: { sha256: sha256(WANTED), status: "staged" },
    bytes: OTHER,
    is: { kind: "stranger" },
  },
  {
    name: "the right size, when the checksum proves nothing",
    row: { checksum: OPAQUE },
    bytes: OTHER,
    is: { kind: "ours", isVerified: false },
  },
  {
    name: "another size, when the checksum proves nothing",
    row: { checksum: OPAQUE },
    bytes: bytesOf("x", 99),
    is: { kind: "stranger" },
  },
];

describe("judge() knows", () => {
  for (const { name, row, bytes, is } of rows) {
    test(name, () => {
      const whole = aRow({ checksum: appleChecksum(WANTED), size_bytes: 100, ...row });
      expect(judge(whole, digestsOf(bytes))).toMatchObject(is);
    });
  }
});
