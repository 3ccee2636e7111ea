import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { PACKAGES } from "./support/programs.ts";
import { findBreaches, importsOf, publicMethodsOf, readSources } from "../scripts/tidy.ts";

const ROOT = new URL("..", import.meta.url).pathname;

test("the house is tidy", () => {
  expect(findBreaches(readSources(ROOT))).toEqual([]);
});

describe("findBreaches() sees", () => {
  const rows = [
    {
      name: "an import up the staircase",
      path: "src/lib/a.ts",
      text: 'import { b } from "../cli/b.ts";',
    },
    {
      name: "a type import up the staircase",
      path: "src/plan/a.ts",
      text: 'import type { B } from "../sync/b.ts";',
    },
    {
      name: "an import over several lines",
      path: "src/plan/a.ts",
      text: 'import {\n  a,\n  b,\n} from "../sync/b.ts";',
    },
    {
      name: "a late import up the staircase",
      path: "src/app/a.ts",
      text: 'await import("../cli/b.ts");',
    },
    {
      name: "a re-export up the staircase",
      path: "src/app/a.ts",
      text: 'export { b } from "../cli/b.ts";',
    },
    {
      name: "rooms of one step that import each other",
      path: "src/auth/a.ts",
      text: 'import { b } from "../disk/b.ts";',
    },
    { name: "an unknown room", path: "src/utils/a.ts", text: 'import { b } from "../lib/b.ts";' },
    {
      name: "product code that imports tests",
      path: "src/lib/a.ts",
      text: 'import { b } from "../../tests/b.ts";',
    },
    {
      name: "a simulator that imports product code",
      path: "tests/simulator/a.ts",
      text: 'import { b } from "../../src/lib/b.ts";',
    },
    { name: "a default export", path: "src/lib/a.ts", text: "export default 1;" },
    { name: "an enum", path: "src/lib/a.ts", text: "export const enum A { B }" },
    { name: "any", path: "src/lib/a.ts", text: "const a: any = 1;" },
    {
      name: "any within a type",
      path: "src/lib/a.ts",
      text: "const a: Map<string, any> = b as any;",
    },
    {
      name: "an empty catch",
      path: "src/lib/a.ts",
      text: "try { a(); } catch (error) {\n  // whatever\n}",
    },
    {
      name: "the end of the process outside of main",
      path: "src/cli/a.ts",
      text: "process.exit(1);",
    },
    { name: "a file that is too long", path: "src/lib/a.ts", text: "a();\n".repeat(401) },
    { name: "a file of sync that is too long", path: "src/sync/a.ts", text: "a();\n".repeat(301) },
    {
      name: "a class that promises too much",
      path: "src/lib/a.ts",
      text: `export class A {\n${"abcdefghijklm".replace(/./g, "  async $&() {\n    return 1;\n  }\n\n")}}\n`,
    },
    {
      name: "a file that imports itself",
      path: "src/lib/a.ts",
      text: 'import type { A } from "./a.ts";',
    },
  ];
  for (const { name, path, text } of rows) {
    test(name, () => expect(findBreaches([{ path, text }])).toHaveLength(1));
  }

  test("files that import each other in a circle, types included", () => {
    const imports = { a: "b", b: "c", c: "b", d: "a" };
    const files = Object.entries(imports).map(([name, other]) => ({
      path: `src/lib/${name}.ts`,
      text: `import type { X } from "./${other}.ts";`,
    }));
    expect(findBreaches(files)).toEqual([
      "src/lib/b.ts > src/lib/c.ts > src/lib/b.ts: a circle of imports",
    ]);
  });

  test("a package named in two files", () => {
    const files = ["src/lib/a.ts", "src/disk/b.ts"].map((path) => ({
      path,
      text: 'import { x } from "citty";',
    }));
    expect(findBreaches(files)).toEqual([
      "src/lib/a.ts, src/disk/b.ts: all name the package citty",
    ]);
  });
});

describe("findBreaches() accepts", () => {
  const rows = [
    {
      name: "an import down the staircase",
      path: "src/cli/a.ts",
      text: 'import { b } from "../lib/b.ts";',
    },
    {
      name: "an import within a room",
      path: "src/icloud/photos/a.ts",
      text: 'import { b } from "../cloudkit/b.ts";',
    },
    {
      name: "words in comments",
      path: "src/lib/a.ts",
      text: '// import { b } from "../cli/b.ts"; process.exit(1)\n/* enum */',
    },
    { name: "words in strings", path: "src/lib/a.ts", text: 'const a = "as any process.exit(1)";' },
    {
      name: "addresses, which are no comments",
      path: "src/lib/a.ts",
      text: 'const a = "http://x"; const b = "y";',
    },
    { name: "the end of the process in main", path: "src/main.ts", text: "process.exit(1);" },
    {
      name: "a catch that says what it does",
      path: "src/lib/a.ts",
      text: "try { a(); } catch { return null; }",
    },
  ];
  for (const { name, path, text } of rows) {
    test(name, () => expect(findBreaches([{ path, text }])).toEqual([]));
  }
});

test("publicMethodsOf() counts methods, readers and writers, and nothing that is hidden", () => {
  const members = ["a() {}", "async b<X>(x: X) {}", "*c() {}", "get d() {}", "override e() {}"];
  const hidden = [
    "private f() {}",
    "#g() {}",
    "static h() {}",
    "constructor() {}",
    "readonly i = 1;",
  ];
  const code = `export class Some implements Other {\n${[...members, ...hidden]
    .map((member) => `  ${member}\n`)
    .join("")}}\n\nclass Empty {\n}\n`;
  expect(publicMethodsOf(code)).toEqual([
    { name: "Some", methods: 5 },
    { name: "Empty", methods: 0 },
  ]);
});

test("importsOf() finds every form of import", () => {
  const code = [
    'import "a";',
    'import b from "b";',
    'import type { C } from "c";',
    'export type { D } from "d";',
    'const e = await import("e");',
    'import f, { g } from "f" with { type: "json" };',
  ].join("\n");
  expect(importsOf(code).sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
});

test("the build of the project installs every program that tests need", () => {
  const script = readFileSync(`${ROOT}.ci/run`, "utf8");
  const installed = /for package in (.*);/.exec(script)?.[1]?.split(" ") ?? [];
  expect(Object.values(PACKAGES).filter((name) => !installed.includes(name))).toEqual([]);
  expect(script).toContain("--strict");
});

test("SECURITY.md names tests that are there", () => {
  const text = readFileSync(`${ROOT}SECURITY.md`, "utf8");
  const named = [...text.matchAll(/`(tests\/[^`]+)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(ROOT + path))).toEqual([]);
});
