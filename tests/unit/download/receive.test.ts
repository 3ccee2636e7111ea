import { describe, expect, test } from "bun:test";
import { LocalError, RemoteError } from "../../../src/lib/errors.ts";
import { appleChecksum, bytesOf, inChunks, sha256 } from "../../support/engine/content.ts";
import { Receiving, broken, stream } from "../../support/engine/receiving.ts";
import type { Answer } from "../../support/engine/receiving.ts";

const BYTES = bytesOf("photo", 2000);
const OTHER = bytesOf("another photo", 2000);
const PAGE = Buffer.from("<!DOCTYPE html><title>busy</title>".padEnd(2000));
const right: Answer = (fromByte) => stream(BYTES.subarray(fromByte), { fromByte });
const cut: Answer = (fromByte) => ({
  ...stream(BYTES.subarray(fromByte), { fromByte }),
  body: inChunks(BYTES.subarray(fromByte, fromByte + 900), 300),
});
const fails =
  (fault: ConstructorParameters<typeof RemoteError>[0], retryAfterMs?: number): Answer =>
  () =>
    new RemoteError(fault, fault, { retryAfterMs });

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[1234]! ^= 1;
  return copy;
}

interface Row {
  readonly name: string;
  readonly answers: Answer[];
  /** Bytes an earlier run left. */
  readonly part?: Uint8Array;
  /** Offsets that are asked for, in order. */
  readonly asked: number[];
  /** Attempts after the first; none unless said. */
  readonly retries?: number;
}

const ENDS_WELL: Row[] = [
  { name: "everything is in order", answers: [right], asked: [0] },
  { name: "a part is there", answers: [right], part: BYTES.subarray(0, 700), asked: [700] },
  { name: "the whole part is there", answers: [right], part: BYTES, asked: [] },
  {
    name: "the part is longer than the file",
    answers: [right],
    part: bytesOf("x", 2001),
    asked: [0],
  },
  {
    name: "the host ignores the range",
    answers: [() => stream(BYTES)],
    part: BYTES.subarray(0, 700),
    asked: [700],
  },
  {
    name: "the host begins at another byte",
    answers: [() => stream(BYTES.subarray(600), { fromByte: 600 }), right],
    part: BYTES.subarray(0, 700),
    asked: [700, 0],
    retries: 1,
  },
  {
    name: "the host says the range is past the end",
    answers: [() => "unsatisfiable", right],
    part: BYTES.subarray(0, 700),
    asked: [700, 0],
  },
  { name: "the connection ends early", answers: [cut, right], asked: [0, 900], retries: 1 },
  {
    name: "the connection ends early twice",
    answers: [cut, cut, right],
    asked: [0, 900, 1800],
    retries: 2,
  },
  {
    name: "the connection breaks",
    answers: [
      () => ({
        ...stream(BYTES),
        body: broken(BYTES.subarray(0, 600), new RemoteError("unavailable", "broke")),
      }),
      right,
    ],
    asked: [0, 600],
    retries: 1,
  },
  {
    name: "too many bytes come",
    answers: [() => stream(bytesOf("x", 2300), { totalBytes: null, lengthBytes: null }), right],
    asked: [0, 0],
    retries: 1,
  },
  {
    name: "a shorter file comes whole",
    answers: [() => stream(BYTES.subarray(0, 1900), { totalBytes: null }), right],
    asked: [0, 0],
    retries: 1,
  },
  {
    name: "the file has another size at the host",
    answers: [() => stream(BYTES, { totalBytes: 2500 }), right],
    asked: [0, 0],
    retries: 1,
  },
  {
    name: "one bit is wrong",
    answers: [() => stream(flipped(BYTES)), right],
    asked: [0, 0],
    retries: 1,
  },
  {
    name: "the part belongs to other bytes",
    answers: [right],
    part: OTHER.subarray(0, 700),
    asked: [700, 0],
    retries: 1,
  },
  { name: "the whole part is wrong", answers: [right], part: OTHER, asked: [0], retries: 1 },
  {
    name: "a web page comes",
    answers: [() => stream(PAGE, { contentType: "text/html; charset=utf-8" }), right],
    asked: [0, 0],
    retries: 1,
  },
  { name: "the host is busy", answers: [fails("unavailable"), right], asked: [0, 0], retries: 1 },
  { name: "the address is stale", answers: [fails("expired-url"), right], asked: [0, 0] },
  { name: "the content has moved away", answers: [fails("gone"), right], asked: [0, 0] },
];

describe("receive() ends with the right bytes when", () => {
  for (const { name, answers, part, asked, retries = 0 } of ENDS_WELL) {
    test(name, async () => {
      using receiving = new Receiving(BYTES, [...answers]);
      if (part) await receiving.leavePart(part);
      const received = await receiving.run();
      const proof = { kind: "apple", checksum: appleChecksum(BYTES) } as const;
      expect(received).toEqual({ proof, sizeBytes: 2000, verdict: "agrees" });
      expect((await receiving.part()).equals(BYTES)).toBe(true);
      expect(receiving.asked).toEqual(asked);
      expect(receiving.clock.waits).toHaveLength(retries);
    });
  }
});

describe("receive() gives up when", () => {
  const rows: { name: string; answer: Answer; code: string; asked: number }[] = [
    { name: "the host stays busy", answer: fails("unavailable"), code: "unavailable", asked: 3 },
    { name: "the content is gone", answer: fails("gone"), code: "gone", asked: 2 },
    { name: "every address is stale", answer: fails("expired-url"), code: "expired-url", asked: 2 },
    { name: "the host refuses", answer: fails("refused"), code: "refused", asked: 1 },
    {
      name: "nothing but web pages comes",
      answer: () => stream(PAGE, { contentType: "text/html" }),
      code: "mismatch",
      asked: 3,
    },
    {
      name: "web pages come under another name",
      answer: () => stream(PAGE),
      code: "mismatch",
      asked: 3,
    },
    { name: "there are no bytes", answer: () => "unsatisfiable", code: "mismatch", asked: 6 },
  ];
  for (const { name, answer, code, asked } of rows) {
    test(name, async () => {
      using receiving = new Receiving(BYTES, [answer]);
      const thrown = await receiving.run().catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: `remote/${code}` });
      expect(receiving.asked).toHaveLength(asked);
    });
  }
});

describe("receive()", () => {
  test("keeps bytes that disagree twice in the same way, and calls them unverified", async () => {
    using receiving = new Receiving(BYTES, [() => stream(OTHER)]);
    const received = await receiving.run();
    expect(received).toEqual({
      proof: { kind: "sha256", hash: sha256(OTHER) },
      sizeBytes: OTHER.length,
      verdict: "disagrees",
    });
    expect(receiving.asked).toEqual([0, 0]);
    expect(receiving.has("file-unverified")).toBe(true);
  });

  test("does not keep bytes that disagree each time in another way", async () => {
    let n = 0;
    using receiving = new Receiving(BYTES, [() => stream(bytesOf(`wrong ${n++}`, 2000))]);
    const thrown = await receiving.run().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "remote/mismatch" });
    expect(receiving.has("file-unverified")).toBe(false);
    expect(await receiving.part()).toHaveLength(0);
  });

  test("judges by size alone when the checksum is of a form nobody can recompute", async () => {
    const checksum = Buffer.from(bytesOf("opaque", 33)).toString("base64");
    using receiving = new Receiving(BYTES, [() => stream(BYTES)], { checksum });
    expect(await receiving.run()).toMatchObject({ verdict: "opaque", proof: { kind: "sha256" } });
  });

  test("keeps what looks like an error page only when its checksum is opaque and it comes twice", async () => {
    const checksum = Buffer.from(bytesOf("opaque", 33)).toString("base64");
    using page = new Receiving(BYTES, [() => stream(PAGE)], { checksum });
    expect(await page.run()).toMatchObject({ verdict: "disagrees" });
    expect(page.asked).toEqual([0, 0]);
    expect(page.has("file-unverified")).toBe(true);
    let n = 0;
    const other = () => stream(new Uint8Array([...PAGE.subarray(0, -1), n++]));
    using pages = new Receiving(BYTES, [other], { checksum });
    expect(await pages.run().catch((error: unknown) => error)).toMatchObject({ fault: "mismatch" });
    using known = new Receiving(BYTES, [() => stream(PAGE)]);
    expect(await known.run().catch((error: unknown) => error)).toMatchObject({ fault: "mismatch" });
  });

  test("knows bytes that came before in this run, without any retry", async () => {
    using receiving = new Receiving(BYTES, [() => stream(OTHER)]);
    const once = { retry: { maxRetries: 0, delayMs: 1 } };
    expect(await receiving.run(once).catch((error: unknown) => error)).toMatchObject({
      fault: "mismatch",
    });
    expect(await receiving.run(once)).toMatchObject({ verdict: "disagrees" });
  });

  test("splices nothing that begins elsewhere, even when no checksum could tell", async () => {
    const checksum = Buffer.from(bytesOf("opaque", 33)).toString("base64");
    const elsewhere: Answer = () => ({
      ...stream(BYTES.subarray(0, 1300)),
      fromByte: 600,
      totalBytes: null,
    });
    using receiving = new Receiving(BYTES, [elsewhere, right], { checksum });
    await receiving.leavePart(BYTES.subarray(0, 700));
    await receiving.run();
    expect((await receiving.part()).equals(BYTES)).toBe(true);
  });

  test("takes no web page of the right size, even when no checksum could tell", async () => {
    const checksum = Buffer.from(bytesOf("opaque", 33)).toString("base64");
    const page: Answer = () => stream(OTHER, { contentType: "text/html" });
    using receiving = new Receiving(BYTES, [page, right], { checksum });
    await receiving.run();
    expect((await receiving.part()).equals(BYTES)).toBe(true);
  });

  test("stops reading a body that does not end", async () => {
    let chunks = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; chunks < 100; chunks++) yield OTHER;
    }
    const answer: Answer = () => ({ ...stream(BYTES), body: endless() });
    using receiving = new Receiving(BYTES, [answer, right]);
    await receiving.run();
    expect(chunks).toBeLessThan(3);
  });

  test("uses another address after a stale one, and after wrong bytes", async () => {
    using stale = new Receiving(BYTES, [fails("expired-url"), right]);
    await stale.run();
    expect(stale.addresses).toEqual(["address 1", "address 2"]);
    using wrong = new Receiving(BYTES, [() => stream(flipped(BYTES)), right]);
    await wrong.run();
    expect(wrong.addresses).toEqual(["address 1", "address 2"]);
  });

  test("waits as long as the host asks, and tells everybody to", async () => {
    using receiving = new Receiving(BYTES, [fails("throttled", 7000), right]);
    await receiving.run();
    expect(receiving.clock.waits.reduce((sum, ms) => sum + ms, 0)).toBe(7000);
    expect(receiving.events).toContainEqual({ kind: "throttled", waitMs: 7000 });
  });

  test("counts each byte that came over the network, and says where it resumed", async () => {
    using receiving = new Receiving(BYTES, [right]);
    await receiving.leavePart(BYTES.subarray(0, 700));
    await receiving.run();
    const counted = receiving.events.reduce(
      (sum, event) => sum + (event.kind === "bytes" ? event.count : 0),
      0,
    );
    expect(counted).toBe(1300);
    expect(receiving.events).toContainEqual({
      kind: "file-resumed",
      path: receiving.row.path,
      fromBytes: 700,
    });
  });

  const unknownSize = { size_bytes: 0 };
  for (const [name, answers, asked] of [
    ["fetched whole", [right], [0, 0]],
    ["continued where it was cut", [right, cut, right], [0, 0, 0, 900]],
  ] as const) {
    test(`takes a size of 0 for one the host knows: ${name}`, async () => {
      using receiving = new Receiving(BYTES, [...answers], unknownSize);
      expect(await receiving.run()).toMatchObject({ sizeBytes: 2000, verdict: "agrees" });
      expect(receiving.asked).toEqual([...asked]);
      expect((await receiving.part()).equals(BYTES)).toBe(true);
    });
  }

  test("continues a part whose size is recorded as 0", async () => {
    for (const [length, asked] of [
      [700, [0, 700]],
      [2000, [0]],
    ] as const) {
      using receiving = new Receiving(BYTES, [right], unknownSize);
      await receiving.leavePart(BYTES.subarray(0, length));
      expect(await receiving.run()).toMatchObject({ sizeBytes: 2000, verdict: "agrees" });
      expect(receiving.asked).toEqual([...asked]);
    }
  });

  test("fetches nothing that nobody says the length of: it might never end", async () => {
    const blind: Answer = () => stream(BYTES, { lengthBytes: null, totalBytes: null });
    using receiving = new Receiving(BYTES, [blind], unknownSize);
    const thrown = await receiving.run().catch((error: unknown) => error);
    expect(thrown).toMatchObject({ code: "remote/mismatch" });
    expect(receiving.has("bytes")).toBe(false);
  });

  test("takes nothing for no file whose checksum says otherwise, or that nobody can prove", async () => {
    for (const checksum of [appleChecksum(BYTES), "opaque"]) {
      const none: Answer = () => stream(new Uint8Array());
      using receiving = new Receiving(BYTES, [none], { ...unknownSize, checksum });
      const thrown = await receiving.run().catch((error: unknown) => error);
      expect(thrown).toMatchObject({ code: "remote/mismatch" });
    }
  });

  test("takes an empty file for what it is", async () => {
    using receiving = new Receiving(new Uint8Array(), [right]);
    expect(await receiving.run()).toMatchObject({ verdict: "agrees", sizeBytes: 0 });
    expect(receiving.asked).toEqual([]);
  });

  test("ends with the signal's reason between two attempts", async () => {
    const stopping = new AbortController();
    const answer: Answer = () => {
      stopping.abort(new Error("stop"));
      return new RemoteError("unavailable", "busy");
    };
    using receiving = new Receiving(BYTES, [answer]);
    const thrown = await receiving.run({}, stopping.signal).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: "stop" });
    expect(receiving.asked).toHaveLength(1);
  });
});

test("receive() tries again although the disk refused to take an empty part away", async () => {
  using receiving = new Receiving(BYTES, [fails("unavailable"), right]);
  const { destination } = receiving;
  destination.removePart = () => Promise.reject(new LocalError("denied", "Permission denied", "/"));
  expect(await receiving.run()).toMatchObject({ sizeBytes: BYTES.length });
  expect(receiving.events.filter(({ kind }) => kind === "file-retried")).toHaveLength(1);
});
