/** A pretend iCloud in a process of its own. */
import { existsSync, readFileSync } from "node:fs";
import type { Stage } from "./stage.ts";

const SCRIPT = new URL("../simulate.ts", import.meta.url).pathname;

export const ACCOUNT = { user: "walrus.tester@example.com", password: "Tusk-and-Tide-42" };

export interface Library {
  readonly assets: number;
  /** Absent: as small as real media can be. */
  readonly fileBytes?: number;
  /** Absent: the usual mixture, Live Photos and edits included. */
  readonly kind?: string;
}

/** Requests since the last count. */
export interface Requests {
  /** Everything that is no file: sign-in, setup, database. */
  readonly calls: number;
  readonly files: number;
}

interface Summary {
  readonly services: Record<string, Record<string, { readonly requests: number }>>;
}

export class Apple {
  private constructor(
    readonly url: string,
    private readonly child: Bun.Subprocess,
  ) {}

  static async start(library: Library, stage: Stage): Promise<Apple> {
    const child = Bun.spawn([process.execPath, SCRIPT, ...flags(library)], {
      env: { PATH: process.env["PATH"] ?? "", HOME: stage.root },
      stdin: "ignore",
      stdout: "pipe",
      stderr: Bun.file(stage.path("apple.log")),
    });
    const apple = new Apple(await announcedUrl(child.stdout), child);
    stage.onClose(() => apple.stop());
    return apple;
  }

  /** CPU time it has used so far; NaN where the system does not say. */
  cpuMs(): number {
    const path = `/proc/${this.child.pid}/stat`;
    if (!existsSync(path)) return Number.NaN;
    // After the name in parentheses come state and numbers; user and system time are in hundredths of a second.
    const fields = readFileSync(path, "utf8").split(") ").at(-1)!.split(" ");
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Forgets the requests so far; returns how many there were. */
  async takeRequests(): Promise<Requests> {
    const summary = (await this.#admin("GET", "log/summary")) as Summary;
    await this.#admin("DELETE", "log");
    const { content = {}, ...others } = summary.services;
    const sum = (service: Summary["services"][string]) =>
      Object.values(service).reduce((total, { requests }) => total + requests, 0);
    const calls = Object.values(others).reduce((total, service) => total + sum(service), 0);
    return { calls, files: sum(content) };
  }

  /** The code on the person's device. */
  async code(): Promise<string> {
    const { code } = (await this.#admin("GET", "code")) as { code: string };
    return code;
  }

  /** New photos, all at once. */
  async addPhotos(count: number): Promise<void> {
    const assets = Array.from({ length: count }, () => ({ kind: "jpeg-plain" }));
    await this.#admin("POST", "library/add", JSON.stringify({ assets }));
  }

  async stop(): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }

  async #admin(method: string, path: string, body?: string): Promise<unknown> {
    const response = await fetch(`${this.url}/__admin/${path}`, { method, body });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    return response.json();
  }
}

function flags({ assets, fileBytes, kind }: Library): string[] {
  return [
    // The log must not grow with a million requests.
    ...["--assets", String(assets), "--no-rate-limit", "--log-limit", "1000"],
    ...(fileBytes === undefined ? [] : ["--file-bytes", String(fileBytes)]),
    ...(kind === undefined ? [] : ["--assets-kind", kind]),
  ];
}

async function announcedUrl(stdout: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of stdout) {
    said += decoder.decode(chunk, { stream: true });
    const url = /^KEI_HOME_ENDPOINT=(\S+)\n/m.exec(said)?.[1];
    if (url) return url;
  }
  throw new Error(`The simulator did not start\n${said}`);
}
