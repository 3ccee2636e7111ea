/** Whatever CloudKit and the content host say, the answer is of the right shape or the error is typed. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { openContent } from "../../src/icloud/cdn.ts";
import type { CloudKitClient } from "../../src/icloud/cloudkit/client.ts";
import { codeFault, faultOf } from "../../src/icloud/cloudkit/faults.ts";
import { decodePage } from "../../src/icloud/photos/records.ts";
import { PhotosService } from "../../src/icloud/photos/service.ts";
import { RemoteError } from "../../src/lib/errors.ts";
import type { Page, Zone } from "../../src/photos/page.ts";
import { joinHalves } from "../../src/photos/join.ts";
import {
  resource,
  text,
  wireAlbum,
  wireAsset,
  wireMaster,
  wireRelation,
} from "../support/engine/wire.ts";
import { SEED, TIMEOUT_MS, junk, mutated, mutatedText, runs } from "./fuzz/mutations.ts";
import type { Json } from "./fuzz/mutations.ts";
import { typed } from "./fuzz/typed.ts";

console.log(`KEI_SEED=${SEED} replays the fuzzing of iCloud's answers`);

const ZONE: Zone = { name: "PrimarySync", owner: "_x", database: "private" };

const RECORDS: readonly Json[] = [
  wireMaster({ resOriginalVidComplRes: resource(), resJPEGThumbRes: resource() }),
  wireAsset({ resJPEGFullRes: resource(), captionEnc: text("SGk="), burstId: text("B") }),
  wireAlbum({ parentId: text("FOLDER") }),
  wireRelation({ containerId: text("ALBUM-1"), itemId: text("ASSET-1") }),
  { recordName: "GONE", recordType: null, deleted: true },
  { recordName: "BUSY", serverErrorCode: "TRY_AGAIN_LATER", reason: "later" },
];

const PAGE = { records: RECORDS, syncToken: "AQAA", continuationMarker: "m", moreComing: false };
const DATABASE = {
  syncToken: "db",
  moreComing: false,
  zones: [{ zoneID: { zoneName: "PrimarySync", ownerRecordName: "_x" }, syncToken: "AQAA" }],
};
const CHANGES = { zones: [{ zoneID: { zoneName: "PrimarySync" }, ...PAGE }] };
const COUNTS = { batch: [{ records: [{ fields: { itemCount: { value: 12, type: "INT64" } } }] }] };
const INDEXED = { records: [{ fields: { state: { value: "FINISHED", type: "STRING" } } }] };

function expectPage(page: Page): void {
  const lists = [page.masters, page.assets, page.albums, page.memberships, page.tombstones];
  for (const list of [...lists, page.urls, page.faults]) expect(Array.isArray(list)).toBe(true);
  expect(page.token === null || (typeof page.token === "string" && page.token !== "")).toBe(true);
  for (const name of page.tombstones) expect(typeof name).toBe("string");
  for (const { resources } of [...page.masters, ...page.assets]) {
    for (const { sizeBytes, checksum } of Object.values(resources)) {
      expect(Number.isSafeInteger(sizeBytes) && sizeBytes >= 0 && checksum !== "").toBe(true);
    }
  }
  for (const asset of page.assets) {
    for (const master of page.masters) joinHalves(ZONE.name, asset, master);
  }
}

test(
  "decodePage() gives a page for any records",
  () => {
    fc.assert(
      fc.property(mutated(RECORDS), junk, (records, token) => {
        expectPage(decodePage(Array.isArray(records) ? records : [records], token, () => true));
      }),
      runs(0.25),
    );
  },
  TIMEOUT_MS,
);

type Ask = (service: PhotosService) => Promise<unknown>;

const QUESTIONS: readonly {
  name: string;
  sample: Json;
  ask: Ask;
  check: (answer: never) => void;
}[] = [
  {
    name: "changedZones",
    sample: DATABASE,
    ask: (service) => service.changedZones("private", "db"),
    check: ({ token, zones }: Awaited<ReturnType<PhotosService["changedZones"]>>) => {
      expect(typeof token === "string" && token !== "").toBe(true);
      for (const { name } of zones) expect(typeof name).toBe("string");
    },
  },
  {
    name: "isIndexed",
    sample: INDEXED,
    ask: (service) => service.isIndexed(ZONE),
    check: (is: boolean) => expect(typeof is).toBe("boolean"),
  },
  {
    name: "count",
    sample: COUNTS,
    ask: (service) => service.count(ZONE, { kind: "library" }),
    check: (count: number | null) => expect(count === null || Number.isFinite(count)).toBe(true),
  },
  {
    name: "listing",
    sample: PAGE,
    ask: (service) => service.listing(ZONE, { kind: "library" }, 0),
    check: expectPage,
  },
  {
    name: "changes",
    sample: CHANGES,
    ask: (service) => service.changes(ZONE, "AQAA"),
    check: expectPage,
  },
  {
    name: "lookup",
    sample: PAGE,
    ask: (service) => service.lookup(ZONE, ["A"]),
    check: expectPage,
  },
  {
    name: "albums",
    sample: PAGE,
    ask: (service) => service.albums(ZONE),
    check: ({ albums }: Awaited<ReturnType<PhotosService["albums"]>>) => {
      for (const { id } of albums) expect(id).not.toBe("");
    },
  },
];

for (const { name, sample, ask, check } of QUESTIONS) {
  test(
    `PhotosService.${name}() answers or fails with a typed error`,
    async () => {
      const answer = mutated(sample).filter((value) => typeof value === "object" && value !== null);
      await fc.assert(
        fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 3 }), async (answers) => {
          const result = await typed(() => ask(new PhotosService(answering(answers), () => true)));
          if (result !== null) check(result as never);
        }),
        runs(0.07),
      );
    },
    TIMEOUT_MS,
  );
}

/** A client that gives these answers in turn; then the network is gone, so that no question is asked for ever. */
function answering(answers: readonly Json[]): CloudKitClient {
  const left = [...answers];
  const call = async () => {
    if (left.length === 0) throw new RemoteError("unavailable", "no more answers");
    return left.shift() as Record<string, unknown>;
  };
  return { call } as unknown as CloudKitClient;
}

test(
  "faultOf() finds a typed fault or none in any answer",
  () => {
    const bodies = fc.oneof(
      junk,
      mutated({ serverErrorCode: "BAD_REQUEST", reason: "Unknown", retryAfter: 3 }),
    );
    const status = fc.oneof(fc.constantFrom(200, 401, 421, 429, 450, 503), fc.integer());
    fc.assert(
      fc.property(bodies, status, fc.string(), (body, code, operation) => {
        const fault = faultOf({ operation, status: code, body, retryAfterMs: undefined });
        if (fault === null) expect(code === 200 && typeof body === "object").toBe(true);
        else expect(fault).toBeInstanceOf(RemoteError);
      }),
      runs(0.1),
    );
  },
  TIMEOUT_MS,
);

test(
  "codeFault() knows a fault for any code, those of Object's own properties too",
  () => {
    const codes = fc.oneof(fc.string(), fc.constantFrom("constructor", "__proto__", "toString"));
    fc.assert(
      fc.property(codes, fc.option(fc.string()), (code, reason) => {
        const fault = codeFault(
          { operation: "x", status: 200, retryAfterMs: undefined },
          code,
          reason,
        );
        expect(typeof fault.code).toBe("string");
        if (fault instanceof RemoteError) expect(typeof fault.fault).toBe("string");
      }),
      runs(0.05),
    );
  },
  TIMEOUT_MS,
);

const HEADERS = {
  "content-range": [
    "bytes 5-9/10",
    "bytes 5-9/*",
    "bytes 9-5/1",
    "bytes */10",
    "5-9/10",
    `bytes ${"9".repeat(30)}-1/2`,
  ],
  "content-length": ["10", "-1", "1e3", "9".repeat(40), "ten"],
  "retry-after": ["3", "0", "-3", "1e9", "soon", "Fri, 31 Dec 1999 23:59:59 GMT", "9".repeat(400)],
  location: ["/again", "http://example.com/", "//", "javascript:1", "http://[", "%"],
} as const;

const headerValue = (samples: readonly string[]) =>
  fc.option(fc.oneof(fc.constantFrom(...samples), fc.stringMatching(/^[ -~]{0,20}$/)), {
    nil: undefined,
  });

test(
  "openContent() takes any status and headers without a raw error",
  async () => {
    const headers = fc.record({
      "content-range": headerValue(HEADERS["content-range"]),
      "content-length": headerValue(HEADERS["content-length"]),
      "retry-after": headerValue(HEADERS["retry-after"]),
      location: headerValue(HEADERS.location),
    });
    const status = fc.oneof(
      fc.constantFrom(200, 206, 301, 302, 307, 400, 403, 404, 410, 416, 429, 500, 503),
      fc.integer({ min: 200, max: 599 }),
    );
    const original = globalThis.fetch;
    try {
      await fc.assert(
        fc.asyncProperty(status, headers, fc.nat(20), async (code, named, fromByte) => {
          globalThis.fetch = (async () => anAnswer(code, named)) as unknown as typeof fetch;
          const content = await typed(() => openContent("http://127.0.0.1:9/B/x", fromByte, DOOR));
          if (content === null || content === "unsatisfiable") return;
          expect(Number.isFinite(content.fromByte) && content.fromByte >= 0).toBe(true);
          for (const size of [content.lengthBytes, content.totalBytes]) {
            expect(size === null || (Number.isFinite(size) && size >= 0)).toBe(true);
          }
          for await (const _ of content.body) break;
        }),
        runs(0.1),
      );
    } finally {
      globalThis.fetch = original;
    }
  },
  TIMEOUT_MS,
);

const DOOR = {
  mayFetch: (url: string) => url.startsWith("http://127.0.0.1"),
  headersFor: () => ({}),
  patience: { idleMs: 60_000, windowMs: 60_000, minimumBytes: 0 },
  clock: { now: () => 0, steadyMs: () => 0 },
};

function anAnswer(status: number, named: Record<string, string | undefined>): Response {
  const headers = Object.entries(named).filter(
    (pair): pair is [string, string] => pair[1] !== undefined,
  );
  const hasBody = status !== 204 && status !== 205 && status !== 304;
  return new Response(hasBody ? "0123456789" : null, { status, headers });
}

test(
  "mutated texts of a page are read or refused",
  () => {
    fc.assert(
      fc.property(mutatedText(PAGE), (said) => {
        const body = parsed(said);
        const fault = faultOf({
          operation: "records/query",
          status: 200,
          body,
          retryAfterMs: undefined,
        });
        if (fault === null) expect(typeof body).toBe("object");
      }),
      runs(0.05),
    );
  },
  TIMEOUT_MS,
);

function parsed(said: string): unknown {
  try {
    return JSON.parse(said);
  } catch {
    return undefined;
  }
}
