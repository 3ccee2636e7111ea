import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { printable } from "../../../src/cli/printable.ts";
import { Redactor } from "../../../src/cli/redactor.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { isSteep } from "../../support/cost-growth.ts";

// It works a lot; on a busy machine that takes its time.
setDefaultTimeout(60_000);

const PASSWORD = 'Tusk & "Tide"/42';
const TOKEN = "v2.kD8fQz+LmX0aB/Yt7Rw3Ps9Uc5Gh1Jn6Ve4Ki2=HTo8Zq.Apple";
const BLOT = "********";

function knowing(...texts: string[]): Redactor {
  const redactor = new Redactor();
  for (const text of texts) redactor.hide(new Secret(text));
  return redactor;
}

const base64 = (text: string) => Buffer.from(text).toString("base64");
const forms: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "in JSON": (secret) => JSON.stringify(secret).slice(1, -1),
  "in JSON with slashes escaped": (secret) =>
    JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/"),
  "in an address": encodeURIComponent,
  "in an address, small letters": (secret) =>
    encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  "in a form": (secret) => encodeURIComponent(secret).replaceAll("%20", "+"),
  "in an address of an address": (secret) => encodeURIComponent(encodeURIComponent(secret)),
  "on a page": (secret) => secret.replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
  "in base64": (secret) => base64(secret).replace(/=+$/, "").slice(0, -1),
  "in base64 behind a name": (secret) => base64(`me:${secret}`),
  "in base64 behind another name": (secret) => base64(`you:${secret}`),
  "in base64 for addresses": (secret) => Buffer.from(secret).toString("base64url").slice(0, -1),
  "in hexadecimal": (secret) => Buffer.from(secret).toString("hex"),
};

for (const [what, secret] of [
  ["a password", PASSWORD],
  ["a token", TOKEN],
  ["a password of other letters", "Größe 写真 🐋 geheim"],
] as const) {
  describe(`clean() blots out ${what}`, () => {
    const redactor = knowing(secret);
    for (const [name, form] of Object.entries(forms)) {
      test(name, () => {
        const cleaned = redactor.clean(`Apple said [${form(secret)}] to that`);
        expect(cleaned).toContain(BLOT);
        expect(cleaned).not.toContain(form(secret));
        // Less is left than could help to guess the rest.
        expect(longestCommon(cleaned, form(secret))).toBeLessThan(16);
      });
    }
  });
}

function longestCommon(text: string, secret: string): number {
  let longest = 0;
  for (let at = 0; at < secret.length; at += 1) {
    while (text.includes(secret.slice(at, at + longest + 1)) && at + longest < secret.length)
      longest += 1;
  }
  return longest;
}

describe("clean() blots out pieces", () => {
  const redactor = knowing(TOKEN, "Walrus-Tusk");
  const rows: [name: string, text: string][] = [
    ["the beginning of a token", TOKEN.slice(0, 20)],
    ["the end of a token", TOKEN.slice(-20)],
    ["a token over two lines", `${TOKEN.slice(0, 30)}\n${TOKEN.slice(30)}`],
    ["a password over two lines", "Walrus-\nTusk"],
    ["a password over two lines, indented", "Walrus-\r\n    Tusk"],
    ["a password with marks nobody sees", "Wal\u200brus-\u00adTusk"],
    ["a password letter by letter", [..."Walrus-Tusk"].join(" ")],
  ];
  for (const [name, text] of rows) {
    test(name, () => {
      for (const shown of [text, printable(text), JSON.stringify(text)]) {
        const cleaned = redactor.clean(`said: ${shown}.`);
        expect(cleaned).toContain(BLOT);
        expect(cleaned).not.toContain("rus");
        expect(longestCommon(cleaned, TOKEN)).toBeLessThan(16);
      }
    });
  }
});

test("clean() leaves what is no secret, though it looks a little like one", () => {
  const redactor = knowing("abc", PASSWORD, TOKEN, `${"0".repeat(40)}z`, "123456");
  const texts = [
    "",
    "abc",
    "a banana in /photos/2024/01/05/IMG_0001.HEIC",
    "bytes=1234567 id=0123456",
    `${"0".repeat(40)}`,
    TOKEN.slice(0, 9),
    "see https://iforgot.apple.com or https://www.icloud.com.",
    "http://127.0.0.1:8080/appleauth/auth",
    "Really? No.",
  ];
  expect(texts.map((text) => redactor.clean(text))).toEqual(texts);
});

describe("clean() keeps of an address that grants access the host alone", () => {
  const rows: [text: string, is: string][] = [
    [
      "lost https://cvws.icloud-content.com/B/AbC/IMG.JPG?o=x&s=abc, again",
      `lost https://cvws.icloud-content.com/${BLOT} again`,
    ],
    [
      '"https://cvws.icloud-content.com/B/AbCdEfGhIjKlMnOpQrStUvWx/"',
      `"https://cvws.icloud-content.com/${BLOT}"`,
    ],
    ["https%3A%2F%2Fcvws.icloud-content.com%2FB%2Fx%3Fs%3Dabc end", `${BLOT} end`],
    ["GET /B/x?o=1&e=2&s=abc failed", `GET /B/x?${BLOT} failed`],
    ["proxy http://me:pw@proxy:3128 refused", `proxy http://proxy:3128/${BLOT} refused`],
  ];
  for (const [text, is] of rows) test(text, () => expect(knowing().clean(text)).toBe(is));
});

test("clean() blots out a code, also in two halves", () => {
  const redactor = knowing("123456");
  expect(redactor.clean("code 123456 or 123 456 or 123-456 refused")).toBe(
    `code ${BLOT} or ${BLOT} or ${BLOT} refused`,
  );
});

test("clean() costs by the length of a text, also of one full of beginnings of secrets", () => {
  const redactor = knowing(PASSWORD, TOKEN, "aaaaaaaab", "abababababababababababababab");
  for (const piece of [
    TOKEN.slice(0, 15),
    "Tusk & ",
    "a",
    "ab",
    "a ",
    "\\n",
    "?a=",
    "http://",
    "%3a",
  ]) {
    const read = (size: number) =>
      void redactor.clean(piece.repeat(Math.ceil(size / piece.length)));
    expect([piece, isSteep(read)]).toEqual([piece, false]);
  }
});
