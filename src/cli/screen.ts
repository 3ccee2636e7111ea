/** The terminal as seen by several writers: lines scroll by, one status line may stay below them. */
import { writeSync } from "node:fs";
import { LocalError } from "../lib/errors.ts";
import { printable } from "./printable.ts";

const STDOUT = 1;

const CLEAR_LINE = "\r\u001b[K";

export interface Screen {
  /** Prints a line above the status line. */
  line(text: string): void;
  /** Prints without a line end and forgets the status line: for a prompt. */
  prompt(text: string): void;
  /** Ends the line of a prompt. */
  endPrompt(): void;
  /** How much of a status line can be seen. */
  columns(): number;
  /** Shows or removes the status line. */
  status(text: string | null): void;
}

/** A screen over `write`. `columns` tells the present width. */
export function openScreen(write: (text: string) => void, columns: () => number): Screen {
  let shown: string | null = null;
  const clear = () => (shown === null ? "" : CLEAR_LINE);
  const visible = () => columns() - 1;
  return {
    columns: visible,
    line(text) {
      write(`${clear()}${printable(text)}\n${shown ?? ""}`);
    },
    prompt(text) {
      write(`${clear()}${printable(text)}`);
      shown = null;
    },
    endPrompt() {
      write("\n");
    },
    status(text) {
      const fitting = text === null ? null : fit(printable(text), visible());
      if (fitting === shown) return;
      write(fitting === null ? CLEAR_LINE : `${CLEAR_LINE}${fitting}`);
      shown = fitting;
    },
  };
}

/** Cut to the width, wide characters counted as the two columns they take. */
function fit(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return text;
  let width = 0;
  let cut = "";
  for (const character of text) {
    width += Bun.stringWidth(character);
    if (width > columns - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** Writes lines for people, each as one line whatever it holds. */
export function writeLines(
  fd: number,
  lines: readonly string[],
  clean: (text: string) => string,
): void {
  writeAll(fd, lines.map((line) => `${clean(printable(line))}\n`).join(""));
}

/** Writes all of a text as it is to standard output or standard error, now. */
export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let offset = 0; offset < bytes.length;) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? "";
      if (code !== "EAGAIN") return giveUp(fd, code, error);
      // A full pipe that somebody made non-blocking: give its reader a moment.
      Bun.sleepSync(5);
    }
  }
}

/** A reader that went away is no error of ours, and nobody could be told that standard error is gone. */
function giveUp(fd: number, code: string, cause: unknown): void {
  const isReaderGone = code === "EPIPE" || code === "EIO" || code === "EBADF";
  if (fd !== STDOUT || isReaderGone) return;
  const fault = code === "ENOSPC" ? "full" : "failed";
  throw new LocalError(fault, `Cannot write to standard output (${code})`, "standard output", {
    cause,
  });
}
