import { describe, expect, test } from "bun:test";
import { judge, knownTo, placeOf } from "../../../src/download/place.ts";
import type { FileRow, Final, Held } from "../../../src/state/files/row.ts";
import { proofWord } from "../../../src/photos/proof.ts";
import type { Proof } from "../../../src/photos/proof.ts";
import { appleChecksum, bytesOf, sha256 } from "../../support/engine/content.ts";
import { aFinal } from "../../support/engine/final.ts";
import { aRow } from "../../support/engine/receiving.ts";

const WANTED = bytesOf("wanted", 100);
const OTHER = bytesOf("other", 100);
const OPAQUE = Buffer.from(bytesOf("opaque", 33)).toString("base64");
const CHECKSUM = appleChecksum(WANTED);

function digestsOf(bytes: Uint8Array) {
  return { apple: appleChecksum(bytes), sha256: sha256(bytes), bytes: bytes.length };
}

const bySha256 = (bytes: Uint8Array): Proof => ({ kind: "sha256", hash: sha256(bytes) });
const byApple = (bytes: Uint8Array): Proof => ({ kind: "apple", checksum: appleChecksum(bytes) });

/** The columns of a row that holds such bytes. */
function holding(proof: Proof, changes: Partial<Held> = {}): Partial<FileRow> {
  const { content = "older", origin = "own", verdict = "agrees" } = changes;
  return { held: proofWord(proof), held_bytes: 100, held_content: content, origin, verdict };
}

function staging(proof: Proof, changes: Partial<Final> = {}): string {
  const { proof: _, ...final } = aFinal({ content: CHECKSUM, sizeBytes: 100, ...changes });
  return JSON.stringify({ ...final, proof: proofWord(proof) });
}

const outdated = { state: "outdated" } as const;
const staged = (proof: Proof, changes?: Partial<Final>) =>
  ({ state: "staged", staged: staging(proof, changes) }) as const;

const STRANGER = { kind: "stranger", isOlder: false };

interface Case {
  readonly name: string;
  readonly row: Partial<FileRow>;
  readonly bytes: Uint8Array;
  readonly is: object;
  readonly isLink?: boolean;
}

const rows: Case[] = [
  {
    name: "the wanted bytes, which somebody else put there",
    row: {},
    bytes: WANTED,
    is: { kind: "ours", final: { proof: byApple(WANTED), verdict: "agrees", origin: "adopted" } },
  },
  { name: "other bytes of that size", row: {}, bytes: OTHER, is: STRANGER },
  {
    name: "our older version",
    row: { ...outdated, ...holding(bySha256(OTHER)) },
    bytes: OTHER,
    is: { kind: "older", held: { content: "older" } },
  },
  {
    name: "our older version by Apple's checksum",
    row: { ...outdated, ...holding(byApple(OTHER)) },
    bytes: OTHER,
    is: { kind: "older", held: { content: appleChecksum(OTHER) } },
  },
  {
    name: "an older version that somebody else put there",
    row: { ...outdated, ...holding(byApple(OTHER), { origin: "adopted" }) },
    bytes: OTHER,
    is: { kind: "stranger", isOlder: true },
  },
  {
    name: "an older version that is known by its size alone",
    row: { ...outdated, ...holding(bySha256(OTHER), { origin: "unproven" }) },
    bytes: OTHER,
    is: { kind: "stranger", isOlder: true },
  },
  {
    name: "an older version known by its size, when the new one is of that size too",
    row: { ...outdated, checksum: OPAQUE, ...holding(bySha256(OTHER), { origin: "unproven" }) },
    bytes: OTHER,
    is: { kind: "stranger", isOlder: true },
  },
  {
    name: "a person's link, to where our older version was moved",
    row: { ...outdated, ...holding(byApple(OTHER)) },
    bytes: OTHER,
    isLink: true,
    is: { kind: "stranger", isOlder: true },
  },
  {
    name: "a person's copy of the older version in the place of a link of ours",
    row: { ...outdated, ...holding(byApple(OTHER), { origin: "link" }) },
    bytes: OTHER,
    is: { kind: "stranger", isOlder: true },
  },
  {
    name: "a link of ours that shows the wanted bytes by now",
    row: { ...outdated, ...holding(bySha256(OTHER), { origin: "link" }) },
    bytes: WANTED,
    isLink: true,
    is: { kind: "ours", final: { origin: "link" } },
  },
  {
    name: "somebody's file in the place of a link of ours",
    row: { ...outdated, ...holding(bySha256(OTHER), { origin: "link" }) },
    bytes: WANTED,
    is: { kind: "ours", final: { origin: "adopted" } },
  },
  {
    name: "bytes staged before a crash",
    row: staged(bySha256(OTHER), { verdict: "disagrees", written: [{ facet: "x", hash: "h" }] }),
    bytes: OTHER,
    is: {
      kind: "ours",
      final: { verdict: "disagrees", origin: "own", written: [{ facet: "x", hash: "h" }] },
    },
  },
  {
    name: "bytes staged and verified",
    row: staged(byApple(WANTED)),
    bytes: WANTED,
    is: { kind: "ours", final: { verdict: "agrees", origin: "own" } },
  },
  {
    name: "bytes staged for a photo that changed since",
    row: { ...outdated, staged: staging(bySha256(OTHER), { content: "before" }) },
    bytes: OTHER,
    is: { kind: "older" },
  },
  {
    name: "the older version beside staged bytes",
    row: { ...staged(byApple(WANTED)), ...holding(bySha256(OTHER)) },
    bytes: OTHER,
    is: { kind: "older" },
  },
  {
    name: "bytes that are wanted as they are, when others were staged to be written into them",
    row: { ...staged(bySha256(WANTED)), ...holding(bySha256(OTHER), { content: CHECKSUM }) },
    bytes: OTHER,
    is: { kind: "ours", final: { proof: bySha256(OTHER), origin: "own" } },
  },
  {
    name: "a file changed since it was staged",
    row: staged(bySha256(WANTED)),
    bytes: OTHER,
    is: STRANGER,
  },
  {
    name: "the right size, when the checksum proves nothing",
    row: { checksum: OPAQUE },
    bytes: OTHER,
    is: { kind: "ours", final: { proof: bySha256(OTHER), verdict: "opaque", origin: "unproven" } },
  },
  {
    name: "another size, when the checksum proves nothing",
    row: { checksum: OPAQUE },
    bytes: bytesOf("x", 99),
    is: STRANGER,
  },
  {
    name: "the right size, when kei makes the content",
    row: { checksum: OPAQUE, derived: "sidecar" },
    bytes: OTHER,
    is: STRANGER,
  },
];

describe("judge() knows", () => {
  for (const { name, row, bytes, is, isLink } of rows) {
    test(name, () => {
      const whole = aRow({ checksum: CHECKSUM, size_bytes: 100, ...row });
      const standing = { isFile: true, sizeBytes: bytes.length, isLink };
      expect(judge(whole, knownTo(whole), standing, digestsOf(bytes))).toMatchObject(is);
    });
  }
});

describe("placeOf()", () => {
  const signal = new AbortController().signal;

  test("reads no file whose size says that it is a stranger's", async () => {
    const row = aRow({ checksum: CHECKSUM, size_bytes: 100 });
    const destination = {
      look: async () => ({ isFile: true, sizeBytes: 99 }),
      digest: () => Promise.reject(new Error("it was read")),
    };
    expect(await placeOf(row, { destination, twins: () => [] }, signal)).toMatchObject({
      kind: "stranger",
    });
  });

  test.each([
    ["link", "older"],
    ["own", "stranger"],
    [null, "stranger"],
  ] as const)("lets a dead link give way only if it was ours: %s", async (origin, kind) => {
    const row = aRow({ checksum: CHECKSUM, size_bytes: 100, origin });
    const destination = {
      look: async () => ({ isFile: false, sizeBytes: 9, isLink: true, isDeadLink: true }),
      digest: () => Promise.reject(new Error("it was read")),
    };
    expect(await placeOf(row, { destination, twins: () => [] }, signal)).toMatchObject({ kind });
  });
});
