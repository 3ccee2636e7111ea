/** What a decoder may do with anything: answer, or fail with an error of ours that keeps secrets to itself. */
import { expect } from "bun:test";
import { Bug, KeiError } from "../../../src/lib/errors.ts";

/** Texts that must not be in any message. */
export const SECRETS = ["session-token-secret", "trust-token-secret", "web-token-secret", "Tüsk"];

/** The answer, or null after a typed error. */
export async function typed<Answer>(act: () => Promise<Answer> | Answer): Promise<Answer | null> {
  try {
    return await act();
  } catch (error) {
    expectTyped(error);
    return null;
  }
}

function expectTyped(error: unknown): void {
  if (!(error instanceof KeiError) || error instanceof Bug) {
    throw new Error(`a raw error: ${String(error)}`, { cause: error });
  }
  const words = [error.message, error.hint ?? "", error.stack ?? ""].join("\n");
  for (const secret of SECRETS) expect(words).not.toContain(secret);
}
