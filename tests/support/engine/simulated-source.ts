/** The real adapter to Apple, signed in to a simulator that runs as a process of its own. */
import { fileURLToPath } from "node:url";
import { openSession } from "../../../src/auth/session.ts";
import type { Session } from "../../../src/auth/session.ts";
import { mayFetchFrom } from "../../../src/icloud/cdn-hosts.ts";
import { CloudKitClient } from "../../../src/icloud/cloudkit/client.ts";
import { LIBRARY_INDEX } from "../../../src/icloud/cloudkit/query.ts";
import { PhotosService } from "../../../src/icloud/photos/service.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import { Gate } from "../../../src/lib/gate.ts";
import { send } from "../../../src/lib/http.ts";
import { Secret } from "../../../src/lib/secret.ts";
import type { Source } from "../../../src/sync/ports.ts";
import { TempFolder } from "./temp-folder.ts";

const SCRIPT = fileURLToPath(new URL("../../../scripts/simulate.ts", import.meta.url));
const USER = "walrus.tester@example.com";
const PASSWORD = "Tusk-and-Tide-42";

export class SimulatedApple implements AsyncDisposable {
  readonly #folder = new TempFolder();
  #session: Session | null = null;

  private constructor(
    private readonly process: Bun.Subprocess<"ignore", "pipe", "inherit">,
    private readonly url: string,
  ) {}

  static async start(assets: number): Promise<SimulatedApple> {
    const argv = [process.execPath, SCRIPT, "--port", "0", "--assets", `${assets}`];
    const child = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "inherit" });
    let said = "";
    for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += chunk;
      const url = /KEI_HOME_ENDPOINT=(\S+)/.exec(said)?.[1];
      if (url) return new SimulatedApple(child, url);
    }
    throw new Error(`the simulator said: ${said}`);
  }

  /** A deed of the control desk, for instance `library/add`. */
  async admin(path: string, body?: object): Promise<Record<string, unknown>> {
    const method = body ? "POST" : "GET";
    const response = await fetch(`${this.url}/__admin/${path}`, {
      method,
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (await response.json()) as Record<string, unknown>;
  }

  /** Names of the assets that are in the library index; of a burst only the picks are. */
  async assetNames(): Promise<string[]> {
    const text = await (await fetch(`${this.url}/__admin/library/manifest`)).text();
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as ManifestLine);
    return lines
      .filter((line) => !line.hidden && !line.deleted && line.burst?.isPick !== false)
      .map((line) => line.recordName);
  }

  /** Signs in and answers with the adapter. */
  async source(): Promise<Source> {
    const session = await this.#signIn();
    this.#session = session;
    const client = new CloudKitClient({
      session,
      send,
      clock: systemClock,
      gate: new Gate(systemClock),
      signal: new AbortController().signal,
      random: Math.random,
      retry: { maxRetries: 1, delayMs: 10 },
    });
    const service = new PhotosService(client, (url) => mayFetchFrom(url, true));
    return {
      changedZones: (database, token) => service.changedZones(database, token),
      isIndexed: (zone) => service.isIndexed(zone),
      count: (zone) => service.count(zone, LIBRARY_INDEX.count),
      listing: (zone, rank) => service.listing(zone, LIBRARY_INDEX.list, rank),
      changes: (zone, token) => service.changes(zone, token),
      lookup: (zone, names) => service.lookup(zone, names),
    };
  }

  async #signIn(): Promise<Session> {
    const options = {
      username: USER,
      domain: "com",
      password: { inline: new Secret(PASSWORD), command: null, file: null },
      endpoints: {
        auth: `${this.url}/appleauth/auth`,
        setup: `${this.url}/setup/ws/1`,
        home: this.url,
        isLoopback: true,
      },
      dataDir: this.#folder.path,
    } as const;
    const session = await openSession(options, {
      clock: systemClock,
      signal: new AbortController().signal,
      talk: {
        isInteractive: true,
        askCode: async () => String((await this.admin("code")).code),
        askPassword: async () => null,
        tell: () => undefined,
      },
    });
    await session.ensureSignedIn();
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session?.close();
    this.process.kill();
    await this.process.exited;
    this.#folder[Symbol.dispose]();
  }
}

interface ManifestLine {
  readonly recordName: string;
  readonly hidden: boolean;
  readonly deleted: boolean;
  readonly burst: { readonly isPick: boolean } | null;
}
