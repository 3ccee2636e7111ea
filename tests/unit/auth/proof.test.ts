import { describe, expect, test } from "bun:test";
import { aPerson, aScene, complete, errorOf, init, type Step } from "./scripted-apple.ts";

/** One sign-in against a script; the error it ends with. */
async function signInOnce(steps: Step[]) {
  const scene = aScene(steps, aPerson());
  const session = await scene.open();
  try {
    return { error: await errorOf(session.ensureSignedIn()), apple: scene.apple };
  } finally {
    session.close();
  }
}

describe("provePassword()", () => {
  const challenge = init[1].body as Record<string, unknown>;
  const insane: Record<string, unknown>[] = [
    { iteration: 1 },
    { iteration: 999 },
    { iteration: 1_000_001 },
    { iteration: 1e9 },
    { iteration: 20064.5 },
    { iteration: "20064" },
    { iteration: null },
    { protocol: "plain" },
    { protocol: undefined },
    { protocol: ["s2k"] },
    { salt: "" },
    { salt: Buffer.alloc(7).toString("base64") },
    { salt: Buffer.alloc(30_000_000).toString("base64") },
    { b: Buffer.alloc(257, 1).toString("base64") },
    { b: "" },
    { b: "=" },
    { c: "x".repeat(100_000) },
  ];
  for (const change of insane) {
    test(`sends no proof for ${JSON.stringify(change).slice(0, 40)}`, async () => {
      const reply = { body: { ...challenge, ...change } };
      const { error, apple } = await signInOnce([["POST /signin/init", reply]]);
      expect(error).toMatchObject({ code: "auth/unavailable" });
      expect(apple.asked).toEqual(["POST /signin/init"]);
    });
  }

  const confirmations = [
    { status: 499, code: "auth/terms" },
    { status: 500, code: "auth/unavailable" },
    { status: 503, code: "auth/unavailable" },
    { status: 429, code: "auth/throttled" },
    { status: 430, code: "auth/terms" },
    { status: 403, code: "auth/terms" },
  ];
  for (const { status, code } of confirmations) {
    test(`takes ${status} to the confirmation of an account for ${code}`, async () => {
      const repair: Step = ["POST /repair/complete", { status }];
      const steps = [init, complete({ status: 412 }), repair, repair, repair];
      expect((await signInOnce(steps)).error).toMatchObject({ code });
    });
  }
});
