/** Guesses what was meant by a word nobody knows. */

/** The known word nearest to `word`, when it is near enough to be a slip of the keyboard. */
export function nearest(word: string, known: Iterable<string>): string | null {
  const tolerance = word.length <= 3 ? 1 : word.length <= 7 ? 2 : 3;
  let best: string | null = null;
  let bestDistance = tolerance + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Fewest insertions, deletions, replacements and swaps of neighbours between two words. */
export function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = last[column - 1]! + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwap = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = row > 1 && column > 1 && isSwap ? beforeLast[column - 2]! + 1 : Infinity;
      current.push(Math.min(replaced, last[column]! + 1, current[column - 1]! + 1, swapped));
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length]!;
}
