/** `kei password set`, `kei password clear` and `kei password backend`: the saved password. Asks nothing of Apple. */
import { PasswordStore, type Backend } from "../auth/store/password-store.ts";
import type { Config } from "../config/config.ts";
import { AuthError, UsageError } from "../lib/errors.ts";
import type { Secret } from "../lib/secret.ts";
import type { Io } from "./io.ts";
import { nameOf } from "./save-password.ts";

const [FINE, NOTHING_DONE] = [0, 1];

/** Runs the three commands. */
export async function run(config: Config, io: Io): Promise<number> {
  const { username } = config.auth;
  const store = new PasswordStore({ dataDir: config.dataDir, username });
  if (config.command === "password set") return save(config, io, store);
  if (config.command === "password clear") return clear(username, io, store);
  const backend = await store.backend();
  io.stdout(backend.kind === "keyring" ? "keyring" : `file ${backend.path}`);
  explain(backend, io);
  return FINE;
}

async function save(config: Config, io: Io, store: PasswordStore): Promise<number> {
  const backend = await store.save(await obtain(config.auth.username, io));
  io.stderr(`Password for ${config.auth.username} saved in ${nameOf(backend)}`);
  explain(backend, io);
  const { inline, command, file } = config.auth.password;
  const stronger = inline ? "ICLOUD_PASSWORD" : command ? "password_command" : "password_file";
  if (inline || command || file) {
    io.stderr(`It is not used while ${stronger} is set`);
  }
  return FINE;
}

/** Typed twice at a terminal, or the one line that comes through a pipe. */
async function obtain(username: string, io: Io): Promise<Secret> {
  if (!io.isTty) {
    const piped = await io.pipedSecret();
    if (piped) return piped;
    throw new UsageError(
      "There is no terminal to type a password at",
      "pipe it in, as in: pass show icloud | kei password set",
      "merged",
    );
  }
  const first = await io.talk.askPassword(`Password for ${username}: `);
  if (!first) throw new AuthError("no-password", "No password was typed");
  const second = await io.talk.askPassword("The same once more: ");
  if (second?.reveal() === first.reveal()) return first;
  throw new AuthError("no-password", "The two passwords differ, so none is saved");
}

async function clear(username: string, io: Io, store: PasswordStore): Promise<number> {
  if (await store.clear()) {
    io.stderr(`The saved password of ${username} is gone`);
    return FINE;
  }
  io.stderr(`No password of ${username} was saved`);
  return NOTHING_DONE;
}

/** What a sealed file is worth, said before somebody relies on it. */
function explain(backend: Backend, io: Io): void {
  if (backend.kind === "keyring") return;
  io.stderr(`There is no keyring to be used here (${backend.why}).`);
  io.stderr(
    "The file is encrypted, but its key lies beside it: who can read the folder can read the password.",
  );
}
