import { describe, expect, test } from "bun:test";
import { DataError, LocalError, RemoteError } from "../../../src/lib/errors.ts";
import type { LocalFault, RemoteFault } from "../../../src/lib/errors.ts";
import { Blame, speaksOfFile } from "../../../src/sync/blame.ts";

const remote = (fault: RemoteFault) => new RemoteError(fault, "");
const local = (fault: LocalFault) => new LocalError(fault, "", "");
const [GONE, DOWN] = [remote("gone"), remote("unavailable")];

describe("speaksOfFile()", () => {
  const rows: { name: string; error: unknown; speaks: boolean }[] = [
    { name: "content that is gone", error: GONE, speaks: true },
    { name: "wrong bytes", error: remote("mismatch"), speaks: true },
    { name: "a refusal", error: remote("refused"), speaks: true },
    { name: "a name the disk cannot hold", error: local("too-long"), speaks: true },
    { name: "throttling", error: remote("throttled"), speaks: false },
    { name: "an outage", error: DOWN, speaks: false },
    { name: "a lost network", error: remote("unreachable"), speaks: false },
    {
      name: "an address that is stale again and again",
      error: remote("expired-url"),
      speaks: false,
    },
    { name: "a full disk", error: local("full"), speaks: false },
    { name: "a refused folder", error: local("denied"), speaks: false },
    { name: "a failing disk", error: local("failed"), speaks: false },
    { name: "an unreadable answer", error: new DataError("", ""), speaks: false },
  ];
  for (const { name, error, speaks } of rows) {
    test(`is ${speaks} for ${name}`, () => expect(speaksOfFile(error)).toBe(speaks));
  }
});

describe("Blame", () => {
  type Deed =
    readonly ["failed", number, unknown] | readonly ["fetched"] | readonly ["forget", number];
  const rows: { name: string; deeds: readonly Deed[]; guilty: number[] }[] = [
    { name: "a fault of the file at once", deeds: [["failed", 1, GONE]], guilty: [1] },
    {
      name: "nothing in an outage",
      deeds: [
        ["failed", 1, DOWN],
        ["failed", 2, DOWN],
      ],
      guilty: [],
    },
    {
      name: "what failed before another file came",
      deeds: [["failed", 1, DOWN], ["fetched"], ["failed", 2, DOWN]],
      guilty: [1],
    },
    {
      name: "each file once",
      deeds: [["failed", 1, GONE], ["failed", 1, DOWN], ["fetched"], ["failed", 1, GONE]],
      guilty: [1],
    },
    {
      name: "nothing for a file that came at last",
      deeds: [["failed", 1, DOWN], ["fetched"], ["forget", 1], ["failed", 2, GONE], ["forget", 2]],
      guilty: [],
    },
    {
      name: "nothing for a file that came before others did",
      deeds: [["failed", 1, DOWN], ["forget", 1], ["fetched"]],
      guilty: [],
    },
  ];
  for (const { name, deeds, guilty } of rows) {
    test(`counts ${name}`, () => {
      const blame = new Blame();
      for (const deed of deeds) {
        if (deed[0] === "failed") blame.failed(deed[1], deed[2]);
        else if (deed[0] === "forget") blame.forget(deed[1]);
        else blame.fetched();
      }
      expect(blame.guilty).toEqual(guilty);
    });
  }
});
