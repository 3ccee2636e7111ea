/** Arguments in, exit code out. */
import { takeArguments } from "./cli/hidden-arguments.ts";
import { keepMemoryPrivate } from "./cli/private-memory.ts";
import { runCommandLine } from "./cli/run.ts";
import { Secret } from "./lib/secret.ts";

/** Takes the password out of the environment first of all, so that no child process inherits it. */
function takePassword(): Secret | null {
  const password = process.env["ICLOUD_PASSWORD"];
  delete process.env["ICLOUD_PASSWORD"];
  return password ? new Secret(password) : null;
}

// Before anything secret is read.
const exposure = keepMemoryPrivate();
const argv = takeArguments(process.argv.slice(2), process.env);
const password = takePassword();

const code = await runCommandLine(argv, {
  env: { ...process.env },
  cwd: process.cwd(),
  password,
  exposure,
  exit: (code) => process.exit(code),
});

process.exit(code);
