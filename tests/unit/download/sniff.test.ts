import { expect, test } from "bun:test";
import { looksLikeErrorPage } from "../../../src/download/sniff.ts";

const rows: { name: string; head: string; isPage: boolean }[] = [
  { name: "an HTML page", head: "<!DOCTYPE html><html>", isPage: true },
  { name: "HTML after blank lines", head: "\r\n\n  <HTML>", isPage: true },
  { name: "a JSON error", head: '{"error":{"code":501}}', isPage: true },
  { name: "several JSON errors", head: '{"errors":[]}', isPage: true },
  { name: "a JSON message", head: '{"message":"no"}', isPage: true },
  { name: "a JSON code", head: '{"code":1}', isPage: true },
  { name: "an edit recipe", head: '<?xml version="1.0"?>', isPage: false },
  { name: "a JPEG", head: "\xff\xd8\xff\xe0", isPage: false },
  { name: "a movie that begins with wide", head: "\0\0\0\x08wide", isPage: false },
  { name: "nothing", head: "", isPage: false },
];

for (const { name, head, isPage } of rows) {
  test(`looksLikeErrorPage() is ${isPage} for ${name}`, () => {
    expect(looksLikeErrorPage(Buffer.from(head, "latin1"))).toBe(isPage);
  });
}
