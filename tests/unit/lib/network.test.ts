import { describe, expect, test } from "bun:test";
import { concernsTheWay, connectionError } from "../../../src/lib/network.ts";
import { RemoteError } from "../../../src/lib/errors.ts";
import { proxyFor } from "../../../src/lib/proxy.ts";

const URL_OF_APPLE = "https://idmsa.apple.com/appleauth/auth?token=s3cret";
const PROXY = { HTTPS_PROXY: "http://me:pass-word@proxy.example:3128/path" };

function failure(code: string, message = "no word"): Error {
  return new TypeError("outer", { cause: Object.assign(new Error(message), { code }) });
}

const tunnel = (status: string) =>
  failure("ERR_PROXY_TUNNEL", `Proxy refused to open a tunnel: ${status}`);

describe("connectionError()", () => {
  const rows = [
    { code: "ECONNREFUSED", is: "remote/unreachable", says: "Cannot reach idmsa.apple.com" },
    { code: "ENOTFOUND", is: "remote/unreachable", says: "Cannot reach idmsa.apple.com" },
    { code: "FailedToOpenSocket", is: "remote/unreachable", says: "Cannot reach" },
    { code: "ECONNRESET", is: "remote/unavailable", says: "Lost the connection to" },
    { code: "SOMETHING_NEW", is: "remote/unavailable", says: "SOMETHING_NEW" },
    { code: "DEPTH_ZERO_SELF_SIGNED_CERT", is: "remote/untrusted", says: "Cannot trust" },
    { code: "SELF_SIGNED_CERT_IN_CHAIN", is: "remote/untrusted", says: "Cannot trust" },
    { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE", is: "remote/untrusted", says: "Cannot trust" },
    { code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", is: "remote/untrusted", says: "Cannot trust" },
    { code: "CERT_HAS_EXPIRED", is: "remote/untrusted", says: "Cannot trust" },
    { code: "CERT_NOT_YET_VALID", is: "remote/untrusted", says: "Cannot trust" },
    { code: "ERR_TLS_CERT_ALTNAME_INVALID", is: "remote/untrusted", says: "Cannot trust" },
    { code: "EPROTO", is: "remote/untrusted", says: "Cannot trust" },
  ];
  for (const { code, is, says } of rows) {
    test(`is ${is} for ${code}`, () => {
      const error = connectionError(failure(code), URL_OF_APPLE, {});
      expect(error.code).toBe(is);
      expect(error.message).toContain(says);
      expect(Bun.inspect(error)).not.toContain("s3cret");
    });
  }

  test("suspects the clock first where a date is wrong, and names it elsewhere too", () => {
    for (const code of ["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]) {
      const { hint } = connectionError(failure(code), URL_OF_APPLE, {});
      expect(hint).toContain("look at its clock first");
    }
    const { hint } = connectionError(failure("SELF_SIGNED_CERT_IN_CHAIN"), URL_OF_APPLE, {});
    expect(hint).toMatch(/virus scanner.*NODE_EXTRA_CA_CERTS.*clock/);
  });

  const proxied = [
    { error: failure("ECONNREFUSED"), is: "remote/blocked", says: "Cannot reach the proxy" },
    { error: failure("ENOTFOUND"), is: "remote/blocked", says: "Cannot reach the proxy" },
    { error: tunnel("403 Forbidden"), is: "remote/blocked", says: "(it answered 403)" },
    { error: tunnel("407 Proxy Authentication Required"), is: "remote/blocked", says: "407" },
    { error: tunnel("nonsense"), is: "remote/blocked", says: "does not let us through" },
    { error: tunnel("502 Bad Gateway"), is: "remote/unreachable", says: "(it answered 502)" },
    {
      error: failure("UnsupportedProxyProtocol"),
      is: "remote/blocked",
      says: "only http and https",
    },
    { error: failure("CERT_HAS_EXPIRED"), is: "remote/untrusted", says: "idmsa.apple.com" },
    { error: failure("ECONNRESET"), is: "remote/unavailable", says: "Lost the connection" },
  ];
  for (const { error, is, says } of proxied) {
    test(`is ${is} behind a proxy that says ${says}`, () => {
      const told = connectionError(error, URL_OF_APPLE, PROXY);
      expect(told.code).toBe(is);
      expect(told.message).toContain(says);
      for (const secret of ["pass-word", "me@", "s3cret"]) {
        expect(Bun.inspect(told)).not.toContain(secret);
      }
      if (told.message.includes("proxy")) {
        expect(told.message).toContain("http://proxy.example:3128");
        expect(told.hint).toContain("HTTPS_PROXY names this proxy");
      }
    });
  }

  test("names the variable of a proxy whose address cannot be read", () => {
    const env = { https_proxy: "http://[not an address" };
    const told = connectionError(failure("ENOTFOUND"), URL_OF_APPLE, env);
    expect(told.message).toBe("Cannot reach the proxy named by https_proxy (ENOTFOUND)");
  });
});

describe("proxyFor()", () => {
  const address = "http://proxy.example:3128";
  const rows = [
    { name: "none", env: {}, is: null },
    { name: "an empty one", env: { HTTPS_PROXY: " " }, is: null },
    { name: "one for https", env: { HTTPS_PROXY: address }, is: "HTTPS_PROXY" },
    { name: "one for http alone", env: { HTTP_PROXY: address }, is: null },
    { name: "one for everything", env: { ALL_PROXY: address }, is: "ALL_PROXY" },
    {
      name: "the lower case before the upper",
      env: { HTTPS_PROXY: "http://other", https_proxy: address },
      is: "https_proxy",
    },
    { name: "an exception", env: { HTTPS_PROXY: address, NO_PROXY: "x, apple.com" }, is: null },
    {
      name: "an exception by dot",
      env: { HTTPS_PROXY: address, no_proxy: ".apple.com" },
      is: null,
    },
    { name: "an exception for all", env: { HTTPS_PROXY: address, NO_PROXY: "*" }, is: null },
    {
      name: "an exception for others",
      env: { HTTPS_PROXY: address, NO_PROXY: "ple.com,," },
      is: "HTTPS_PROXY",
    },
  ];
  for (const { name, env, is } of rows) {
    test(`knows ${name}`, () => {
      const found = proxyFor(URL_OF_APPLE, env);
      expect(found).toEqual(is === null ? null : { variable: is, address });
    });
  }
});

test("concernsTheWay() is true for what the next call would meet as well", () => {
  const faults = ["unreachable", "untrusted", "blocked", "unavailable", "gone"] as const;
  expect(faults.filter((fault) => concernsTheWay(new RemoteError(fault, "x")))).toEqual([
    "unreachable",
    "untrusted",
    "blocked",
  ]);
  expect(concernsTheWay(new Error("x"))).toBe(false);
});
