/** Text from outside may be long and made to hurt: what reading it costs grows with its length, not with its square. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readBootArgs } from "../../src/auth/json.ts";
import { parseCode } from "../../src/auth/second-factor.ts";
import { printable, printableJson } from "../../src/cli/printable.ts";
import { decodePage } from "../../src/icloud/photos/records.ts";
import { composed } from "../../src/lib/composed.ts";
import { nearPaths, nearest } from "../../src/lib/near.ts";
import { trimEnd } from "../../src/lib/trim.ts";
import { clean, component } from "../../src/plan/clean.ts";
import { isSteep } from "../support/cost-growth.ts";

// It works a lot; on a busy machine that takes its time.
setDefaultTimeout(60_000);

const SRC = new URL("../../src", import.meta.url).pathname;

/** Pieces that bring expressions to try again, each repeated to the wanted length. */
const PIECES = [
  ...[
    "a",
    "A",
    "0",
    " ",
    ".",
    "/",
    "_",
    "-",
    "%",
    "{",
    "}",
    "[",
    "<",
    '"',
    "=",
    "\n",
    "\r\n",
    "\0",
  ],
  ...["é", "写", "😀", "\u00a0", "\u202e", "\u0301\u0316", "1 AM", "a.", ". ", "&e=", "%%", "{:"],
  ...["<script", "<script>", '<script class="', '<script class="boot_args">', "a=a", "0.0", "1M"],
];

const repeated = (piece: string, size: number) => piece.repeat(Math.ceil(size / piece.length));

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  printable,
  printableJson,
  readBootArgs,
  parseCode,
  composed,
  component,
  clean,
  "trimEnd()": (text) => trimEnd(`${text}x`, "/. "),
  "nearest()": (text) => nearest("directory", [text]),
  "nearPaths()": (text) => nearPaths("Travel/Japan", [text]),
  "decodePage()": (text) => {
    const field = { value: Buffer.from(text).toString("base64"), type: "ENCRYPTED_BYTES" };
    const fields = { albumNameEnc: field, filenameEnc: field };
    const names = ["CPLAlbum", "CPLMaster"];
    return decodePage(
      names.map((recordType) => ({ recordName: text, recordType, fields })),
      text,
      () => true,
    );
  },
};

test.each(Object.keys(READERS))("%s costs by the length of its text", (name) => {
  const read = READERS[name]!;
  expect(slowPieces((text) => void read(text))).toEqual([]);
});

test("every expression in the source costs by the length of its text", () => {
  const sources = [...new Bun.Glob("**/*.ts").scanSync(SRC)].sort();
  const expressions = sources.flatMap((path) =>
    expressionsIn(readFileSync(join(SRC, path), "utf8")).map((text) => ({ path, text })),
  );
  expect(expressions.length).toBeGreaterThan(30);
  const slow = expressions.flatMap(({ path, text }) => {
    const read = readerOf(text);
    return slowPieces(read).map((piece) => `${path}: ${text} on ${JSON.stringify(piece)}`);
  });
  expect(slow).toEqual([]);
});

const [LONG, SUSPICIOUS_MS] = [30_000, 4];

/** The pieces at which the cost of reading grows faster than the text. */
function slowPieces(read: (text: string) => void): string[] {
  return PIECES.filter((piece) => {
    const text = repeated(piece, LONG);
    const fromMs = performance.now();
    read(text);
    if (performance.now() - fromMs < SUSPICIOUS_MS) return false;
    return isSteep((size) => read(repeated(piece, size)));
  });
}

/** Expressions as they stand in a source, without those inside of comments and texts. */
function expressionsIn(source: string): string[] {
  const code = source.replace(/^\s*(\/\/|\/?\*).*$/gm, "");
  const literal =
    /(?<=[=(,:[!&|?]\s*|\breturn )\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+)\/([dgimsuvy]*)/g;
  return [...code.matchAll(literal)].map(([whole]) => whole);
}

/** Uses an expression as the source might: the text is searched through to its end. */
function readerOf(literal: string): (text: string) => void {
  const end = literal.lastIndexOf("/");
  const flags = literal.slice(end + 1).replace("y", "");
  const expression = new RegExp(literal.slice(1, end), flags.includes("g") ? flags : `${flags}g`);
  return (text) => void text.replace(expression, "");
}
