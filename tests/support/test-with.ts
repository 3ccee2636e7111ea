/** Tests that need a program of other people. */
import { test } from "bun:test";
import type { Program } from "./programs.ts";

/** `test`, but skipped where one of the programs is missing. */
export function testWith(...programs: readonly Program[]) {
  return test.skipIf(programs.some((program) => Bun.which(program) === null));
}

/** The same, at the same time as other tests. */
export function concurrentTestWith(...programs: readonly Program[]) {
  return test.concurrent.skipIf(programs.some((program) => Bun.which(program) === null));
}
