/**
 * Where the password comes from: given, printed by a command, kept in a file, or typed. Asked for only when Apple
 * really wants it, and again each time, so that a changed password is seen. Only the first source present is used.
 */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, isAbsolute } from "node:path";
import { AuthError } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import type { PasswordSources } from "./options.ts";

const commandTimeoutMs = 30_000;
const shell = "/bin/sh";

export interface PasswordDeps {
  /** Asks a person; null when nobody is there or nothing was typed. */
  askPassword(username: string): Promise<Secret | null>;
  tell(line: string): void;
  /** Hears of the password before anybody uses it, so that it can be kept out of all output. */
  onSecret?(secret: Secret): void;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The password from the first source present. */
export async function obtainPassword(
  sources: PasswordSources,
  username: string,
  deps: PasswordDeps,
): Promise<Secret> {
  const secret = await fromFirstSource(sources, username, deps);
  deps.onSecret?.(secret);
  return secret;
}

async function fromFirstSource(
  sources: PasswordSources,
  username: string,
  deps: PasswordDeps,
): Promise<Secret> {
  if (sources.inline) return sources.inline;
  if (sources.command) return fromCommand(sources.command, deps);
  if (sources.file) return fromFile(sources.file, deps);
  const typed = await deps.askPassword(username);
  if (!typed) {
    throw new AuthError("no-password", `No password for "${username}"`, {
      hint: "set ICLOUD_PASSWORD, or use --password-file or --password-command",
    });
  }
  return typed;
}

function fromFile(path: string, deps: PasswordDeps): Secret {
  try {
    warnWhenOpenToOthers(path, deps);
    const password = decode(readFileSync(path));
    if (password) return new Secret(password);
  } catch (error) {
    throw unusable(`The password file "${path}" cannot be read`, error);
  }
  throw unusable(`The password file "${path}" is empty`);
}

// Container engines mount secrets readable for everyone inside.
const exemptFolders = ["/run/secrets/", "/var/run/secrets/"];

function warnWhenOpenToOthers(path: string, deps: PasswordDeps): void {
  if (exemptFolders.some((folder) => path.startsWith(folder))) return;
  if ((statSync(path).mode & 0o077) !== 0) {
    deps.tell(`Others can read the password file "${path}"; chmod 600 it`);
  }
}

async function fromCommand(command: string, deps: PasswordDeps): Promise<Secret> {
  const timeoutMs = deps.timeoutMs ?? commandTimeoutMs;
  const { output, exitCode, isLate } = await run(commandLine(command), timeoutMs, deps.signal);
  deps.signal?.throwIfAborted();
  // Neither the command nor its output may be shown: both can hold the password.
  if (isLate) throw unusable(`The password command did not end within ${timeoutMs / 1000} s`);
  if (exitCode !== 0) throw unusable(`The password command failed (exit ${exitCode})`);
  const password = decodeOutput(output);
  if (!password) throw unusable("The password command printed nothing");
  return new Secret(password);
}

interface CommandResult {
  readonly output: Uint8Array;
  readonly exitCode: number | null;
  readonly isLate: boolean;
}

async function run(
  argv: string[],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<CommandResult> {
  const child = start(argv);
  let isLate = false;
  const stop = () => killGroup(child.pid);
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, timeoutMs);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const output = new Uint8Array(await new Response(child.stdout).arrayBuffer());
    await child.exited;
    return { output, exitCode: child.exitCode, isLate };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function start(argv: string[]) {
  try {
    return Bun.spawn(argv, {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
      env: environment(),
      detached: true,
    });
  } catch {
    // The cause would quote the command.
    throw unusable("The password command cannot be started");
  }
}

/** Ends the command and whatever it started, which would otherwise keep its output open. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) throw error;
  }
}

/**
 * An executable file is started directly, so that an image without a shell can have one; all else goes to the shell.
 * Only by its whole path: a file in the working folder that is named like the command is somebody else's.
 */
function commandLine(command: string): string[] {
  if (isAbsolute(command) && isExecutableFile(command)) return [command];
  if (isExecutableFile(shell)) return [shell, "-c", command];
  throw unusable("The password command needs a shell, and there is none here");
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Our environment without the password; without an explicit one the child would still see deleted variables. Programs
 * are looked up in whole paths only: "." or nothing between two colons would be the working folder.
 */
function environment(): Record<string, string | undefined> {
  const { ICLOUD_PASSWORD: _, PATH, ...rest } = process.env;
  const folders = (PATH ?? "").split(delimiter).filter(isAbsolute);
  return folders.length === 0 ? rest : { ...rest, PATH: folders.join(delimiter) };
}

function decodeOutput(bytes: Uint8Array): string {
  try {
    return decode(bytes);
  } catch {
    throw unusable("The password command printed something that is no UTF-8 text");
  }
}

/** UTF-8 without one trailing newline; a password may well end in blanks. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
    .decode(bytes)
    .replace(/\r?\n$/, "");
}

function unusable(message: string, cause?: unknown): AuthError {
  return new AuthError("no-password", message, {
    cause,
    hint: "try the command or file by hand, or give the password in another way",
  });
}
