/**
 * Where the password comes from: given, printed by a command, kept in a file, saved earlier, or typed. Asked for only
 * when Apple really wants it, and again each time, so that a changed password is seen. Only the first source present is
 * used.
 */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, isAbsolute } from "node:path";
import { AuthError } from "../lib/errors.ts";
import { Secret } from "../lib/secret.ts";
import type { PasswordSources } from "./options.ts";

const commandTimeoutMs = 30_000;
const shell = "/bin/sh";

export type PasswordOrigin = "given" | "command" | "file" | "saved" | "typed";

export interface Password {
  readonly secret: Secret;
  readonly origin: PasswordOrigin;
}

export interface PasswordDeps {
  /** What was saved earlier; null when nothing was. */
  readSaved?(): Promise<Secret | null>;
  /** Asks a person; null when nobody is there or nothing was typed. */
  askPassword(username: string): Promise<Secret | null>;
  tell(line: string): void;
  /** Hears of the password before anybody uses it, so that it can be kept out of all output. */
  onPassword?(password: Password): void;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** The password from the first source present. */
export async function obtainPassword(
  sources: PasswordSources,
  username: string,
  deps: PasswordDeps,
): Promise<Password> {
  const password = await fromFirstSource(sources, username, deps);
  deps.onPassword?.(password);
  return password;
}

async function fromFirstSource(
  sources: PasswordSources,
  username: string,
  deps: PasswordDeps,
): Promise<Password> {
  const { inline, command, file } = sources;
  if (inline) return { secret: inline, origin: "given" };
  if (command) return { secret: await fromCommand(command, deps), origin: "command" };
  if (file) return { secret: fromFile(file, deps), origin: "file" };
  const saved = await deps.readSaved?.();
  if (saved) return { secret: saved, origin: "saved" };
  const typed = await deps.askPassword(username);
  if (typed) return { secret: typed, origin: "typed" };
  throw new AuthError("no-password", `No password for "${username}"`, {
    hint: "set ICLOUD_PASSWORD, use --password-file or --password-command, or save one with kei password set",
  });
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
  const result = await run(commandLine(command), timeoutMs, deps.signal);
  const { output, exitCode, isLate } = result;
  deps.signal?.throwIfAborted();
  // Neither the command nor its output may be shown: both can hold the password.
  if (isLate) throw unusable(`The password command did not end within ${timeoutMs / 1000} s`);
  if (exitCode !== 0) throw unusable(`The password command failed (${endOf(result)})`);
  const password = decodeOutput(output);
  if (!password) throw unusable("The password command printed nothing");
  return new Secret(password);
}

interface CommandResult {
  readonly output: Uint8Array;
  readonly exitCode: number | null;
  /** Null when the command ended by itself. */
  readonly killedBy: string | null;
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
    const { exitCode, signalCode } = child;
    const killedBy = signalCode === null ? null : String(signalCode);
    return { output, exitCode, killedBy, isLate };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function endOf({ exitCode, killedBy }: CommandResult): string {
  return killedBy === null ? `exit ${exitCode}` : `ended by ${killedBy}`;
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

/**
 * A text without one trailing newline; a password may well end in blanks. UTF-8, or what the byte order mark says that
 * some editors put in front: nobody types one.
 */
function decode(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
}

function encodingOf([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

function unusable(message: string, cause?: unknown): AuthError {
  return new AuthError("no-password", message, {
    cause,
    hint: "try the command or file by hand, or give the password in another way",
  });
}
