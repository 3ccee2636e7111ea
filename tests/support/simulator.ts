/** Starts the simulator as a program of its own and talks to its control desk. */
import { readManifest, type ManifestAsset } from "./manifest.ts";

export const USER = "walrus.tester@example.com";
export const PASSWORD = "Tusk-and-Tide-42";

/** One request the simulator answered; the parts that tests look at. */
export interface Asked {
  readonly seq: number;
  readonly method: string;
  readonly service: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly status: number;
  readonly bytesSent: number;
  readonly fault?: string;
  /** A bug of the simulator. */
  readonly error?: string;
}

const START_MS = 20_000;
const PROGRAM = new URL("simulate-while-watched.ts", import.meta.url).pathname;

export class RunningSimulator implements AsyncDisposable {
  /** What it had been asked when it ended: a test may end it, and look at that afterwards. */
  #last: Asked[] | null = null;

  constructor(
    private readonly child: Bun.Subprocess<"pipe", "pipe", "inherit">,
    readonly url: string,
    /** The variables that lead kei here. */
    readonly env: Readonly<Record<string, string>>,
  ) {}

  /** Asks the control desk; throws when it refuses. */
  async admin(method: string, path: string, body?: unknown): Promise<unknown> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/__admin/${path}`, init);
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${method} /__admin/${path} said ${response.status}: ${text}`);
    return JSON.parse(text) as unknown;
  }

  /** Changes the library: `library("add", { assets: [...] })`. */
  library(action: string, wishes: unknown): Promise<unknown> {
    return this.admin("POST", `library/${action}`, wishes);
  }

  fault(...rules: readonly unknown[]): Promise<unknown> {
    return this.admin("POST", "faults", rules);
  }

  clearFaults(): Promise<unknown> {
    return this.admin("DELETE", "faults");
  }

  /** The code on the person's device. */
  async code(): Promise<string> {
    const { code } = (await this.admin("GET", "code")) as { code: string | null };
    if (code === null) throw new Error("No code was sent");
    return code;
  }

  /** Where the log stands now; pass it to `asked` later. */
  async mark(): Promise<number> {
    const { newestSeq } = (await this.admin("GET", "log/summary")) as { newestSeq: number };
    return newestSeq;
  }

  async asked(since = 0): Promise<Asked[]> {
    if (this.#last) return this.#last.filter(({ seq }) => seq > since);
    return (await this.admin("GET", `log?since=${since}`)) as Asked[];
  }

  async manifest(): Promise<ManifestAsset[]> {
    const response = await fetch(`${this.url}/__admin/library/manifest?sha256=1`);
    return readManifest(await response.text());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#last ??= await this.asked().catch(() => []);
    this.child.kill("SIGKILL");
    await this.child.exited;
  }
}

/** `await using simulator = await startSimulator(["--assets", "20"])`. */
export async function startSimulator(args: readonly string[] = []): Promise<RunningSimulator> {
  const child = Bun.spawn([process.execPath, PROGRAM, "--port", "0", ...args], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    // Ctrl-C is for the program under test; the simulator ends when its input does.
    detached: true,
    env: { PATH: process.env["PATH"] ?? "", TZ: "UTC" },
  });
  const deadline = setTimeout(() => child.kill("SIGKILL"), START_MS);
  try {
    const text = await readUntil(child.stdout, /^KEI_HOME_ENDPOINT=.*\n/m);
    const env = Object.fromEntries(
      [...text.matchAll(/^(KEI_\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    return new RunningSimulator(child, env["KEI_HOME_ENDPOINT"]!, env);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  } finally {
    clearTimeout(deadline);
  }
}

async function readUntil(stream: ReadableStream<Uint8Array>, wanted: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  let text = "";
  while (!wanted.test(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The simulator ended before it was ready: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}
