/**
 * Takes a password that was typed as an argument out of sight. The words of a command line are shown by `ps`, and by the
 * runtime's own report when it crashes, and both keep what the process was started with. So the process becomes a new
 * one with asterisks in place of the password, which finds the true words in a pipe.
 *
 * The variable that names the pipe also marks the new process: that one never starts another.
 */
import { closeSync, fstatSync, readFileSync, writeSync } from "node:fs";
import { openPipe, replaceProcess } from "../lib/libc.ts";
import { hideSecrets } from "./flags.ts";

const VARIABLE = "KEI_ARGUMENTS_PIPE";
/** What a pipe takes at once on every system, with nobody reading yet. */
const BYTES_MAX = 4096;
/** Where a compiled executable sees its own code. */
const EMBEDDED = "/$bunfs/";

/** Words by their place on the command line. */
type Words = readonly (readonly [index: number, word: string])[];

/** The words after `kei`, as typed. Does not return when it goes on as a process without secrets in its words. */
export function takeArguments(argv: readonly string[], env: NodeJS.ProcessEnv): readonly string[] {
  const pipe = env[VARIABLE];
  delete env[VARIABLE];
  if (pipe !== undefined) return putBack(argv, receive(Number(pipe)));
  const shown = hideSecrets(argv);
  const hidden: Words = argv.flatMap((word, index) =>
    word === shown[index] ? [] : [[index, word] as const],
  );
  if (hidden.length > 0 && process.argv[1]?.startsWith(EMBEDDED)) startAgain(shown, hidden);
  return argv;
}

function startAgain(shown: readonly string[], hidden: Words): void {
  const text = JSON.stringify(hidden);
  if (Buffer.byteLength(text) > BYTES_MAX) return;
  const pipe = openPipe();
  if (!pipe) return;
  writeSync(pipe.writeEnd, text);
  closeSync(pipe.writeEnd);
  const variable = { name: VARIABLE, value: String(pipe.readEnd) };
  replaceProcess(process.execPath, [process.argv0, ...shown], variable);
  closeSync(pipe.readEnd);
}

function receive(pipe: number): Words {
  if (!isPipe(pipe)) return [];
  const text = readFileSync(pipe, "utf8");
  closeSync(pipe);
  return JSON.parse(text) as Words;
}

/** False for a variable that did not come from us. */
function isPipe(file: number): boolean {
  try {
    return Number.isInteger(file) && file > 2 && fstatSync(file).isFIFO();
  } catch {
    return false; // not open
  }
}

function putBack(argv: readonly string[], words: Words): string[] {
  const whole = [...argv];
  for (const [index, word] of words) whole[index] = word;
  return whole;
}
