/** The key under which two paths count as one name, on the most forgetful file system we may meet. */

const ASCII = /^[\x20-\x7e]*$/;

// HFS+ ignores these when it compares names.
const IGNORED = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/**
 * Folds case and Unicode composition away. It rather merges two names too many (`ß` and `ss`) than one too few: a
 * needless suffix is harmless, a file that replaces another is not.
 */
export function foldPath(path: string): string {
  if (ASCII.test(path)) return path.toUpperCase();
  // Capitals may decompose into letters and marks that compose anew: folded until nothing changes any more.
  let key = foldOnce(path);
  for (let again = foldOnce(key), times = 0; again !== key && times < FOLDS_MAX; times++) {
    key = again;
    again = foldOnce(key);
  }
  return key;
}

/** True when both are the same letters, composed or not: HFS+ keeps `é` as `e` and an accent. */
export function isSameSpelling(one: string, other: string): boolean {
  return one === other || one.normalize("NFC") === other.normalize("NFC");
}

const FOLDS_MAX = 5;

// Decomposing before and after the case change makes the key independent of the order of combining marks.
function foldOnce(text: string): string {
  const letters = text.replace(IGNORED, "").normalize("NFD");
  return letters.toLowerCase().normalize("NFD").toUpperCase().normalize("NFC");
}
