/** Medians: the machine has other things to do, and a mean would believe them. */

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The median of each figure by itself. */
export function medians<Sample extends object>(samples: readonly Sample[]): Sample {
  const [first] = samples;
  if (!first) throw new Error("No samples");
  const names = Object.keys(first) as (keyof Sample)[];
  const entries = names.map((name) => [name, median(samples.map((one) => Number(one[name])))]);
  return Object.fromEntries(entries) as Sample;
}
