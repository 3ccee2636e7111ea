/** What a cycle reports while four files of 10 MiB come. */
import type { Event } from "../../src/sync/events.ts";
import { ProgressState } from "../../src/sync/progress.ts";

export const MEBIBYTE = 1024 ** 2;

export const listing = {
  kind: "listing-started",
  zone: "PrimarySync",
  mode: "full",
  expected: 45_000,
} satisfies Event;
export const page = {
  kind: "page-read",
  zone: "PrimarySync",
  assets: 200,
  seen: 1200,
} satisfies Event;
export const listed = {
  kind: "listing-ended",
  zone: "PrimarySync",
  seen: 45_000,
  expected: 45_000,
  isComplete: true,
} satisfies Event;
export const due = { kind: "files-due", files: 4, bytes: 40 * MEBIBYTE } satisfies Event;
export const started = {
  kind: "file-started",
  path: "2024/a.heic",
  sizeBytes: 10 * MEBIBYTE,
} satisfies Event;
export const saved = {
  kind: "file-saved",
  path: "2024/a.heic",
  sizeBytes: 10 * MEBIBYTE,
  how: "downloaded",
} satisfies Event;

/** Plays a script of events, each at its time in ms, and reads the state at the end of it. */
export function play(script: [number, Event][], endMs: number) {
  const state = new ProgressState();
  for (const [atMs, event] of script) state.add(event, atMs);
  return state.read(endMs);
}
