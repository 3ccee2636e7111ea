import { describe, expect, test } from "bun:test";
import {
  judgeCode,
  judgeSending,
  readAnswer,
  refusal,
  securityKeyNames,
  serviceErrors,
} from "../../../src/auth/answer.ts";
import { findPhones } from "../../../src/auth/phones.ts";

function answer(status: number, body?: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = { status, headers: new Headers(headers), setCookies: [], text: text ?? "" };
  return readAnswer(response, 0);
}

const flags = { length: 6, tooManyCodesSent: false, securityCodeLocked: false };

describe("judgeCode()", () => {
  const rows = [
    { verdict: "accepted", answer: answer(204) },
    { verdict: "accepted", answer: answer(412, { valid: true }) },
    { verdict: "accepted", answer: answer(409, undefined, { "X-Apple-Session-Token": "t" }) },
    { verdict: "unclear", answer: answer(409, { securityCode: flags }) },
    { verdict: "unclear", answer: answer(412) },
    { verdict: "unclear", answer: answer(401) },
    { verdict: "unclear", answer: answer(200, { hasError: true }) },
    { verdict: "wrong", answer: answer(400, "", { "X-Apple-I-Ercd": "-21669" }) },
    { verdict: "wrong", answer: answer(500, { serviceErrors: [{ code: -21669 }] }) },
    {
      verdict: "wrong",
      answer: answer(200, { success: false, errorCode: -21669, errorMessage: "no" }),
    },
    { verdict: "locked", answer: answer(400, { service_errors: [{ code: "-22982" }] }) },
    {
      verdict: "locked",
      answer: answer(400, {
        service_errors: [{ code: "-21669" }],
        securityCode: { tooManyCodesValidated: true },
      }),
    },
  ] as const;
  rows.forEach((row, index) => {
    test(`row ${index}: status ${row.answer.status} is ${row.verdict}`, () => {
      expect(judgeCode(row.answer)).toBe(row.verdict);
    });
  });
});

describe("judgeSending()", () => {
  const rows = [
    { verdict: "sent", answer: answer(202) },
    { verdict: "sent", answer: answer(412, { securityCode: flags }) },
    { verdict: "failed", answer: answer(412) },
    { verdict: "failed", answer: answer(405) },
    {
      verdict: "failed",
      answer: answer(500, { serviceErrors: [{ code: "-28248" }], securityCode: flags }),
    },
    {
      verdict: "locked",
      answer: answer(200, { securityCode: { ...flags, tooManyCodesSent: true } }),
    },
  ] as const;
  rows.forEach((row, index) => {
    test(`row ${index}: status ${row.answer.status} is ${row.verdict}`, () => {
      expect(judgeSending(row.answer)).toBe(row.verdict);
    });
  });
});

test("what Apple says is cut to a length people read, in words and in number", () => {
  const long = "word ".repeat(1_000_000);
  const body = {
    service_errors: Array.from({ length: 100_000 }, () => ({ code: long, message: long })),
    keyNames: Array.from({ length: 100_000 }, () => long),
    trustedPhoneNumbers: Array.from({ length: 1000 }, (_, id) => ({ id, obfuscatedNumber: long })),
  };
  const errors = serviceErrors(body);
  expect(errors.length).toBeLessThanOrEqual(10);
  expect(JSON.stringify(errors).length).toBeLessThan(10_000);
  expect(securityKeyNames(body)!.join().length).toBeLessThan(3000);
  const phones = findPhones(body);
  expect(phones).toHaveLength(26);
  expect(phones[0]!.label.length).toBeLessThan(310);
});

test("refusal() names a wait a person can understand, however long Apple's is", () => {
  const rows = [
    ["7", "in a minute"],
    ["600", "in 10 minutes"],
    ["36000", "in 10 hours"],
    ["9".repeat(20), "in 24 hours"],
    ["Fri, 31 Dec 9999 23:59:59 GMT", "in 24 hours"],
    ["soon", "in an hour or so"],
  ];
  for (const [header = "", says] of rows) {
    const { hint } = refusal(answer(503, "", { "Retry-After": header }), "the sign-in");
    expect(hint).toBe(`try again ${says}`);
  }
});

test("serviceErrors() reads every shape and survives nonsense", () => {
  expect(serviceErrors({ success: false, error: "Missing cookie" })).toEqual([
    { code: "", message: "Missing cookie" },
  ]);
  expect(serviceErrors({ service_errors: [null, 5, { code: "-1", title: "T" }] })).toEqual([
    { code: "-1", message: "T" },
  ]);
  for (const body of [undefined, null, 5, "x", [], {}]) expect(serviceErrors(body)).toEqual([]);
});

test("securityKeyNames() knows keys by either sign", () => {
  expect(securityKeyNames({ keyNames: ["Blue"] })).toEqual(["Blue"]);
  expect(securityKeyNames({ fsaChallenge: { challenge: "x" } })).toEqual([]);
  expect(securityKeyNames({ keyNames: [] })).toBeNull();
  expect(securityKeyNames(undefined)).toBeNull();
});

describe("findPhones()", () => {
  const list = { trustedPhoneNumbers: [{ id: 7, pushMode: "voice", obfuscatedNumber: ".. 34" }] };
  const places: Record<string, unknown> = {
    "at the top": list,
    "under verification": { phoneNumberVerification: list },
    "before spring 2026": { direct: { twoSV: { phoneNumberVerification: list } } },
    "since spring 2026": {
      direct: { twoSV: { bridgeInitiateData: { phoneNumberVerification: list } } },
    },
    "as a single one": { trustedPhoneNumber: list.trustedPhoneNumbers[0] },
    "in the page for browsers": answer(
      200,
      `<html><script type="application/json" class="boot_args">${JSON.stringify({
        direct: { twoSV: { phoneNumberVerification: list } },
      })}</script></html>`,
    ).body,
  };
  for (const [name, body] of Object.entries(places)) {
    test(`finds them ${name}`, () => {
      expect(findPhones(body)).toEqual([{ target: { id: 7, mode: "voice" }, label: ".. 34" }]);
    });
  }

  test("finds none in nonsense", () => {
    for (const body of [undefined, null, {}, { trustedPhoneNumbers: [{}, 5] }]) {
      expect(findPhones(body)).toEqual([]);
    }
  });
});
