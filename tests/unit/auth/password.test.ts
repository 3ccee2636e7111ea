import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PasswordSources } from "../../../src/auth/options.ts";
import { obtainPassword } from "../../../src/auth/password.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { tempFolder } from "../../support/temp-folder.ts";
import { errorOf } from "./scripted-apple.ts";

const none: PasswordSources = { inline: null, command: null, file: null };
const folder = tempFolder("kei-password");
afterAll(() => folder[Symbol.dispose]());

async function obtain(
  sources: Partial<PasswordSources>,
  typed: string | null = null,
  timeoutMs = 5000,
  saved: string | null = null,
) {
  const heard: string[] = [];
  const hidden: string[] = [];
  const { secret, origin } = await obtainPassword({ ...none, ...sources }, "me@x.com", {
    askPassword: async () => (typed === null ? null : new Secret(typed)),
    tell: (line) => heard.push(line),
    onPassword: (found) => hidden.push(found.secret.reveal()),
    readSaved: async () => (saved === null ? null : new Secret(saved)),
    timeoutMs,
  });
  return { text: secret.reveal(), heard, hidden, origin };
}

function aFile(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("obtainPassword()", () => {
  test("takes the first source present: given, command, file, saved, typed", async () => {
    const file = aFile("order", "from file");
    const inline = new Secret("given");
    const command = "echo printed";
    const rows = [
      [{ inline, command, file }, "given", "given"],
      [{ command, file }, "printed", "command"],
      [{ file }, "from file", "file"],
      [{}, "from store", "saved"],
    ] as const;
    for (const [sources, text, origin] of rows) {
      const found = await obtain(sources, "typed", 5000, "from store");
      expect(found).toMatchObject({ text, origin });
    }
    expect(await obtain({}, "typed")).toMatchObject({ text: "typed", origin: "typed" });
  });

  test("says by which signal a command was ended, and never what it was", async () => {
    const command = "kill -TERM $$ # hunter2";
    const error = (await errorOf(obtain({ command }))) as Error;
    expect(error.message).toContain("SIGTERM");
    expect(error.message).not.toContain("hunter2");
  });

  test("tells of the secret, wherever it came from", async () => {
    const file = aFile("told", "from file");
    expect((await obtain({ file })).hidden).toEqual(["from file"]);
    expect((await obtain({ command: "echo from command" })).hidden).toEqual(["from command"]);
    expect((await obtain({}, "typed")).hidden).toEqual(["typed"]);
  });
  test("takes the first source present: inline, command, file, person", async () => {
    const file = aFile("first", "from file");
    const command = "echo from command";
    const inline = new Secret("from inline");
    expect((await obtain({ inline, command, file }, "typed")).text).toBe("from inline");
    expect((await obtain({ command, file }, "typed")).text).toBe("from command");
    expect((await obtain({ file }, "typed")).text).toBe("from file");
    expect((await obtain({}, "typed")).text).toBe("typed");
    expect(await errorOf(obtain({}))).toMatchObject({ code: "auth/no-password" });
  });

  const endings: [string, string][] = [
    ["pass\n", "pass"],
    ["pass\r\n", "pass"],
    ["pass\n\n", "pass\n"],
    [" pä ss ", " pä ss "],
    ["\ufeffpass\r\n", "pass"],
    ["\ufeff\ufeffpass", "\ufeffpass"],
  ];
  for (const [content, wanted] of endings) {
    test(`takes ${JSON.stringify(content)} as ${JSON.stringify(wanted)} from file and command`, async () => {
      const file = aFile("endings", content);
      expect((await obtain({ file })).text).toBe(wanted);
      expect((await obtain({ command: `cat '${file}'` })).text).toBe(wanted);
    });
  }

  for (const [name, mark, isSwapped] of [
    ["little-endian", [0xff, 0xfe], false],
    ["big-endian", [0xfe, 0xff], true],
  ] as const) {
    test(`reads a file of ${name} UTF-16, as its byte order mark says`, async () => {
      const text = Buffer.from("pä ß\r\n", "utf16le");
      const file = aFile(
        "utf-16",
        Buffer.concat([Buffer.from(mark), isSwapped ? text.swap16() : text]),
      );
      expect((await obtain({ file })).text).toBe("pä ß");
    });
  }

  test("does not fall through to the next source", async () => {
    const file = aFile("next", "from file");
    for (const command of ["exit 3", "true", "printf '\\377\\376'"]) {
      expect(await errorOf(obtain({ command, file }, "typed"))).toMatchObject({
        code: "auth/no-password",
      });
    }
    const empty = aFile("empty", "\n");
    expect(await errorOf(obtain({ file: empty }, "typed"))).toMatchObject({
      code: "auth/no-password",
    });
    expect(await errorOf(obtain({ file: join(folder.path, "missing") }))).toMatchObject({
      code: "auth/no-password",
    });
  });

  test("warns about a file that others can read, and uses it", async () => {
    const open = await obtain({ file: aFile("open", "p", 0o644) });
    expect(open.text).toBe("p");
    expect(open.heard.join()).toContain("chmod 600");
    expect((await obtain({ file: aFile("closed", "p", 0o600) })).heard).toEqual([]);
  });

  test("starts an executable file directly", async () => {
    const command = aFile("my command", "#!/bin/sh\necho direct", 0o700);
    expect((await obtain({ command })).text).toBe("direct");
  });

  test("never shows the command or what it printed", async () => {
    for (const command of ["echo s3cret; exit 7", "printf ''; : s3cret", "printf '\\377s3cret'"]) {
      const error = (await errorOf(obtain({ command }))) as Error;
      expect(Bun.inspect(error)).not.toContain("s3cret");
    }
    expect((await errorOf(obtain({ command: "exit 7" }))) as Error).toHaveProperty(
      "message",
      "The password command failed (exit 7)",
    );
  });

  test("kills a command that hangs, with what it started", async () => {
    const started = performance.now();
    const error = await errorOf(obtain({ command: "sleep 20 & sleep 20" }, null, 200));
    expect((error as Error).message).toContain("did not end within 0.2 s");
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("gives the command no password, and nothing to read", async () => {
    process.env["ICLOUD_PASSWORD"] = "in the environment";
    try {
      const command = 'echo "[$ICLOUD_PASSWORD][$(cat)]"';
      expect((await obtain({ command })).text).toBe("[][]");
    } finally {
      delete process.env["ICLOUD_PASSWORD"];
    }
  });
});
