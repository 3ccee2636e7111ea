import { describe, expect, test } from "bun:test";
import { mayFetchFrom } from "../../../src/icloud/cdn-hosts.ts";
import { isLoopbackHost } from "../../../src/lib/loopback.ts";

const rows: { url: string; isAllowed: boolean }[] = [
  { url: "https://cvws.icloud-content.com/B/x/${f}?e=1", isAllowed: true },
  { url: "https://CVWS.ICLOUD-CONTENT.COM/x", isAllowed: true },
  { url: "https://cvws.icloud-content.com.cn/x", isAllowed: true },
  { url: "https://a.b.cdn-apple.com/x", isAllowed: true },
  { url: "http://cvws.icloud-content.com/x", isAllowed: false },
  { url: "ftp://cvws.icloud-content.com/x", isAllowed: false },
  { url: "https://evil-icloud-content.com/x", isAllowed: false },
  { url: "https://icloud-content.com.evil.example/x", isAllowed: false },
  { url: "https://evil.example/.icloud-content.com", isAllowed: false },
  { url: "https://evil.example#.icloud-content.com", isAllowed: false },
  { url: "https://evil.example?.icloud-content.com", isAllowed: false },
  { url: "https://evil.example\\.icloud-content.com/", isAllowed: false },
  { url: "https://cvws.icloud-content.com@evil.example/", isAllowed: false },
  { url: "https://user@cvws.icloud-content.com/", isAllowed: false },
  { url: "https://user:word@cvws.icloud-content.com/", isAllowed: false },
  { url: "https://cvws.icloud-content.com:443@evil.example:8443/", isAllowed: false },
  { url: "https://icloud-content.com./x", isAllowed: false },
  { url: "https://127.0.0.1/x", isAllowed: false },
  { url: "https://localhost/x", isAllowed: false },
  { url: "file:///etc/passwd", isAllowed: false },
  { url: "//cvws.icloud-content.com/x", isAllowed: false },
  { url: "", isAllowed: false },
];

describe("mayFetchFrom() for Apple", () => {
  for (const { url, isAllowed } of rows) {
    test(`${isAllowed ? "allows" : "refuses"} ${url || "nothing"}`, () => {
      expect(mayFetchFrom(url, false)).toBe(isAllowed);
    });
  }
});

const local: { url: string; isAllowed: boolean }[] = [
  { url: "http://127.0.0.1:4000/B/x", isAllowed: true },
  { url: "http://localhost:4000/B/x", isAllowed: true },
  { url: "http://[::1]:4000/B/x", isAllowed: true },
  { url: "http://user@127.0.0.1:4000/", isAllowed: false },
  { url: "http://127.0.0.1.evil.example/", isAllowed: false },
  { url: "http://localhost.evil.example/", isAllowed: false },
  { url: "http://192.168.0.1/", isAllowed: false },
  { url: "http://[::2]/", isAllowed: false },
  { url: "file://localhost/etc/passwd", isAllowed: false },
  { url: "http://cvws.icloud-content.com/x", isAllowed: false },
];

describe("mayFetchFrom() for the simulator", () => {
  for (const { url, isAllowed } of local) {
    test(`${isAllowed ? "allows" : "refuses"} ${url}`, () => {
      expect(mayFetchFrom(url, true)).toBe(isAllowed);
    });
  }

  test("isLoopbackHost() takes the whole of 127/8 and nothing like it", () => {
    const hosts = ["127.0.0.1", "127.255.0.3", "127.0.0.1.com", "x127.0.0.1", "0.0.0.0"];
    expect(hosts.map(isLoopbackHost)).toEqual([true, true, false, false, false]);
  });
});
