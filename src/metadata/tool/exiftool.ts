/**
 * One ExifTool process that reads and writes tags, one file after the other.
 *
 * Promises: every call ends by its deadline, and a process that hangs is killed; a call that did not succeed throws a
 * DataError with what ExifTool said; the process knows nothing of the person's surroundings and ends with kei.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { ExifTool } from "exiftool-vendored";
import { DataError } from "../../lib/errors.ts";
import type { Limits, TagWriter } from "../embed.ts";
import type { Tag } from "../tags.ts";
import { BARE_ENVIRONMENT } from "./boot.ts";
import type { Tool } from "./locate.ts";

/** Values as numbers, dates of movies in UTC, and never into what ExifTool could not write without loss. */
const COMMON = ["-n", "-api", "QuickTimeUTC=1"];
const NEVER_MS = 24 * 3_600_000;
const END_MS = 2000;

export class ExifToolProcess implements TagWriter {
  readonly #children = new Set<ChildProcess>();
  #tool: Promise<ExifTool> | null = null;

  constructor(private readonly tool: Tool) {}

  /** Writes tags into a file, in place, and returns ExifTool's warnings. */
  async write(path: string, tags: readonly Tag[], limits: Limits): Promise<readonly string[]> {
    const values = Object.fromEntries(tags.map(({ name, value }) => [name, encoded(value)]));
    const result = await this.#within(limits, path, (tool) =>
      tool.write(path, values as object, {
        writeArgs: [...COMMON, "-overwrite_original"],
        useMWG: false,
        ignoreMinorErrors: false,
      }),
    );
    if (result.updated === 1) return result.warnings ?? [];
    throw new DataError(
      `ExifTool wrote nothing: ${plain(result.warnings?.join("; ") ?? "")}`,
      path,
    );
  }

  /** Reads tags of a file by their names; those that are absent are left out. */
  async read(
    path: string,
    names: readonly string[],
    limits: Limits,
  ): Promise<Readonly<Record<string, unknown>>> {
    const asked = names.map((name) => `-${name}`);
    return this.#within(limits, path, (tool) =>
      tool.readRaw(path, {
        readArgs: [...COMMON, "-G1", "-api", "StructFormat=JSONQ", ...asked],
        useMWG: false,
      }),
    );
  }

  /** Ends the process; a call that is running fails. */
  async close(): Promise<void> {
    const tool = this.#tool;
    this.#tool = null;
    if (tool) await Promise.race([(await tool).end(), Bun.sleep(END_MS)]);
    this.#kill();
  }

  async #within<T>(
    { deadlineMs, signal }: Limits,
    path: string,
    call: (tool: ExifTool) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const end = Promise.withResolvers<never>();
    const giveUp = (reason: unknown) => {
      this.#kill();
      this.#tool = null; // the next call starts another one
      end.reject(reason);
    };
    const late = new DataError("ExifTool did not answer", path);
    const timer = setTimeout(() => giveUp(late), deadlineMs);
    const onAbort = () => giveUp(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([call(await (this.#tool ??= this.#start())), end.promise]);
    } catch (error) {
      if (error instanceof DataError || signal.aborted) throw error;
      const said = error instanceof Error ? error.message : String(error);
      throw new DataError(`ExifTool says: ${plain(said)}`, path, { cause: error });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  async #start(): Promise<ExifTool> {
    const { ExifTool } = await import("exiftool-vendored");
    return new ExifTool({
      processFactory: () => this.#spawn(),
      checkPerl: false,
      exiftoolPath: this.tool.argv[0]!,
      maxProcs: 1,
      taskRetries: 0,
      minDelayBetweenSpawnMillis: 0,
      // Deadlines are ours: they grow with the file.
      taskTimeoutMillis: NEVER_MS,
      ignoreMinorErrors: false,
      geolocation: false,
      useMWG: false,
    });
  }

  #spawn(): ChildProcess {
    const [program, ...args] = this.tool.argv;
    const child = spawn(program!, [...args, "-stay_open", "True", "-@", "-"], {
      cwd: "/",
      env: BARE_ENVIRONMENT,
      stdio: "pipe",
      // A Ctrl-C at the terminal is for kei, which lets a file be finished.
      detached: true,
    });
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  #kill(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    this.#children.clear();
  }
}

/** The package decodes entities in texts, so what looks like one has to be encoded; our texts have no blanks at their ends. */
function encoded(value: Tag["value"]): unknown {
  if (typeof value === "string") return value.replaceAll("&", "&amp;");
  if (Array.isArray(value)) return value.map((text: string) => text.replaceAll("&", "&amp;"));
  return value;
}

/** ExifTool's words without entities and without the path, which the error has anyway. */
function plain(said: string): string {
  return said
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replace(/ - \/.*$/s, "")
    .trim();
}
