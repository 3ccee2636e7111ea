/** Arguments in, exit code out. */
import { runCommandLine } from "./cli/run.ts";
import { Secret } from "./lib/secret.ts";

/** Takes the password out of the environment first of all, so that no child process inherits it. */
function takePassword(): Secret | null {
  const password = process.env["ICLOUD_PASSWORD"];
  delete process.env["ICLOUD_PASSWORD"];
  return password ? new Secret(password) : null;
}

const password = takePassword();

const code = await runCommandLine(process.argv.slice(2), {
  env: { ...process.env },
  cwd: process.cwd(),
  password,
  exit: (code) => process.exit(code),
});

process.exit(code);
