/** The one way to know a file by its bytes: reads it, and answers which of some proofs it fulfils. */
import { kindsOf, provedBy } from "../photos/proof.ts";
import type { Proof } from "../photos/proof.ts";
import type { Destination } from "./ports.ts";

/** Null when it fulfils none. Throws LocalError when it cannot be read. */
export async function proofOf(
  path: string,
  proofs: readonly Proof[],
  destination: Pick<Destination, "digest">,
  signal: AbortSignal,
): Promise<Proof | null> {
  return provedBy(await destination.digest(path, kindsOf(proofs), signal), proofs);
}
