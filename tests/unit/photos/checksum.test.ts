import { describe, expect, test } from "bun:test";
import { Digester, EMPTY_CHECKSUM, isRecomputable } from "../../../src/photos/checksum.ts";
import { sha256 } from "../../support/engine/content.ts";

const allBytes = Uint8Array.from({ length: 1024 }, (_item, n) => n % 256);

describe("Digester", () => {
  const rows: { name: string; bytes: Uint8Array; apple: string }[] = [
    { name: "nothing", bytes: new Uint8Array(), apple: EMPTY_CHECKSUM },
    { name: "hello", bytes: Buffer.from("hello"), apple: "AcW96XzA8CMFcrVWfJyAAy8aWWE6" },
    {
      name: "kei and a line end",
      bytes: Buffer.from("kei\n"),
      apple: "ARmU9qyJe0tN1xRpTzxFclNvjW9c",
    },
    { name: "all bytes four times", bytes: allBytes, apple: "AQR8dG4T4nfi4BwvrBQIJ9PId19/" },
    {
      name: "a mebibyte of zeros",
      bytes: new Uint8Array(1 << 20),
      apple: "Ad/WPpsZ+1tZBpcKPaNV6hmu4Hyv",
    },
  ];
  for (const { name, bytes, apple } of rows) {
    test(`knows Apple's checksum of ${name}, however it comes`, () => {
      for (const size of [1, 333, 1 << 20].filter((one) => one > 1 || bytes.length < 2000)) {
        const digester = new Digester(["apple", "sha256"]);
        for (let at = 0; at < bytes.length; at += size)
          digester.update(bytes.subarray(at, at + size));
        expect(digester.finish()).toEqual({ apple, sha256: sha256(bytes), bytes: bytes.length });
      }
    });
  }
});

describe("isRecomputable()", () => {
  const rows: { name: string; checksum: string; is: boolean }[] = [
    { name: "21 bytes that begin with 1", checksum: "AcW96XzA8CMFcrVWfJyAAy8aWWE6", is: true },
    { name: "another first byte", checksum: "AsW96XzA8CMFcrVWfJyAAy8aWWE6", is: false },
    { name: "20 bytes", checksum: Buffer.alloc(20, 1).toString("base64"), is: false },
    { name: "33 bytes", checksum: Buffer.alloc(33, 1).toString("base64"), is: false },
    { name: "nothing", checksum: "", is: false },
    { name: "no base64", checksum: "???", is: false },
  ];
  for (const { name, checksum, is } of rows) {
    test(`is ${is} for ${name}`, () => expect(isRecomputable(checksum)).toBe(is));
  }
});
