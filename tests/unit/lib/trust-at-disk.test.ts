import { describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { requireOwnFile, requireOwnFolder } from "../../../src/lib/trust.ts";
import { TempFolder } from "../../support/engine/temp-folder.ts";

const isRoot = process.geteuid?.() === 0;
const me = process.geteuid?.();

describe("requireOwnFolder()", () => {
  const modes = [
    { mode: 0o700, hint: null },
    { mode: 0o755, hint: null },
    { mode: 0o1777, hint: null },
    { mode: 0o770, hint: "chmod go-w" },
    { mode: 0o702, hint: "chmod go-w" },
    { mode: 0o777, hint: "chmod go-w" },
  ];
  for (const { mode, hint } of modes) {
    test(`${hint ? "refuses" : "takes"} one of mode ${mode.toString(8)}`, () => {
      using folder = new TempFolder();
      chmodSync(folder.path, mode);
      const act = () => requireOwnFolder(folder.path);
      if (hint === null) act();
      else
        expect(act).toThrow(
          expect.objectContaining({
            fault: "denied",
            hint: expect.stringContaining(`${hint} ${folder.path}`),
          }),
        );
    });
  }

  test("takes one that is not there, or a link to a good one; refuses a file and a circle", () => {
    using folder = new TempFolder();
    requireOwnFolder(folder.at("no"));
    symlinkSync(folder.path, folder.at("link"));
    requireOwnFolder(folder.at("link"));
    writeFileSync(folder.at("file"), "");
    expect(() => requireOwnFolder(folder.at("file"))).toThrow(/is no folder/);
    symlinkSync("circle", folder.at("circle"));
    expect(() => requireOwnFolder(folder.at("circle"))).toThrow(
      expect.objectContaining({ path: folder.at("circle") }),
    );
  });

  test.skipIf(!isRoot)("refuses one of another user, with the command that mends it", () => {
    using folder = new TempFolder();
    mkdirSync(folder.at("it's theirs"));
    chownSync(folder.at("it's theirs"), 12345, 12345);
    const hint = expect.stringContaining(`chown ${me} '${folder.path}/it'\\''s theirs'`);
    expect(() => requireOwnFolder(folder.at("it's theirs"))).toThrow(
      expect.objectContaining({ fault: "denied", hint }),
    );
  });
});

describe("requireOwnFile()", () => {
  const plants: Record<string, (path: string) => unknown> = {
    "a link": (path) => symlinkSync("/etc/hostname", path),
    "a dead link": (path) => symlinkSync("/nowhere", path),
    "a folder": (path) => mkdirSync(path),
    "a pipe": (path) => Bun.spawnSync(["mkfifo", path]),
    "a file that others can change": (path) => {
      writeFileSync(path, "");
      chmodSync(path, 0o666);
    },
    ...(isRoot && {
      "another user's file": (path: string) => {
        writeFileSync(path, "");
        chownSync(path, 12345, 12345);
      },
    }),
  };
  for (const [what, plant] of Object.entries(plants)) {
    test(`refuses ${what}`, () => {
      using folder = new TempFolder();
      plant(folder.at("x"));
      expect(() => requireOwnFile(folder.at("x"))).toThrow(
        expect.objectContaining({ path: folder.at("x"), hint: expect.any(String) }),
      );
    });
  }

  test("takes an ordinary one, and none", () => {
    using folder = new TempFolder();
    requireOwnFile(folder.at("no"));
    writeFileSync(folder.at("x"), "");
    requireOwnFile(folder.at("x"));
  });
});
