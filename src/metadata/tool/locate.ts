/**
 * Finds an ExifTool that works: what travels inside the executable, unpacked once, on a perl of our own or else on the
 * system's. A short run with a deadline of our own decides, nothing else.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LocalError } from "../../lib/errors.ts";
import { BARE_ENVIRONMENT, bootArguments } from "./boot.ts";
import { packId } from "./pack.ts";
import { unpackOnce } from "./unpack.ts";

/** A program and its arguments, to be followed by those of ExifTool. */
export interface Tool {
  readonly argv: readonly string[];
  readonly version: string;
}

/** What travels inside the executable; null when it was left out or the program runs from its sources. */
export interface Packs {
  readonly exiftool: Uint8Array | null;
  readonly perl: Uint8Array | null;
}

export interface Places {
  readonly packs: Packs;
  /** Folders to unpack into, best first. */
  readonly caches: readonly string[];
  /** Perls of the system by absolute path; the search path of the person is not asked. */
  readonly perls: readonly string[];
  readonly nowMs: number;
}

/** Where the systems we know have their perl. */
export const SYSTEM_PERLS = [
  "/usr/bin/perl",
  "/usr/local/bin/perl",
  "/opt/homebrew/bin/perl",
  "/run/current-system/sw/bin/perl",
  "/bin/perl",
];

const PROBE_MS = 20_000;
const SOURCES = "../../../node_modules/exiftool-vendored.pl/bin/exiftool";

/** The packs inside this executable. */
export async function embeddedPacks(): Promise<Packs> {
  const pack = async (name: string) => {
    const file = Bun.embeddedFiles.find((one) => (one as File).name === name);
    return file ? new Uint8Array(await file.arrayBuffer()) : null;
  };
  return { exiftool: await pack("exiftool.pack"), perl: await pack("perl.pack") };
}

/** An ExifTool that ran. Throws LocalError with what was tried when there is none. */
export async function locateTool(places: Places): Promise<Tool> {
  const { exiftool, perl } = places.packs;
  const faults: string[] = [];
  const unpacked = (pack: Uint8Array, name: string) =>
    unpackInto(places, pack, `${name}-${packId(pack)}`, faults);
  const tree = exiftool && unpacked(exiftool, "exiftool");
  const script = exiftool ? tree && join(tree, "exiftool") : fromSources();
  if (!script) throw missing(faults);
  const kit = perl && unpacked(perl, "perl");
  const perls = [
    ...(kit ? [kitPerl(kit)] : []),
    ...places.perls.filter(existsSync).map((path) => [path]),
  ];
  for (const argv of perls) {
    const tool = [...argv, ...bootArguments(script)];
    const said = await probe(tool);
    if (said.version !== null) return { argv: tool, version: said.version };
    faults.push(`${argv[0]}: ${said.fault}`);
  }
  throw missing(faults);
}

function fromSources(): string | null {
  const path = join(import.meta.dir, SOURCES);
  return existsSync(path) ? path : null;
}

function unpackInto(
  { caches, nowMs }: Places,
  pack: Uint8Array,
  name: string,
  faults: string[],
): string | null {
  for (const cache of caches) {
    try {
      return unpackOnce(pack, cache, name, nowMs);
    } catch (error) {
      if (!(error instanceof LocalError)) throw error;
      faults.push(`${error.path}: ${error.message}`);
    }
  }
  return null;
}

/** A perl with its own C library and the loader of that, so that it runs whatever the system has. */
function kitPerl(kit: string): string[] {
  const libraries = ["--inhibit-cache", "--library-path", join(kit, "lib")];
  return [join(kit, "loader"), ...libraries, join(kit, "perl"), "-f", `-I${join(kit, "inc")}`];
}

async function probe(argv: readonly string[]): Promise<{ version: string | null; fault: string }> {
  try {
    await using child = Bun.spawn([...argv, "-ver"], {
      cwd: "/",
      env: BARE_ENVIRONMENT,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: PROBE_MS,
      killSignal: "SIGKILL",
    });
    const [out, talk] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    const code = await child.exited;
    const version = /^\d+\.\d+$/.exec(out.trim())?.[0];
    if (code === 0 && version) return { version, fault: "" };
    const fault = child.signalCode ? "it did not answer" : (talk.trim().split("\n")[0] ?? "");
    return { version: null, fault: fault || `it ended with ${code}` };
  } catch (error) {
    return { version: null, fault: error instanceof Error ? error.message : String(error) };
  }
}

function missing(faults: readonly string[]): LocalError {
  const why = faults.join("; ") || "no perl was found";
  return new LocalError("missing", `ExifTool cannot run here (${why})`, "exiftool", {
    hint: "install perl, or leave out --embed-xmp and the --set-exif flags; --xmp-sidecar needs neither",
  });
}
