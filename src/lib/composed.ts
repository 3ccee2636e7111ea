/** One spelling for letters with accents, at a cost that grows with the text and not with its square. */

// The runtime sorts marks that follow each other one by one. No language has more than a few; Unicode's own bound is 30.
const TOO_MANY_MARKS = /\p{M}{31}/u;

/** The text with its accents composed (NFC); one that piles up more marks than any language stays as it is. */
export function composed(text: string): string {
  return TOO_MANY_MARKS.test(text) ? text : text.normalize("NFC");
}
