import { describe, expect, test } from "bun:test";
import { encodeBase32 } from "../../../src/lib/base32.ts";
import { decodeBase64, decodeBase64Text } from "../../../src/lib/base64.ts";

describe("encodeBase32()", () => {
  // The vectors of RFC 4648, without their padding.
  const rows = [
    ["", ""],
    ["f", "MY"],
    ["fo", "MZXQ"],
    ["foo", "MZXW6"],
    ["foob", "MZXW6YQ"],
    ["fooba", "MZXW6YTB"],
    ["foobar", "MZXW6YTBOI"],
  ] as const;
  for (const [text, is] of rows) {
    test(`of "${text}" is "${is}"`, () => expect(encodeBase32(Buffer.from(text))).toBe(is));
  }

  test("of high bytes has no sign in it", () => {
    expect(encodeBase32(new Uint8Array(5).fill(255))).toBe("77777777");
  });
});

describe("decodeBase64()", () => {
  const rows: { text: string; is: string | null }[] = [
    { text: "", is: "" },
    { text: "Zm9v", is: "foo" },
    { text: "Zm8=", is: "fo" },
    { text: "Zm8", is: "fo" },
    { text: "Zg==", is: "f" },
    { text: "Zg", is: "f" },
    { text: "Zg=", is: null },
    { text: "Z", is: null },
    { text: "Zm9v=", is: null },
    { text: "Zm 9v", is: null },
    { text: "Zm9v\n", is: null },
    { text: "Zm9-", is: null },
    { text: "Zg==Zg==", is: null },
    { text: "é", is: null },
  ];
  for (const { text, is } of rows) {
    test(`of ${JSON.stringify(text)} is ${JSON.stringify(is)}`, () => {
      const bytes = decodeBase64(text);
      expect(bytes === null ? null : Buffer.from(bytes).toString()).toBe(is);
    });
  }

  test("decodeBase64Text() is null for what is not UTF-8, and keeps a byte order mark", () => {
    expect(decodeBase64Text("/w==")).toBeNull();
    expect(decodeBase64Text("7aCA")).toBeNull();
    expect(decodeBase64Text("77u/YQ==")).toBe("\ufeffa");
    expect(decodeBase64Text("5YWx")).toBe("共");
  });
});
