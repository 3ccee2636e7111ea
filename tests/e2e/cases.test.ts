/** Runs every case below cases/ against the executable and the simulator. */
import { describe, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Slots } from "../support/slots.ts";
import { parseCases } from "./runner/parse.ts";
import { runCase } from "./runner/run-case.ts";

const FOLDER = join(import.meta.dir, "cases");
/** A case with this in front says what should be, and is expected to fail until it is. */
const OPEN = "open: ";
const TIMEOUT_MS = 180_000;

// Each case is three programs, most of them waiting most of the time.
const slots = new Slots(4);

for (const name of readdirSync(FOLDER).sort()) {
  describe(name, () => {
    for (const one of parseCases(readFileSync(join(FOLDER, name), "utf8"))) {
      // What is known to be wrong still has its case; mended, it loses the word.
      const run = one.title.startsWith(OPEN) ? test.failing : test.concurrent;
      run(one.title, () => slots.run(() => runCase(one)), TIMEOUT_MS);
    }
  });
}
