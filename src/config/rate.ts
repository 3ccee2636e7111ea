/** Rates as a person writes them: `10M`, `1.5 MiB`, `500000`. */

const FORM = /^(\d+\.?\d*|\.\d+)\s*(b|[kmg]i?b?)?$/i;
const POWERS = ["k", "m", "g"];
/** What the program counts in; no line is that fast. */
const RATE_MAX = 2 ** 64;

export type ReadRate =
  { readonly bytesPerSecond: number } | { readonly bytesPerSecond: null; readonly reason: string };

/** Reads a rate as whole bytes per second, or says why it cannot be one. */
export function readRate(text: string): ReadRate {
  const match = FORM.exec(text.trim());
  if (!match) return refuse("use a number with K, M, G, Ki, Mi or Gi, as in 10M or 1.5Mi");
  const bytesPerSecond = Math.round(Number(match[1]) * factorOf(match[2] ?? ""));
  if (bytesPerSecond < 1) return refuse("it is less than one byte per second");
  if (bytesPerSecond >= RATE_MAX) return refuse("it is too large");
  return { bytesPerSecond };
}

function refuse(reason: string): ReadRate {
  return { bytesPerSecond: null, reason };
}

/** `k` counts in thousands, `ki` in 1024s. */
function factorOf(unit: string): number {
  const [letter, ...rest] = unit.toLowerCase();
  const power = POWERS.indexOf(letter ?? "") + 1;
  return (rest[0] === "i" ? 1024 : 1000) ** power;
}
