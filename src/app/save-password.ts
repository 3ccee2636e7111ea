/** `--save-password`: keeps the password that let us in, where that makes sense, and says what became of the wish. */
import type { Password, PasswordOrigin } from "../auth/password.ts";
import { PasswordStore, type Backend } from "../auth/store/password-store.ts";
import type { Config } from "../config/config.ts";
import { KeiError } from "../lib/errors.ts";
import { isTrial } from "../sync/options.ts";
import type { Io } from "./io.ts";

/** Why a password of this origin is not saved; null when it is. */
const REFUSALS: Record<PasswordOrigin, string | null> = {
  given: null,
  typed: null,
  command: "the password command gives it each time, and a saved one could get out of date",
  file: "the password file keeps it already",
  saved: "it is saved already",
};

const IS_TRIAL = "a dry run writes nothing";
const NOT_NEEDED = "none was needed; use: kei password set";

/** Listens for the password of a run, and saves it once Apple has let us in. */
export class PasswordKeeper {
  #store: PasswordStore | null = null;
  #used: Password | null = null;

  constructor(
    private readonly config: Config,
    private readonly io: Io,
  ) {}

  /** What was saved earlier. */
  get store(): PasswordStore {
    const { dataDir, auth } = this.config;
    return (this.#store ??= new PasswordStore({ dataDir, username: auth.username }));
  }

  /** To be told of the password that is used. */
  notice(password: Password): void {
    this.#used = password;
  }

  /** Call it when Apple has let us in. A password that cannot be saved is a warning. */
  async save(): Promise<void> {
    const { config, io, store } = this;
    if (!config.savePassword) return;
    const origin =
      this.#used?.origin ?? originOf(config) ?? ((await store.read()) ? "saved" : null);
    // What was given is saved also when the session made it needless.
    const secret = this.#used?.secret ?? config.auth.password.inline;
    const refusal = isTrial(config.sync)
      ? IS_TRIAL
      : origin === null
        ? NOT_NEEDED
        : REFUSALS[origin];
    if (!secret || refusal !== null) {
      io.log.warn(`The password is not saved: ${refusal ?? NOT_NEEDED}`);
      return;
    }
    try {
      const backend = await store.save(secret);
      io.log.info(`Password saved in ${nameOf(backend)}`);
    } catch (error) {
      if (!(error instanceof KeiError)) throw error;
      io.log.warn(`The password could not be saved: ${error.message}`, { hint: error.hint });
    }
  }
}

/** A place as people call it. */
export function nameOf(backend: Backend): string {
  return backend.kind === "keyring" ? "the keyring of this system" : `the file ${backend.path}`;
}

/** Where the password would have come from, had it been needed; null when a person would have been asked. */
function originOf({ auth }: Config): PasswordOrigin | null {
  const { inline, command, file } = auth.password;
  return inline ? "given" : command ? "command" : file ? "file" : null;
}
