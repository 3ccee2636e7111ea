import { describe, expect, test } from "bun:test";
import { accountFileStem, normalizeUsername } from "../../../src/auth/account-name.ts";
import { defaultEndpoints, endpointsFrom } from "../../../src/auth/endpoints.ts";
import { UsageError } from "../../../src/lib/errors.ts";

function all(url: string) {
  return { KEI_AUTH_ENDPOINT: url, KEI_SETUP_ENDPOINT: url, KEI_HOME_ENDPOINT: url };
}

describe("endpointsFrom()", () => {
  test("gives Apple's hosts per domain when nothing is set, empty included", () => {
    expect(endpointsFrom({}, "com")).toEqual(defaultEndpoints("com"));
    expect(endpointsFrom(all(" "), "cn")).toEqual({
      auth: "https://idmsa.apple.com.cn/appleauth/auth",
      setup: "https://setup.icloud.com.cn/setup/ws/1",
      home: "https://www.icloud.com.cn",
      isLoopback: false,
    });
  });

  test("adds the usual paths to bare origins and keeps given ones", () => {
    expect(endpointsFrom(all("http://127.0.0.1:8080/"), "com")).toEqual({
      auth: "http://127.0.0.1:8080/appleauth/auth",
      setup: "http://127.0.0.1:8080/setup/ws/1",
      home: "http://127.0.0.1:8080",
      isLoopback: true,
    });
    expect(endpointsFrom(all("http://localhost:1/x/"), "com").auth).toBe("http://localhost:1/x");
  });

  for (const url of [
    "http://127.9.8.7:1",
    "http://[::1]:1",
    "https://localhost",
    "http://2130706433",
  ]) {
    test(`accepts ${url}`, () => {
      expect(endpointsFrom(all(url), "com").isLoopback).toBeTrue();
    });
  }

  const refused = [
    "https://idmsa.apple.com",
    "http://127.0.0.1.example.com",
    "http://localhost.example.com",
    "http://10.0.0.1",
    "http://0.0.0.0",
    "http://[::2]",
    "http://user@127.0.0.1",
    "http://127.0.0.1@evil.example",
    "ftp://127.0.0.1",
    "127.0.0.1:8080",
    "http://127.0.0.1/?x=1",
    "nonsense",
  ];
  for (const url of refused) {
    test(`refuses ${url}`, () => {
      expect(() => endpointsFrom(all(url), "com")).toThrow(UsageError);
    });
  }

  test("wants all three or none, and names the missing", () => {
    const env = { KEI_AUTH_ENDPOINT: "http://127.0.0.1:1" };
    expect(() => endpointsFrom(env, "com")).toThrow(
      "Missing KEI_SETUP_ENDPOINT and KEI_HOME_ENDPOINT",
    );
  });
});

describe("accountFileStem()", () => {
  test("keeps letters, digits and underscores of any script", () => {
    expect(accountFileStem("me@x.com")).toBe("mexcom");
    expect(accountFileStem("jörg_1.京@例え.jp")).toBe("jörg_1京例えjp");
    expect(accountFileStem("../../etc/passwd")).toBe("etcpasswd");
  });

  test("cuts long names and tells them apart by a hash", () => {
    const long = `${"a".repeat(70)}@x.com`;
    expect(accountFileStem(long)).toMatch(/^a{47}_[0-9a-f]{16}$/);
    expect(accountFileStem(long)).not.toBe(accountFileStem(`${"a".repeat(71)}@x.com`));
    const wide = accountFileStem("é".repeat(60));
    expect(wide).toMatch(/^é{23}_[0-9a-f]{16}$/);
    expect(accountFileStem("a".repeat(64))).toBe("a".repeat(64));
  });
});

test("normalizeUsername() trims and lowers", () => {
  expect(normalizeUsername("  Me@X.com\n")).toBe("me@x.com");
});
