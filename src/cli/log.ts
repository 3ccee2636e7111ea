/** The log: one line per happening on stderr, with time, level and `key=value` details. */
import { createConsola } from "consola/core";
import type { Facts, Log } from "../app/io.ts";
import type { Config } from "../config/config.ts";
import type { Clock } from "../lib/clock.ts";

const LEVELS = { error: 0, warn: 1, info: 3, debug: 4 } as const;

export type LogLevel = Config["logLevel"];

/** Opens a log that hands its lines to `write`. */
export function openLog(level: LogLevel, clock: Clock, write: (line: string) => void): Log {
  const consola = createConsola({
    level: LEVELS[level],
    // Else repeated lines would be held back and counted.
    throttle: 0,
    reporters: [
      {
        log({ type, args }) {
          const [message, facts] = args as [string, Facts | undefined];
          write(formatLine(clock.now(), type, message, facts ?? {}));
        },
      },
    ],
  });
  return {
    debug: (message, facts) => consola.debug(message, facts),
    info: (message, facts) => consola.info(message, facts),
    warn: (message, facts) => consola.warn(message, facts),
    error: (message, facts) => consola.error(message, facts),
  };
}

/** `2026-04-22T10:00:00.123Z  INFO message key=value key="a value"`. */
export function formatLine(nowMs: number, level: string, message: string, facts: Facts): string {
  const details = Object.entries(facts)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const time = new Date(nowMs).toISOString();
  return `${time} ${level.toUpperCase().padStart(5)} ${message}${details.join("")}`;
}

function formatValue(value: Facts[string]): string {
  const text = String(value);
  if (typeof value !== "string") return text;
  return text === "" || /[\s"=\\]/.test(text) ? JSON.stringify(text) : text;
}
