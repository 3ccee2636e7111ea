import { describe, expect, test } from "bun:test";
import { faultOf } from "../../../../src/icloud/cloudkit/faults.ts";

interface Row {
  readonly name: string;
  readonly operation?: string;
  readonly status: number;
  readonly body: unknown;
  readonly code: string | null;
}

const error = (serverErrorCode: string, reason?: string) => ({ serverErrorCode, reason });

const rows: Row[] = [
  { name: "a good answer", status: 200, body: { records: [] }, code: null },
  { name: "200 with a web page", status: 200, body: undefined, code: "remote/unavailable" },
  { name: "200 with a list", status: 200, body: [], code: "remote/unavailable" },
  {
    name: "200 and try again",
    status: 200,
    body: error("TRY_AGAIN_LATER"),
    code: "remote/unavailable",
  },
  {
    name: "200 and retry later",
    status: 200,
    body: error("RETRY_LATER"),
    code: "remote/unavailable",
  },
  { name: "200 and a lock", status: 200, body: error("CAS_OP_LOCK"), code: "remote/unavailable" },
  {
    name: "200 and an error inside",
    status: 200,
    body: error("INTERNAL_ERROR"),
    code: "remote/unavailable",
  },
  { name: "200 and throttled", status: 200, body: error("THROTTLED"), code: "remote/throttled" },
  { name: "an unknown zone", status: 404, body: error("ZONE_NOT_FOUND"), code: "remote/zone-gone" },
  {
    name: "an expired token",
    status: 200,
    body: error("CHANGE_TOKEN_EXPIRED"),
    code: "remote/bad-token",
  },
  {
    name: "a bad request",
    status: 400,
    body: error("BAD_REQUEST", "Index has invalid data"),
    code: "remote/refused",
  },
  {
    name: "a bad request for changes of a zone",
    operation: "changes/zone",
    status: 400,
    body: error("BAD_REQUEST", "Unknown sync continuation type"),
    code: "remote/bad-token",
  },
  {
    name: "a bad request for changes of the database",
    operation: "changes/database",
    status: 400,
    body: error("BAD_REQUEST", "Invalid continuation format"),
    code: "remote/bad-token",
  },
  {
    name: "too many names",
    status: 400,
    body: error("BAD_REQUEST", "records length is greater than max size"),
    code: "remote/too-large",
  },
  {
    name: "a session that is over",
    status: 421,
    body: error("AUTHENTICATION_REQUIRED"),
    code: "remote/signed-out",
  },
  {
    name: "421 in the short form",
    status: 421,
    body: { error: 2, reason: "Invalid global session" },
    code: "remote/signed-out",
  },
  { name: "401", status: 401, body: undefined, code: "remote/signed-out" },
  { name: "403", status: 403, body: undefined, code: "remote/signed-out" },
  { name: "423", status: 423, body: {}, code: "remote/signed-out" },
  { name: "450", status: 450, body: {}, code: "remote/signed-out" },
  { name: "408", status: 408, body: undefined, code: "remote/unavailable" },
  { name: "429", status: 429, body: undefined, code: "remote/throttled" },
  { name: "500", status: 500, body: undefined, code: "remote/unavailable" },
  { name: "503", status: 503, body: {}, code: "remote/unavailable" },
  { name: "404", status: 404, body: undefined, code: "remote/refused" },
  { name: "a redirect", status: 302, body: undefined, code: "remote/refused" },
  { name: "no right", status: 403, body: error("ACCESS_DENIED"), code: "remote/shut-out" },
  {
    name: "no sign-in",
    status: 401,
    body: error("AUTHENTICATION_FAILED"),
    code: "remote/shut-out",
  },
  {
    name: "a security key",
    status: 401,
    body: error("AUTHENTICATION_FAILED", "no auth method found"),
    code: "remote/shut-out",
  },
  {
    name: "a code nobody knows",
    status: 400,
    body: error("SOMETHING_NEW"),
    code: "remote/refused",
  },
];

describe("faultOf()", () => {
  for (const { name, operation = "records/query", status, body, code } of rows) {
    test(`is ${code} for ${name}`, () => {
      const fault = faultOf({ operation, status, body, retryAfterMs: undefined });
      expect(fault?.code ?? null).toBe(code);
    });
  }

  test("keeps its words short, however long Apple goes on", () => {
    const long = "word ".repeat(1_000_000);
    for (const body of [error(long, long), { reason: long }, { error: long }]) {
      const fault = faultOf({ operation: "x", status: 400, body, retryAfterMs: undefined });
      expect(fault!.message.length).toBeLessThan(1000);
    }
  });

  test("carries status, reason and the time to wait", () => {
    const body = { error: 2, reason: "Slow down" };
    const fault = faultOf({ operation: "records/query", status: 429, body, retryAfterMs: 7000 });
    expect(fault).toMatchObject({ status: 429, retryAfterMs: 7000 });
    expect(fault!.message).toContain("Slow down");
  });
});
