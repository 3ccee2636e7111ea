/**
 * The house rules that a machine can check. `bun scripts/tidy.ts` prints every breach; the tests call `findBreaches`.
 *
 * Imports are read from the text with comments taken out, because Bun's own scanner leaves out `import type`, and a
 * type is as much of a dependency as a value.
 */
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Rooms from the top of the staircase to its foot; those on one step do not import each other. */
const STAIRCASE: readonly (readonly string[])[] = [
  ["main.ts"],
  ["cli"],
  ["app"],
  ["config"],
  ["ops"],
  ["sync"],
  ["download"],
  ["auth", "icloud", "state", "disk", "metadata"],
  ["plan"],
  ["photos"],
  ["lib"],
];

const LINES_MAX = { src: 400, tests: 600, scripts: 400 } as const;
/** Rooms that many hands come through keep to shorter files. */
const LINES_MAX_IN: readonly { readonly folder: string; readonly lines: number }[] = [
  { folder: "src/sync/", lines: 300 },
  { folder: "src/state/", lines: 300 },
];
/** A class that promises more than this is two. */
const PUBLIC_METHODS_MAX = 12;

export interface SourceFile {
  /** From the root of the project, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Everything in the project that breaks a rule, one line each: `path: what is wrong`. */
export function findBreaches(files: readonly SourceFile[]): string[] {
  return [...files.flatMap(breachesOf), ...sharedDependencies(files), ...circles(files)];
}

/** The TypeScript files of the project. */
export function readSources(root: string): SourceFile[] {
  const paths = [...new Bun.Glob("{src,tests,scripts}/**/*.ts").scanSync({ cwd: root })];
  return paths.sort().map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

function breachesOf(file: SourceFile): string[] {
  const code = withoutComments(file.text);
  const found = [
    ...checkSize(file),
    ...checkWords(file.path, code),
    ...checkImports(file.path, code),
    ...checkClasses(file.path, code),
  ];
  return found.map((what) => `${file.path}: ${what}`);
}

function checkSize({ path, text }: SourceFile): string[] {
  const top = path.split("/")[0] as keyof typeof LINES_MAX;
  const lines = text.split("\n").length - 1;
  const own = LINES_MAX_IN.find(({ folder }) => path.startsWith(folder))?.lines;
  const max = own ?? LINES_MAX[top];
  return lines > max ? [`${lines} lines, at most ${max}`] : [];
}

function checkClasses(path: string, code: string): string[] {
  if (!path.startsWith("src/")) return [];
  return publicMethodsOf(withoutStrings(code)).flatMap(({ name, methods }) =>
    methods > PUBLIC_METHODS_MAX
      ? [`class ${name} has ${methods} public methods, at most ${PUBLIC_METHODS_MAX}`]
      : [],
  );
}

/** How many methods, readers and writers each class shows; members stand two spaces in, as the formatter puts them. */
export function publicMethodsOf(code: string): { name: string; methods: number }[] {
  const member =
    /^  (?!(?:private|protected|static|constructor)\b)(?:(?:override|async|get|set)\s+)*(?:\*\s*)?[a-z]\w*(?:<[^>]*>)?\(/gm;
  return [...code.matchAll(/^(?:export )?(?:abstract )?class (\w+)[^\n]*\{\n([\s\S]*?)^\}/gm)].map(
    ([, name, body]) => ({ name: name!, methods: [...body!.matchAll(member)].length }),
  );
}

const FORBIDDEN: readonly { pattern: RegExp; what: string; except?: (path: string) => boolean }[] =
  [
    { pattern: /^\s*export\s+default\b/m, what: "default export" },
    { pattern: /^\s*(export\s+)?(const\s+)?enum\s/m, what: "enum" },
    { pattern: /^\s*(export\s+)?(declare\s+)?namespace\s/m, what: "namespace" },
    { pattern: /^\s*export\s+\*\s/m, what: "re-export" },
    { pattern: /(:|\bas|<|\|)\s*any\b(?!["'`\w])/, what: "any" },
    { pattern: /\bcatch\s*(\([^)]*\))?\s*\{\s*\}/, what: "empty catch" },
    { pattern: /@ts-(ignore|nocheck)/, what: "unchecked types" },
    {
      pattern: /\bprocess\s*\.\s*exit\s*\(/,
      what: "process.exit outside of src/main.ts",
      except: (path) => path === "src/main.ts" || !path.startsWith("src/"),
    },
  ];

function checkWords(path: string, code: string): string[] {
  const bare = withoutStrings(code);
  return FORBIDDEN.filter(({ pattern, except }) => pattern.test(bare) && !except?.(path)).map(
    ({ what }) => what,
  );
}

function checkImports(path: string, code: string): string[] {
  return importsOf(code).flatMap((specifier) => {
    if (!specifier.startsWith(".")) return [];
    const target = normalize(join(dirname(path), specifier));
    if (path.startsWith("tests/simulator/") && target.startsWith("src/")) {
      return [`the simulator imports ${target}`];
    }
    if (!path.startsWith("src/")) return [];
    if (!target.startsWith("src/")) return [`leaves src by ${specifier}`];
    return checkStep(roomOf(path), roomOf(target));
  });
}

function checkStep(from: string, to: string): string[] {
  if (from === to) return [];
  const [here, there] = [stepOf(from), stepOf(to)];
  if (here === -1) return [`"${from}" is no room of the staircase`];
  if (there === -1) return [`"${to}" is no room of the staircase`];
  return there > here ? [] : [`${from} imports ${to}: imports point down the staircase`];
}

function roomOf(path: string): string {
  return path.split("/")[1]!;
}

function stepOf(room: string): number {
  return STAIRCASE.findIndex((step) => step.includes(room));
}

/** Files of src that import each other in a circle, types included: none can be understood without the others. */
function circles(files: readonly SourceFile[]): string[] {
  const imports = new Map(
    files
      .filter(({ path }) => path.startsWith("src/"))
      .map(({ path, text }) => [path, neighboursOf(path, withoutComments(text))]),
  );
  const done = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, above: readonly string[]): void => {
    const at = above.indexOf(path);
    if (at !== -1) found.push(`${[...above.slice(at), path].join(" > ")}: a circle of imports`);
    if (at !== -1 || done.has(path)) return;
    for (const next of imports.get(path) ?? []) walk(next, [...above, path]);
    done.add(path);
  };
  for (const path of imports.keys()) walk(path, []);
  return found;
}

function neighboursOf(path: string, code: string): string[] {
  return importsOf(code)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => normalize(join(dirname(path), specifier)));
}

/** Each package is named in one file of src only, so that it can be replaced. */
function sharedDependencies(files: readonly SourceFile[]): string[] {
  const users = new Map<string, string[]>();
  for (const { path, text } of files) {
    if (!path.startsWith("src/")) continue;
    for (const name of new Set(importsOf(withoutComments(text)).map(packageOf))) {
      if (name) users.set(name, [...(users.get(name) ?? []), path]);
    }
  }
  return [...users]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${paths.join(", ")}: all name the package ${name}`);
}

/** The package of a specifier; null for our own files and for what the runtime brings along. */
function packageOf(specifier: string): string | null {
  if (/^(\.|node:|bun:|bun$)/.test(specifier)) return null;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0]!;
}

/** What a file imports or re-exports, types included, static or not. */
export function importsOf(code: string): string[] {
  const patterns = [
    /^\s*(?:import|export)\s[^"'`;]*?\bfrom\s*["']([^"']+)["']/gm,
    /^\s*import\s*["']([^"']+)["']/gm,
    /\bimport\(\s*["']([^"']+)["']/g,
    /\brequire\(\s*["']([^"']+)["']/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1]!));
}

const TOKENS =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|(?<=[=(,:[!&|?{};\n]\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/g;

/** The code with comments, and what stands in strings and patterns, blanked out; every sign keeps its place. */
export function bareCode(text: string): string {
  return text.replace(TOKENS, blank);
}

/** The code with comments blanked out; strings and patterns stay. */
function withoutComments(text: string): string {
  return text.replace(TOKENS, (token) => (/^\/[/*]/.test(token) ? blank(token) : token));
}

/** The code with the content of strings and patterns blanked out as well. */
function withoutStrings(code: string): string {
  return code.replace(TOKENS, (token) => `""${blank(token)}`);
}

function blank(token: string): string {
  return token.replace(/[^\n]/g, " ");
}

if (import.meta.main) {
  const breaches = findBreaches(readSources(new URL("..", import.meta.url).pathname));
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) process.exitCode = 1;
}
