/** Makes any text safe as one segment of a path. */
import { trimEnd } from "../lib/trim.ts";

/** Longest name, in bytes of UTF-8, that every file system we know takes. */
export const NAME_BYTES_MAX = 255;

// Separators, what Windows and SMB refuse, and control characters.
// oxlint-disable-next-line no-control-regex
const REFUSED = /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f]/g;
const SHORT_ASCII = /^[\x20-\x7e]{1,200}$/;

const encoder = new TextEncoder();
const scratch = new Uint8Array(NAME_BYTES_MAX);

/** Replaces every character that may not stand in a name by `_`. Keeps the length in letters. */
export function replaceRefused(text: string): string {
  return text.toWellFormed().replace(REFUSED, "_");
}

/** A file name that keeps its extension and fits into 255 bytes. */
export function clean(name: string): string {
  return nameable(shorten(replaceRefused(name)));
}

/** The name of a folder: clean, without `..`, dots and spaces at the ends removed, never empty. */
export function component(text: string): string {
  const named = shorten(replaceRefused(text)).replaceAll("..", "_");
  const trimmed = trimEnd(named.replace(/^[. ]+/, ""), ". ");
  return trimmed === "" ? "_" : trimmed;
}

/** A name cut at its last dot; the extension keeps the dot. */
export function splitName(name: string): { stem: string; extension: string } {
  const dot = name.lastIndexOf(".");
  if (dot < 0) return { stem: name, extension: "" };
  return { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** Joins the three parts of a name; only the stem gives way when 255 bytes are not enough. */
export function fitName(stem: string, suffix: string, extension: string): string {
  const whole = stem + suffix + extension;
  if (isShort(whole)) return nameable(whole);
  const budget = NAME_BYTES_MAX - byteLength(suffix) - byteLength(extension);
  // What leaves no room for a stem is no extension.
  if (budget < 1 && extension !== "") return fitName(stem + extension, suffix, "");
  return cutBytes(stem, budget) + suffix + extension;
}

/** The longest beginning of a text that fits, without half a character at its end. */
export function cutBytes(text: string, bytesMax: number): string {
  const { read } = encoder.encodeInto(text, scratch.subarray(0, Math.max(bytesMax, 0)));
  return text.slice(0, read);
}

function shorten(name: string): string {
  if (isShort(name)) return name;
  const { stem, extension } = splitName(name);
  return fitName(stem, "", extension);
}

function isShort(name: string): boolean {
  return SHORT_ASCII.test(name) || byteLength(name) <= NAME_BYTES_MAX;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text, "utf8");
}

// A file cannot be called "", "." or "..", and the last would leave its folder.
function nameable(name: string): string {
  if (name === "") return "_";
  return name === "." || name === ".." ? "_".repeat(name.length) : name;
}
