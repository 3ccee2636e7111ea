/**
 * A disk that refuses single deeds. This file is loaded into the executable before its own code, by BUN_OPTIONS; ODD_DISK
 * says which functions fail, and how: `futimesSync=EPERM fsync=EIO:IMG_0001`. After a colon, only where a path or the file
 * that is open has this in its name; with a dollar, at its end.
 */
// By require, because an import would fix what the executable gets to see.
const fs = require("node:fs") as Record<string, (...args: unknown[]) => unknown>;

for (const rule of (process.env["ODD_DISK"] ?? "").split(" ").filter(Boolean)) {
  const [name, code, part] = rule.split(/[=:]/) as [string, string, string | undefined];
  const whole = fs[name]!;
  fs[name] = (...args) => {
    if (!concerns(args, part)) return whole(...args);
    const error = Object.assign(new Error(`${code}: ${name}`), { code, syscall: name });
    const callback = args.at(-1);
    if (typeof callback !== "function") throw error;
    return void setImmediate(() => (callback as (error: Error) => void)(error));
  };
}

export {};

function concerns(args: unknown[], part: string | undefined): boolean {
  if (part === undefined) return true;
  const places = args.map((arg) => (typeof arg === "number" ? placeOf(arg) : arg));
  const fits = (place: string) =>
    part.endsWith("$") ? place.endsWith(part.slice(0, -1)) : place.includes(part);
  return places.some((place) => typeof place === "string" && fits(place));
}

function placeOf(fd: number): string {
  try {
    return fs["readlinkSync"]!(`/proc/self/fd/${fd}`) as string;
  } catch {
    return ""; // a number that is no open file
  }
}
