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

/** Makes the packs for a target in `dist/packs` and returns their paths; without a target: for this machine. */
export function packFor(target: string | undefined): string[] {
  const packs = [save("exiftool.pack", exiftoolFiles())];
  if (target !== undefined && !isThisMachine(target)) return packs;
  const perl = perlFiles("/");
  return perl ? [...packs, save("perl.pack", perl)] : packs;
}

function save(name: string, files: readonly PackedFile[]): string {
  mkdirSync(join(ROOT, "dist/packs"), { recursive: true });
  const path = join("dist/packs", name);
  writeFileSync(join(ROOT, path), writePack(files));
  return path;
}

// A kit brings its own C library, so it does for both kinds of Linux.
function isThisMachine(target: string): boolean {
  return target.replace("-musl", "") === `bun-${process.platform}-${process.arch}`;
}

/** ExifTool as its package has it, but for what kei never asks of it. */
export function exiftoolFiles(): PackedFile[] {
  const paths = [...new Bun.Glob("lib/**/*").scanSync({ cwd: TOOL })];
  return ["exiftool", ...paths]
    .filter((path) => !LEFT_OUT.test(`/${path}`))
    .map((path) => file(path, join(TOOL, path), false));
}

/** A perl with its modules, its C library and the loader of that; null when there is none that can be taken apart. */
export function perlFiles(root: string): PackedFile[] | null {
  const perl = join(root, "usr/bin/perl");
  if (process.platform !== "linux" || !existsSync(perl)) return null;
  const said = run([perl, "-e", 'print join "\\n", @INC']);
  const libraries = run(["ldd", perl]);
  if (said === null || libraries === null) return null;
  const folders = said.split("\n");
  const modules = MODULES.map((module) => {
    const path = folders.map((folder) => join(folder, module)).find(existsSync);
    return path && file(`inc/${module}`, path, false);
  });
  const shared = [...libraries.matchAll(/=> (\/\S+)/g)].map(([, path]) =>
    file(`lib/${basename(path!)}`, path!, false),
  );
  const loader = /^\s*(\/\S*ld-linux\S*)/m.exec(libraries)?.[1];
  const found = modules.filter((one) => one !== undefined && one !== "");
  // Some perls have no heavy halves; without the dates of movies a kit is worse than none.
  const isWhole = ["Time/Local.pm", "strict.pm", "auto/Fcntl/Fcntl.so"].every((module) =>
    found.some(({ path }) => path === `inc/${module}`),
  );
  if (!loader || !isWhole) return null;
  return [...found, ...shared, file("loader", loader, true), file("perl", perl, true)];
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
