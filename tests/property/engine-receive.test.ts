/** However the bytes come, a file ends as the right bytes or as a typed error. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { KeiError, RemoteError } from "../../src/lib/errors.ts";
import { bytesOf, inChunks, isProofOf, sha256 } from "../support/engine/content.ts";
import { Receiving, broken, stream } from "../support/engine/receiving.ts";
import type { Answer } from "../support/engine/receiving.ts";

const SEED = Number(Bun.env.KEI_SEED ?? 20_261_124);
console.log(`KEI_SEED=${SEED} replays the random tests of receiving`);

const BYTES = bytesOf("photo", 1500);

/** One answer of an unreliable host. */
type Mishap =
  | { readonly kind: "right"; readonly chunk: number }
  | { readonly kind: "cut"; readonly at: number; readonly chunk: number; readonly isTold: boolean }
  | { readonly kind: "breaks"; readonly at: number }
  | { readonly kind: "whole" }
  | { readonly kind: "shifted"; readonly by: number }
  | { readonly kind: "wrong"; readonly at: number }
  | { readonly kind: "long"; readonly by: number }
  | { readonly kind: "past" }
  | {
      readonly kind: "fault";
      readonly fault: "unavailable" | "throttled" | "expired-url" | "gone";
    };

const at = fc.nat(1500);
const chunk = fc.integer({ min: 1, max: 700 });
const aMishap: fc.Arbitrary<Mishap> = fc.oneof(
  fc.record({ kind: fc.constant("right" as const), chunk }),
  fc.record({ kind: fc.constant("cut" as const), at, chunk, isTold: fc.boolean() }),
  fc.record({ kind: fc.constant("breaks" as const), at }),
  fc.record({ kind: fc.constant("whole" as const) }),
  fc.record({ kind: fc.constant("shifted" as const), by: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant("wrong" as const), at: fc.nat(1499) }),
  fc.record({ kind: fc.constant("long" as const), by: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ kind: fc.constant("past" as const) }),
  fc.record({
    kind: fc.constant("fault" as const),
    fault: fc.constantFrom("unavailable", "throttled", "expired-url", "gone"),
  }),
);

function answerOf(mishap: Mishap): Answer {
  return (fromByte) => {
    const rest = BYTES.subarray(fromByte);
    const good = stream(rest, { fromByte });
    switch (mishap.kind) {
      case "right":
        return { ...good, body: inChunks(rest, mishap.chunk) };
      case "cut": {
        const lengthBytes = mishap.isTold ? rest.length : null;
        const body = inChunks(rest.subarray(0, mishap.at), mishap.chunk);
        return { ...good, lengthBytes, totalBytes: null, body };
      }
      case "breaks":
        return {
          ...good,
          body: broken(rest.subarray(0, mishap.at), new RemoteError("unavailable", "broke")),
        };
      case "whole":
        return stream(BYTES);
      case "shifted":
        return { ...good, fromByte: fromByte + mishap.by, totalBytes: null };
      case "wrong": {
        const bytes = Uint8Array.from(BYTES);
        bytes[mishap.at]! ^= 1;
        return stream(bytes.subarray(fromByte), { fromByte });
      }
      case "long":
        return stream(bytesOf("long", rest.length + mishap.by), { fromByte, totalBytes: null });
      case "past":
        return "unsatisfiable";
      case "fault":
        return new RemoteError(mishap.fault, mishap.fault);
    }
  };
}

/** A part an earlier run left: a piece of the file, a piece of another, or one that is too long. */
const aPart = fc.oneof(
  fc.nat(1500).map((length) => BYTES.subarray(0, length)),
  fc.nat(1600).map((length) => bytesOf("another", length)),
);

test("receive() ends with the right bytes or a typed error, however they come", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aMishap, { minLength: 1, maxLength: 6 }),
      fc.option(aPart),
      async (mishaps, part) => {
        using receiving = new Receiving(BYTES, mishaps.map(answerOf));
        if (part) await receiving.leavePart(part);
        const result = await receiving.run().catch((error: unknown) => error);
        if (result instanceof Error) return expect(result).toBeInstanceOf(KeiError);
        const whole = await receiving.part();
        const received = result as Awaited<ReturnType<typeof receiving.run>>;
        expect(received.sizeBytes).toBe(whole.length);
        expect(isProofOf(received.proof, whole)).toBe(true);
        // Only a host that sends the very same wrong bytes twice is believed, and never called verified.
        if (received.verdict === "agrees") expect(sha256(whole)).toBe(sha256(BYTES));
        else expect(mishaps.some(({ kind }) => kind === "wrong")).toBe(true);
      },
    ),
    { seed: SEED, numRuns: 300 },
  );
});

test("receive() continued over several runs ends with the right bytes", async () => {
  const cuts = fc.array(
    fc.record({ kind: fc.constant("cut" as const), at, chunk, isTold: fc.constant(true) }),
    {
      maxLength: 5,
    },
  );
  await fc.assert(
    fc.asyncProperty(cuts, async (mishaps) => {
      using receiving = new Receiving(BYTES, [
        ...mishaps.map(answerOf),
        answerOf({ kind: "right", chunk: 400 }),
      ]);
      const policy = { retry: { maxRetries: 0, delayMs: 1 } };
      for (const _ of mishaps) await receiving.run(policy).catch(() => undefined);
      expect((await receiving.run(policy)).verdict).toBe("agrees");
      expect((await receiving.part()).equals(BYTES)).toBe(true);
      // Each byte is asked for once: every request begins where the last one ended.
      const { asked } = receiving;
      for (let n = 1; n < asked.length; n++)
        expect(asked[n]!).toBeGreaterThanOrEqual(asked[n - 1]!);
    }),
    { seed: SEED, numRuns: 100 },
  );
});
