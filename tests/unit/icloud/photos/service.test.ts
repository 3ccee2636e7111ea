import { describe, expect, test } from "bun:test";
import { CloudKitClient } from "../../../../src/icloud/cloudkit/client.ts";
import { PhotosService } from "../../../../src/icloud/photos/service.ts";
import { Gate } from "../../../../src/lib/gate.ts";
import type { HttpRequest } from "../../../../src/lib/http.ts";
import { WHOLE_LIBRARY } from "../../../../src/photos/collection.ts";
import { TestClock } from "../../../support/engine/clock.ts";
import { ZONE } from "../../../support/engine/records.ts";
import { wireAsset, wireMaster } from "../../../support/engine/wire.ts";

const ZONE_ID = { zoneName: "PrimarySync", ownerRecordName: "_me" };

/** A service whose network gives these bodies (or what they make), the last of them for ever. */
function setUp(...bodies: unknown[]) {
  const clock = new TestClock();
  const sent: { operation: string; body: Record<string, unknown> }[] = [];
  const client = new CloudKitClient({
    session: {
      epoch: 0,
      databaseUrl: () => "https://ck.icloud.com",
      dsid: () => "1",
      clientId: () => "c",
      headersFor: () => ({}),
      absorb: () => undefined,
      renew: () => Promise.resolve("password"),
    },
    send: async ({ url, body }: HttpRequest) => {
      const operation = new URL(url).pathname.split("/private/")[1]!;
      sent.push({ operation, body: JSON.parse(body!) as Record<string, unknown> });
      const next = bodies.length > 1 ? bodies.shift() : bodies[0];
      const answer: unknown = typeof next === "function" ? next() : next;
      return { status: 200, headers: new Headers(), setCookies: [], text: JSON.stringify(answer) };
    },
    clock,
    gate: new Gate(clock),
    signal: new AbortController().signal,
    random: () => 0,
    retry: { maxRetries: 2, delayMs: 10 },
  });
  return { sent, service: new PhotosService(client, () => true) };
}

function zoneAnswer(entry: object) {
  return { zones: [{ zoneID: ZONE_ID, ...entry }] };
}

const caught = (act: Promise<unknown>) => act.catch((error: unknown) => error);

describe("PhotosService.changedZones()", () => {
  test("asks on while more is coming, and never sends an empty token", async () => {
    const { sent, service } = setUp(
      { zones: [{ zoneID: ZONE_ID }], syncToken: "t1", moreComing: true },
      { zones: [{ zoneID: { zoneName: "CMM-1" }, deleted: true }], syncToken: "t2" },
    );
    expect(await service.changedZones("private", "")).toEqual({
      token: "t2",
      gone: [{ name: "CMM-1", owner: null, database: "private" }],
      zones: [{ name: "PrimarySync", owner: "_me", database: "private" }],
    });
    expect(sent.map(({ body }) => body)).toEqual([{}, { syncToken: "t1" }]);
  });

  let count = 0;
  const named = (name: string) => ({ zoneID: { zoneName: name } });
  const rows = [
    {
      name: "empty pages",
      answer: () => ({ zones: [], syncToken: `${(count += 1)}`, moreComing: true }),
      says: "bring nothing new",
    },
    {
      name: "the same zones again and again",
      answer: () => ({ zones: [named("A")], syncToken: `${(count += 1)}`, moreComing: true }),
      says: "bring nothing new",
    },
    {
      name: "tokens that lead in a circle",
      answer: () => {
        count += 1;
        return { zones: [named(`A${count}`)], syncToken: `t${count % 2}`, moreComing: true };
      },
      says: "do not go on",
    },
    {
      name: "new zones for ever",
      answer: () => {
        count += 1;
        return { zones: [named(`A${count}`)], syncToken: `t${count}`, moreComing: true };
      },
      says: "have no end",
    },
    {
      name: "zones without number",
      answer: () => ({ zones: Array.from({ length: 10_001 }, () => named("A")), syncToken: "t" }),
      says: "more than 10000 zones",
    },
  ];
  for (const { name, answer, says } of rows) {
    test(`gives up ${name}`, async () => {
      const { service } = setUp(answer);
      const error = await caught(service.changedZones("private", null));
      expect(error).toMatchObject({ code: "remote/endless" });
      expect((error as Error).message).toContain(says);
    });
  }

  test("refuses an answer without a token", async () => {
    for (const syncToken of [undefined, "", 5]) {
      const { service } = setUp({ zones: [], syncToken });
      expect(await caught(service.changedZones("private", null))).toMatchObject({
        code: "data/unreadable",
      });
    }
  });
});

describe("PhotosService.listing()", () => {
  test("is full when there is a marker, or as many records as were asked for", async () => {
    const few = [wireMaster(), wireAsset()];
    const many = Array.from({ length: 200 }, () => wireAsset());
    const { service } = setUp(
      { records: few, syncToken: "t" },
      { records: few, continuationMarker: "m" },
      { records: many },
    );
    const full: boolean[] = [];
    for (const rank of [0, 1, 2])
      full.push((await service.listing(ZONE, WHOLE_LIBRARY, rank)).isFull);
    expect(full).toEqual([false, true, true]);
  });

  test("takes records that are no list for none", async () => {
    const { service } = setUp({ records: "many" });
    expect(await service.listing(ZONE, WHOLE_LIBRARY, 0)).toMatchObject({
      assets: [],
      isFull: false,
    });
  });
});

describe("PhotosService.changes()", () => {
  test("never sends an empty token", async () => {
    const { sent, service } = setUp({});
    expect(await caught(service.changes(ZONE, ""))).toMatchObject({ fault: "bad-token" });
    expect(sent).toEqual([]);
  });

  test("decodes its zone's records, token and whether more is coming", async () => {
    const other = { zoneID: { zoneName: "Other" }, syncToken: "x", moreComing: false, records: [] };
    const entry = { zoneID: ZONE_ID, syncToken: "t2", moreComing: true, records: [wireAsset()] };
    const { service } = setUp({ zones: [other, entry] });
    const page = await service.changes(ZONE, "t1");
    expect(page).toMatchObject({ token: "t2", moreComing: true, faults: [] });
    expect(page.assets).toHaveLength(1);
  });

  test("does not take the entry of another owner's zone for its own", async () => {
    const stranger = { zoneName: "PrimarySync", ownerRecordName: "_stranger" };
    const strange = { zoneID: stranger, syncToken: "x", moreComing: false, records: [] };
    const entry = { zoneID: ZONE_ID, syncToken: "t2", moreComing: false, records: [wireAsset()] };
    const { service } = setUp({ zones: [strange, entry] });
    expect((await service.changes({ ...ZONE, owner: "_me" }, "t1")).token).toBe("t2");
    const { service: other } = setUp({ zones: [strange] });
    expect(await caught(other.changes({ ...ZONE, owner: "_me" }, "t1"))).toMatchObject({
      code: "data/unreadable",
    });
  });

  test("takes an entry without an owner for the zone it asked about", async () => {
    const entry = { zoneID: { zoneName: "PrimarySync" }, syncToken: "t2", records: [] };
    const { service } = setUp({ zones: [entry] });
    expect((await service.changes({ ...ZONE, owner: "_me" }, "t1")).token).toBe("t2");
  });

  test("throws the zone's own error, whatever the status of the answer", async () => {
    for (const [serverErrorCode, fault] of [
      ["BAD_REQUEST", "bad-token"],
      ["ZONE_NOT_FOUND", "zone-gone"],
    ]) {
      const { service } = setUp(zoneAnswer({ serverErrorCode, reason: "why" }));
      expect(await caught(service.changes(ZONE, "t"))).toMatchObject({ fault });
    }
  });

  test("tries again when the zone's own error is a passing one", async () => {
    const { sent, service } = setUp(
      zoneAnswer({ serverErrorCode: "TRY_AGAIN_LATER" }),
      zoneAnswer({ syncToken: "t2", moreComing: false, records: [] }),
    );
    expect(await caught(service.changes(ZONE, "t1"))).toMatchObject({ token: "t2" });
    expect(sent).toHaveLength(2);
  });

  test("refuses an answer that lacks the zone", async () => {
    const { service } = setUp({ zones: [] });
    expect(await caught(service.changes(ZONE, "t"))).toMatchObject({ code: "data/unreadable" });
  });
});

describe("PhotosService", () => {
  test("count() reads the number, and is null when there is none", async () => {
    const answer = (records: unknown[]) => ({ batch: [{ records }] });
    const { service } = setUp(
      answer([{ fields: { itemCount: { value: 33161, type: "INT64" } } }]),
      answer([]),
      { batch: "none" },
    );
    const counts = [];
    for (const _ of [1, 2, 3]) counts.push(await service.count(ZONE, WHOLE_LIBRARY));
    expect(counts).toEqual([33161, null, null]);
  });

  test("counts() asks again for a count that Apple could not give just now, not for one it refuses", async () => {
    const count = { records: [{ fields: { itemCount: { value: 5 } } }] };
    const fault = (serverErrorCode: string) => ({ recordName: "X", serverErrorCode });
    for (const entry of [fault("ZONE_BUSY"), { records: [fault("TRY_AGAIN_LATER")] }]) {
      const { sent, service } = setUp({ batch: [entry] }, { batch: [count] });
      expect([await service.count(ZONE, WHOLE_LIBRARY), sent.length]).toEqual([5, 2]);
    }
    const { sent, service } = setUp({ batch: [{ records: [fault("ACCESS_DENIED")] }] });
    expect([await service.count(ZONE, WHOLE_LIBRARY), sent.length]).toEqual([null, 1]);
  });

  test("isIndexed() is true only for FINISHED", async () => {
    const state = (value: string) => ({ records: [{ fields: { state: { value } } }] });
    const { service } = setUp(state("FINISHED"), state("RUNNING"), { records: [] });
    const answers = [];
    for (const _ of [1, 2, 3]) answers.push(await service.isIndexed(ZONE));
    expect(answers).toEqual([true, false, false]);
  });

  test("lookup() names the records and takes unknown ones for gone", async () => {
    const { sent, service } = setUp({
      records: [wireAsset(), { recordName: "X", serverErrorCode: "NOT_FOUND" }],
    });
    const page = await service.lookup(ZONE, ["A", "X"]);
    expect(sent[0]!.body).toMatchObject({ records: [{ recordName: "A" }, { recordName: "X" }] });
    expect(page).toMatchObject({ tombstones: ["X"], faults: [] });
  });

  test("names the owner of a zone that has one", async () => {
    const { sent, service } = setUp({ records: [] });
    await service.lookup({ ...ZONE, owner: "_me" }, ["A"]);
    expect(sent[0]!.body.zoneID).toEqual({ ...ZONE_ID, zoneType: "REGULAR_CUSTOM_ZONE" });
  });
});
