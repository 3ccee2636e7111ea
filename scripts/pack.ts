/**
 * Packs what travels inside the executable: ExifTool, and for Linux a perl that needs nothing of the system.
 * `packFor(target)` is part of the build.
 */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { withDebianRoot } from "./debian-packages.ts";
import { writePack } from "../src/metadata/tool/pack.ts";
import type { PackedFile } from "../src/metadata/tool/pack.ts";

const ROOT = new URL("..", import.meta.url).pathname;
const TOOL = join(ROOT, "node_modules/exiftool-vendored.pl/bin");

/** Words in other languages and the names of places: a third of it, and never asked for. */
const LEFT_OUT = /\/Lang\/|Geolocation|\.pod$|README$/;

/** All that perl loads while ExifTool reads and writes. */
const MODULES = [
  "Carp.pm",
  "Carp/Heavy.pm",
  "Exporter.pm",
  "Exporter/Heavy.pm",
  "Fcntl.pm",
  "File/Basename.pm",
  "File/Glob.pm",
  "IO.pm",
  "IO/Handle.pm",
  "SelectSaver.pm",
  "Symbol.pm",
  "Time/Local.pm",
  "XSLoader.pm",
  "bytes.pm",
  "bytes_heavy.pl",
  "constant.pm",
  "integer.pm",
  "overload.pm",
  "overloading.pm",
  "parent.pm",
  "re.pm",
  "strict.pm",
  "utf8.pm",
  "vars.pm",
  "warnings.pm",
  "warnings/register.pm",
  "auto/Fcntl/Fcntl.so",
  "auto/File/Glob/Glob.so",
  "auto/IO/IO.so",
];

/**
 * Makes the packs for a target in `dist/packs` and returns their paths. The perl of a target is that of pinned Debian
 * packages; without a target it is this machine's own, if it has one.
 */
export function packFor(target: string | undefined): string[] {
  exiftoolPack ??= save("exiftool.pack", exiftoolFiles());
  const perl = target === undefined ? localPerl() : releasedPerl(target);
  return perl ? [exiftoolPack, save("perl.pack", perl)] : [exiftoolPack];
}

/** The same for every target of a build. */
let exiftoolPack: string | undefined;

function save(name: string, files: readonly PackedFile[]): string {
  mkdirSync(join(ROOT, "dist/packs"), { recursive: true });
  const path = join("dist/packs", name);
  writeFileSync(join(ROOT, path), writePack(files));
  return path;
}

// A kit brings its own C library, so that it does for both kinds of Linux; a Mac has a perl.
function releasedPerl(target: string): PackedFile[] | null {
  const arch = /^bun-linux-(x64|arm64)/.exec(target)?.[1];
  if (arch === undefined) return null;
  return withDebianRoot(arch === "x64" ? "amd64" : "arm64", (root) => debianPerl(root));
}

/** ExifTool as its package has it, but for what kei never asks of it. */
export function exiftoolFiles(): PackedFile[] {
  const paths = [...new Bun.Glob("lib/**/*").scanSync({ cwd: TOOL })];
  return ["exiftool", ...paths]
    .filter((path) => !LEFT_OUT.test(`/${path}`))
    .map((path) => file(path, join(TOOL, path), false));
}

/** The perl of an unpacked Debian, with its modules, its C library and the loader of that. */
function debianPerl(root: string): PackedFile[] {
  const find = (pattern: string) => {
    const glob = new Bun.Glob(pattern);
    const [path] = [...glob.scanSync({ cwd: root, followSymlinks: true })].toSorted();
    if (path === undefined) throw new Error(`No ${pattern} in the packages`);
    return join(root, path);
  };
  const folders = ["usr/lib/*/perl-base", "usr/share/perl/5*"].map((pattern) =>
    find(`${pattern}/strict.pm`).replace(/\/strict\.pm$/, ""),
  );
  const libraries = LIBRARIES.map((name) => find(`lib/*/${name}`));
  return kit(find("usr/bin/perl"), folders, libraries, find("lib/*/ld-linux-*.so.*"));
}

/** The same of this machine; null when it has none that can be taken apart. */
export function localPerl(): PackedFile[] | null {
  const perl = "/usr/bin/perl";
  if (process.platform !== "linux" || !existsSync(perl)) return null;
  const said = run([perl, "-e", 'print join "\\n", @INC']);
  const linked = run(["ldd", perl]);
  if (said === null || linked === null) return null;
  const libraries = [...linked.matchAll(/=> (\/\S+)/g)].map(([, path]) => path!);
  const loader = /^\s*(\/\S*ld-linux\S*)/m.exec(linked)?.[1];
  const folders = said.split("\n");
  const isWhole = NEEDED.every((module) =>
    folders.some((folder) => existsSync(join(folder, module))),
  );
  return loader && isWhole ? kit(perl, folders, libraries, loader) : null;
}

const LIBRARIES = ["libc.so.6", "libcrypt.so.1", "libm.so.6"];
/** Some perls have no heavy halves; without the dates of movies a kit is worse than none. */
const NEEDED = ["Time/Local.pm", "strict.pm", "auto/Fcntl/Fcntl.so"];

function kit(
  perl: string,
  folders: readonly string[],
  libraries: readonly string[],
  loader: string,
): PackedFile[] {
  const modules = MODULES.flatMap((module) => {
    const path = folders.map((folder) => join(folder, module)).find(existsSync);
    return path ? [file(`inc/${module}`, path, false)] : [];
  });
  return [
    ...modules,
    ...libraries.map((path) => file(`lib/${basename(path)}`, path, false)),
    file("loader", loader, true),
    file("perl", perl, true),
  ];
}

function file(path: string, source: string, isExecutable: boolean): PackedFile {
  const real = realpathSync(source);
  if (!statSync(real).isFile()) throw new Error(`${source} is no file`);
  return { path, isExecutable, bytes: readFileSync(real) };
}

function run(argv: string[]): string | null {
  try {
    const { exitCode, stdout } = Bun.spawnSync(argv, { env: { LC_ALL: "C" }, timeout: 20_000 });
    return exitCode === 0 ? stdout.toString() : null;
  } catch {
    return null; // no such program
  }
}
