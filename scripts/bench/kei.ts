/** The built kei with an account, a memory and a folder of its own. */
import { readdirSync, rmSync } from "node:fs";
import { ACCOUNT, type Apple, type Requests } from "./apple.ts";
import { measure, plainEnvironment, type Figures, type Program } from "./measure.ts";
import type { Stage } from "./stage.ts";

/** A copy of the built program on the stage: the next build must not pull it away from under a long run. */
export function keiPath(stage: Stage): string {
  return stage.path("kei");
}

export type Sample = Figures & Requests;

export class Kei {
  readonly dataDir: string;
  #photosDir: string;

  constructor(
    private readonly stage: Stage,
    private readonly apple: Apple,
    name = "kei",
  ) {
    this.dataDir = stage.newFolder(`${name}-data`);
    this.#photosDir = stage.newFolder(`${name}-photos`);
  }

  get photosDir(): string {
    return this.#photosDir;
  }

  async signIn(): Promise<void> {
    await this.#run(["login", "get-code"]);
    await this.#run(["login", "submit-code", await this.apple.code()]);
  }

  /** One `kei sync` and the requests it made. */
  async sync(more: readonly string[] = [], onStart?: Program["onStart"]): Promise<Sample> {
    await this.apple.takeRequests();
    const figures = await this.#run(["sync", "-d", this.#photosDir, ...more], onStart);
    return { ...figures, ...(await this.apple.takeRequests()) };
  }

  /** Forgets the library and its files; stays signed in. */
  forget(): void {
    this.#photosDir = this.stage.newFolder("photos");
    for (const name of readdirSync(this.dataDir)) {
      if (/\.db(-wal|-shm)?$/.test(name)) rmSync(`${this.dataDir}/${name}`);
    }
  }

  #run(words: readonly string[], onStart?: Program["onStart"]): Promise<Figures> {
    const { stage, apple } = this;
    return measure({
      argv: [keiPath(stage), ...words],
      env: {
        ...plainEnvironment(stage.root),
        KEI_AUTH_ENDPOINT: `${apple.url}/appleauth/auth`,
        KEI_SETUP_ENDPOINT: `${apple.url}/setup/ws/1`,
        KEI_HOME_ENDPOINT: apple.url,
        KEI_DATA_DIR: this.dataDir,
        ICLOUD_USERNAME: ACCOUNT.user,
        ICLOUD_PASSWORD: ACCOUNT.password,
      },
      logPath: stage.path("kei.log"),
      signal: stage.signal,
      onStart,
    });
  }
}
