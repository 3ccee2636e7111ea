/**
 * One backup: a simulated Apple, the real adapters signed in to it over HTTP, a real folder and a real database. Time
 * leaps over every wait.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSession } from "../../../src/auth/session.ts";
import type { Session } from "../../../src/auth/session.ts";
import { LibraryFolder } from "../../../src/disk/folder.ts";
import { looksAt } from "../../../src/disk/looks.ts";
import { openContent } from "../../../src/icloud/cdn.ts";
import { mayFetchFrom } from "../../../src/icloud/cdn-hosts.ts";
import { CloudKitClient } from "../../../src/icloud/cloudkit/client.ts";
import { PhotosService } from "../../../src/icloud/photos/service.ts";
import { systemClock } from "../../../src/lib/clock.ts";
import type { Clock } from "../../../src/lib/clock.ts";
import { Gate } from "../../../src/lib/gate.ts";
import { Slots } from "../../../src/lib/slots.ts";
import { Digester } from "../../../src/photos/checksum.ts";
import { send } from "../../../src/lib/http.ts";
import { Secret } from "../../../src/lib/secret.ts";
import { NO_FILTER_WORDS, readFilters } from "../../../src/plan/filters.ts";
import { DEFAULT_RULES } from "../../../src/plan/rules.ts";
import { AS_RECEIVED } from "../../../src/download/finish.ts";
import { marking } from "../../support/engine/marking.ts";
import { openDatabase } from "../../../src/state/open.ts";
import { runCycle } from "../../../src/sync/cycle.ts";
import type { CycleDoor } from "../../../src/sync/cycle-door.ts";
import type { Tally } from "../../../src/sync/events.ts";
import { DEFAULT_SYNC } from "../../../src/sync/options.ts";
import { startSimulator } from "../../simulator/server.ts";
import type { Simulator } from "../../simulator/server.ts";
import { MortalMemory, mortalDestination, mortalOpen, mortalSource } from "./interruption.ts";
import { Interruption } from "./interruption.ts";
import { Ledger, PART_SUFFIX } from "./ledger.ts";
import { PRIMARY, RemoteLibrary, SHARED } from "./library.ts";
import { Bounds } from "./model.ts";
import { FIRST_SETTINGS } from "./settings.ts";
import type { Settings } from "./settings.ts";

const USER = "walrus.tester@example.com";
const PASSWORD = "Tusk-and-Tide-42";
const RETRY = { maxRetries: 2, delayMs: 1 };
const PATIENCE = { idleMs: 20_000, windowMs: 60_000, minimumBytes: 0 };
const UNTOUCHED = "a person's own.txt";

/** What a world begins with. */
export interface Shape {
  readonly assets: number;
  readonly threads: number;
  readonly settings: Settings;
}

export const SMALL: Shape = { assets: 14, threads: 4, settings: FIRST_SETTINGS };

/** Time that nobody has to wait for. */
class LeapingClock implements Clock {
  offsetMs = 0;

  now(): number {
    return Date.now() + this.offsetMs;
  }

  steadyMs(): number {
    return performance.now() + this.offsetMs;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.offsetMs += ms;
    await new Promise<void>((resolve) => setImmediate(resolve));
    signal?.throwIfAborted();
  }
}

/** Half of the worlds write something into every file; `KEI_FINISHER=0` and `=1` say which half. */
function isMarking(seed: number): boolean {
  return Bun.env.KEI_FINISHER === undefined ? seed % 2 === 1 : Bun.env.KEI_FINISHER === "1";
}

export class World implements AsyncDisposable {
  readonly clock = new LeapingClock();
  readonly library: RemoteLibrary;
  readonly ledger: Ledger;
  readonly bounds = new Bounds();
  readonly root: string;
  settings: Settings;
  /** What the last cycle asked for. */
  asked = { cloudkit: 0, content: 0 };
  #session: Session | null = null;
  #toldMs = 0;

  private constructor(
    private readonly simulator: Simulator,
    readonly folder: string,
    private readonly shape: Shape,
    /** Something is written into every file. */
    readonly marksFiles: boolean,
  ) {
    this.settings = shape.settings;
    this.root = join(folder, "photos");
    this.library = new RemoteLibrary(simulator.url);
    this.ledger = new Ledger(this.root, this.#databasePath, this.library.contents);
    mkdirSync(this.root);
    writeFileSync(join(this.root, UNTOUCHED), UNTOUCHED);
    const sha256 = new Bun.CryptoHasher("sha256").update(UNTOUCHED).digest("hex");
    this.ledger.strangers.set(UNTOUCHED, sha256);
    openDatabase(this.#databasePath).close();
  }

  static async start(seed: number, shape = SMALL): Promise<World> {
    const simulator = await startSimulator({
      seed: seed % 10_000,
      assets: shape.assets,
      twoFactor: "none",
      rateLimit: false,
      iterations: 1000,
      logLimit: 50,
      user: USER,
      password: PASSWORD,
    });
    const parent = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    const world = new World(
      simulator,
      mkdtempSync(join(parent, "kei-world-")),
      shape,
      isMarking(seed),
    );
    await world.library.admin("library/zone/add", { name: SHARED, database: "shared", assets: 5 });
    await world.library.look();
    world.#session = await world.#signIn();
    return world;
  }

  /** One cycle, in the end a possible interruption; throws what it throws. */
  async cycle(end = new Interruption("none", 0)): Promise<Tally> {
    this.asked = { cloudkit: 0, content: 0 };
    await this.#tellTime();
    this.bounds.note(this.library.photos, this.settings.recent);
    const memory = new MortalMemory(openDatabase(this.#databasePath), this.#databasePath, end.deed);
    try {
      return await runCycle(this.#door(memory, end));
    } finally {
      memory.close();
      await this.library.look();
      this.bounds.note(this.library.photos, this.settings.recent);
    }
  }

  /** Lets time pass for both sides. */
  advance(ms: number): void {
    this.clock.offsetMs += ms;
  }

  get libraries(): string[] {
    return this.settings.isEveryLibrary ? ["all"] : [PRIMARY];
  }

  get #databasePath(): string {
    return join(this.folder, "data", "kei.db");
  }

  // Apple's clock follows ours.
  async #tellTime(): Promise<void> {
    const advanceMs = this.clock.offsetMs - this.#toldMs;
    if (advanceMs > 0) await this.library.admin("clock", { advanceMs });
    this.#toldMs = this.clock.offsetMs;
  }

  #door(memory: MortalMemory, end: Interruption): CycleDoor {
    const { root, clock, settings } = this;
    const words = { ...NO_FILTER_WORDS, liveMode: settings.liveMode };
    return {
      source: mortalSource(this.#service(end), end),
      open: mortalOpen((address, fromByte) => this.#open(address, fromByte), end),
      destination: mortalDestination(new LibraryFolder(root, PART_SUFFIX), end),
      memory,
      disk: looksAt(root),
      root,
      rules: {
        ...DEFAULT_RULES,
        folderStructure: settings.template,
        sizes: settings.sizes,
        liveMode: settings.liveMode,
      },
      filters: readFilters(words, clock.now(), "UTC"),
      filterWords: words,
      options: {
        ...DEFAULT_SYNC,
        libraries: this.libraries,
        relayout: settings.isMoving,
        albumCopies: settings.copies,
        attemptsMax: Infinity,
        selection: {
          albums: settings.albums,
          excludeAlbums: settings.excluded,
          recent: settings.recent,
        },
      },
      threads: this.shape.threads,
      slots: new Slots(this.shape.threads),
      bucket: null,
      digester: (_sizeBytes, kinds) => new Digester(kinds),
      ...(this.marksFiles ? { finisher: marking(AS_RECEIVED) } : {}),
      retry: RETRY,
      gate: new Gate(clock),
      clock,
      random: () => 0.5,
      signal: end.signal,
      observe: (event) => {
        if (event.kind === "file-left") this.ledger.left.add(event.path);
      },
      blotOut: (text) => text,
    };
  }

  #service(end: Interruption): PhotosService {
    const client = new CloudKitClient({
      session: this.#session!,
      send: (request) => {
        this.asked.cloudkit += 1;
        return send(request);
      },
      clock: this.clock,
      gate: new Gate(this.clock),
      signal: end.signal,
      random: () => 0.5,
      retry: RETRY,
    });
    return new PhotosService(client, (url) => mayFetchFrom(url, true));
  }

  #open(address: string, fromByte: number) {
    this.asked.content += 1;
    return openContent(address, fromByte, {
      mayFetch: (url) => mayFetchFrom(url, true),
      headersFor: (url) => this.#session!.headersFor(url),
      patience: PATIENCE,
      clock: systemClock,
    });
  }

  async #signIn(): Promise<Session> {
    const { url } = this.simulator;
    const options = {
      username: USER,
      domain: "com",
      password: { inline: new Secret(PASSWORD), command: null, file: null },
      endpoints: {
        auth: `${url}/appleauth/auth`,
        setup: `${url}/setup/ws/1`,
        home: url,
        isLoopback: true,
      },
      dataDir: join(this.folder, "data"),
    } as const;
    const talk = {
      isInteractive: false,
      askCode: async () => null,
      askPassword: async () => null,
      tell: () => undefined,
    };
    const signal = new AbortController().signal;
    const session = await openSession(options, { clock: this.clock, signal, talk });
    await session.ensureSignedIn();
    return session;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#session?.close();
    await this.simulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
