/** `kei login`, `kei login get-code` and `kei login submit-code CODE`. */
import type { Config } from "../config/config.ts";
import { Bug, UsageError } from "../lib/errors.ts";
import type { Session } from "../auth/session.ts";
import type { Io } from "./io.ts";
import { withSession } from "./open.ts";

/** Runs the three commands; what happened is said on stdout. */
export async function run(config: Config, io: Io): Promise<number> {
  const { signal } = io;
  return withSession(config, io, { isPatient: true, signal }, (session, enter) =>
    act(config, io, { session, enter }),
  );
}

interface Entry {
  readonly session: Session;
  readonly enter: () => Promise<void>;
}

async function act(config: Config, io: Io, { session, enter }: Entry): Promise<number> {
  const { username } = config.auth;
  switch (config.command) {
    case "login":
      await enter();
      io.stdout(`Signed in as ${username}`);
      return 0;
    case "login get-code": {
      const answer = await session.requestCode();
      if (answer === "already-trusted") {
        throw new UsageError(
          `kei is signed in as ${username} already, so no code is needed`,
          "go on with: kei sync",
          "merged",
        );
      }
      io.stdout(`A code was sent to ${answer.sentTo}: run \`kei login submit-code <CODE>\``);
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
    default:
      throw new Bug(`"${config.command}" is a login command`);
  }
}
