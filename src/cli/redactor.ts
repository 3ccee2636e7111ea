/** Remembers secrets and blots them out of whatever is about to be shown. */
import type { Secret } from "../lib/secret.ts";

/** Blotting out shorter texts would say more than it hides. */
const LENGTH_MIN = 4;

export class Redactor {
  readonly #texts = new Set<string>();

  /** From now on this secret is blotted out. */
  hide(secret: Secret): void {
    const text = secret.reveal();
    if (text.length < LENGTH_MIN) return;
    // Also as it stands inside a quoted value, and in an address.
    for (const form of [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)]) {
      this.#texts.add(form);
    }
  }

  /** The text without the secrets. */
  clean(text: string): string {
    let cleaned = text;
    for (const secret of this.#texts) cleaned = cleaned.replaceAll(secret, "********");
    return cleaned;
  }
}
