/** Whether a sidecar that is not as kei left it was changed by another program, or is broken. */
import { KeiError } from "../lib/errors.ts";
import { mergedSidecar } from "../metadata/sidecar/sidecar.ts";

/** What is wrong with it, in words; null when it is XMP that can be read. Others may write into it as they like. */
export function sidecarFault(bytes: Uint8Array | null, path: string): string | null {
  try {
    mergedSidecar(bytes ?? new Uint8Array(), {}, [], path);
    return null;
  } catch (error) {
    if (error instanceof KeiError) return error.message;
    throw error;
  }
}
