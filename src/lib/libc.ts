/** The few calls of the C library that the runtime does not offer; null where it cannot be reached. */
import { dlopen, ptr } from "bun:ffi";

/** By system: glibc, musl on both processors, macOS. */
const NAMES = [
  "libc.so.6",
  "libc.musl-x86_64.so.1",
  "libc.musl-aarch64.so.1",
  "/usr/lib/libSystem.B.dylib",
];

const SYMBOLS = {
  setrlimit: { args: ["i32", "ptr"], returns: "i32" },
  pipe: { args: ["ptr"], returns: "i32" },
  setenv: { args: ["ptr", "ptr", "i32"], returns: "i32" },
  execv: { args: ["ptr", "ptr"], returns: "i32" },
} as const;

const LINUX_SYMBOLS = {
  prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
} as const;

const RLIMIT_CORE = 4;
const PR_SET_DUMPABLE = 4;

/** Forbids core files of this process and its children; false when the system refuses. */
export function forbidCoreFiles(): boolean {
  const none = new BigUint64Array(2);
  return open(SYMBOLS)?.setrlimit(RLIMIT_CORE, ptr(none)) === 0;
}

/** Linux: other processes of the same user may no longer read our memory, environment or files in use. */
export function forbidInspection(): boolean {
  return open(LINUX_SYMBOLS)?.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) === 0;
}

/** A pipe whose two ends survive `replaceProcess`; null when there is none to be had. */
export function openPipe(): { readEnd: number; writeEnd: number } | null {
  const ends = new Int32Array(2);
  if (open(SYMBOLS)?.pipe(ptr(ends)) !== 0) return null;
  return { readEnd: ends[0]!, writeEnd: ends[1]! };
}

/** Becomes the program at this path, with our environment and one more variable. Returns only when that failed. */
export function replaceProcess(
  path: string,
  argv: readonly string[],
  variable: { readonly name: string; readonly value: string },
): void {
  const libc = open(SYMBOLS);
  if (!libc) return;
  const words = argv.map(asText);
  const list = BigUint64Array.from([...words.map((word) => BigInt(ptr(word))), 0n]);
  if (libc.setenv(ptr(asText(variable.name)), ptr(asText(variable.value)), 1) !== 0) return;
  libc.execv(ptr(asText(path)), ptr(list));
}

function open<Symbols extends Parameters<typeof dlopen>[1]>(symbols: Symbols) {
  for (const name of NAMES) {
    const library = load(name, symbols);
    if (library) return library.symbols;
  }
  return null;
}

function load<Symbols extends Parameters<typeof dlopen>[1]>(name: string, symbols: Symbols) {
  try {
    return dlopen(name, symbols);
  } catch {
    return null; // another system, or a runtime without foreign calls
  }
}

function asText(text: string): Uint8Array {
  return Buffer.from(`${text}\0`, "utf8");
}
