/** Guesses what was meant by a word nobody knows. */
import { composed } from "./composed.ts";

/** The known word nearest to `word`, when it is near enough to be a slip of the keyboard. */
export function nearest(word: string, known: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = toleranceOf(word) + 1;
  for (const candidate of known) {
    const distance = slipDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * The known paths that may be meant by `word`, likeliest first: slips of the keyboard, in the path or in its last name,
 * then paths in which the word stands.
 */
export function nearPaths(word: string, known: readonly string[]): string[] {
  const wanted = composed(word).toLowerCase();
  return known
    .map((path) => ({ path, distance: pathDistance(wanted, composed(path).toLowerCase()) }))
    .filter(({ distance }) => distance < Infinity)
    .sort((one, other) => one.distance - other.distance)
    .map(({ path }) => path);
}

function pathDistance(word: string, path: string): number {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const distance = Math.min(slipDistance(word, path), slipDistance(word, name));
  if (distance <= toleranceOf(word)) return distance;
  return path.includes(word) ? word.length + 1 : Infinity;
}

/** The distance of words about as long as each other; more than a slip is between all others. */
function slipDistance(word: string, other: string): number {
  const isNear = Math.abs(word.length - other.length) <= toleranceOf(word);
  return isNear ? editDistance(word, other) : Infinity;
}

function toleranceOf(word: string): number {
  return word.length <= 3 ? 1 : word.length <= 7 ? 2 : 3;
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
