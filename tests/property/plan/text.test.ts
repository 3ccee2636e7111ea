/** Laws of the text functions the paths are made of. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { clean, component } from "../../../src/plan/clean.ts";
import { parseDateBound } from "../../../src/plan/date-bound.ts";
import { foldPath } from "../../../src/plan/fold.ts";
import { compileGlob } from "../../../src/plan/globs.ts";
import { instantOf, localTime } from "../../../src/plan/local-time.ts";
import { compileFormat, unknownCode } from "../../../src/plan/strftime.ts";
import { UsageError } from "../../../src/lib/errors.ts";
import { aName, RUN } from "./generators.ts";

test("clean() and component() change nothing the second time", () => {
  fc.assert(
    fc.property(aName, (text) => {
      expect(clean(clean(text))).toBe(clean(text));
      expect(component(component(text))).toBe(component(text));
    }),
    { ...RUN, numRuns: 2000 },
  );
});

test("foldPath() forgets case and composition, and nothing the second time", () => {
  fc.assert(
    fc.property(aName, (raw) => {
      const text = raw.toWellFormed();
      const key = foldPath(text);
      expect(foldPath(text.normalize("NFC"))).toBe(key);
      expect(foldPath(text.normalize("NFD"))).toBe(key);
      expect(foldPath(text.toLowerCase())).toBe(key);
      expect(foldPath(text.toUpperCase())).toBe(key);
      expect(foldPath(key)).toBe(key);
    }),
    { ...RUN, numRuns: 5000 },
  );
});

test("compileGlob() matches a name written out in full", () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (name) => {
      const pattern = name.replace(/[[*?{}\\]/g, "\\$&");
      expect(compileGlob(pattern)(name)).toBe(true);
      expect(compileGlob(`*x${pattern}y*`)(`ax${name}yb`)).toBe(true);
    }),
    { ...RUN, numRuns: 2000 },
  );
});

test("compileGlob() and parseDateBound() refuse politely", () => {
  fc.assert(
    fc.property(fc.oneof(aName, fc.string({ unit: fc.constantFrom(..."[]!*-a/?d0") })), (text) => {
      for (const read of [compileGlob, (date: string) => parseDateBound(date, 0, "UTC")]) {
        try {
          read(text);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }
    }),
    { ...RUN, numRuns: 2000 },
  );
});

test("compileFormat() never throws, and writes what unknownCode() let pass without a code left", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."%-_0:.369fzYmdeQ+#é") }), (format) => {
      const text = compileFormat(format.replaceAll("%%", ""))(localTime(0, "UTC"));
      if (unknownCode(format.replaceAll("%%", "")) === null) expect(text).not.toContain("%");
    }),
    { ...RUN, numRuns: 2000 },
  );
});

test("instantOf() undoes localTime()", () => {
  const zones = fc.constantFrom("America/Los_Angeles", "Europe/Dublin", "Australia/Lord_Howe");
  fc.assert(
    fc.property(fc.integer({ min: -5e12, max: 5e12 }), zones, (ms, zone) => {
      const wallMs = ms + localTime(ms, zone).offsetSeconds * 1000;
      const back = instantOf(wallMs, zone);
      expect(back).toBeLessThanOrEqual(ms);
      expect(back + localTime(back, zone).offsetSeconds * 1000).toBe(wallMs);
    }),
    { ...RUN, numRuns: 1000 },
  );
});
