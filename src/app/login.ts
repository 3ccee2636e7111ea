/** `kei login`, `kei login get-code` and `kei login submit-code CODE`. */
import type { Config } from "../config/config.ts";
import { unreachable } from "../lib/errors.ts";
import type { Session } from "../auth/session.ts";
import type { Io } from "./io.ts";
import { withSession } from "./open.ts";

/** Runs the three commands; what happened is said on stdout. */
export async function run(config: Config, io: Io): Promise<number> {
  const { signal } = io;
  return withSession(config, io, { isPatient: true, signal }, (session) =>
    act(config, io, session),
  );
}

async function act(config: Config, io: Io, session: Session): Promise<number> {
  const { username } = config.auth;
  switch (config.command) {
    case "login":
      await session.ensureSignedIn();
      io.stdout(`Signed in as ${username}`);
      return 0;
    case "login get-code": {
      if ((await session.requestCode()) === "already-trusted") {
        io.stderr(`kei is signed in as ${username} already; no code is needed`);
        return 1;
      }
      io.stdout("A code was sent to your trusted devices: run `kei login submit-code <CODE>`");
      return 0;
    }
    case "login submit-code": {
      const answer = await session.submitCode(config.code ?? "");
      io.stdout(
        answer === "accepted"
          ? `Code accepted, signed in as ${username}`
          : `kei is signed in as ${username} already; the code was not needed`,
      );
      return 0;
    }
    case "sync":
    case "list albums":
    case "list libraries":
    case "status":
    case "verify":
    case "reset state":
    case "reset sync-token":
      throw new Error(`not a login command: ${config.command}`);
    default:
      return unreachable(config.command);
  }
}
