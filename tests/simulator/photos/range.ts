/** Reads a Range header with one range of bytes. */

export interface ByteRange {
  readonly from: number;
  /** The byte after the last one. */
  readonly to: number;
}

/** Null when there is no usable range: the answer is then the whole file. */
export function readRange(
  header: string | null,
  total: number,
): ByteRange | "unsatisfiable" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (first === "") {
    const length = Math.min(Number(last), total);
    return length === 0 ? "unsatisfiable" : { from: total - length, to: total };
  }
  const from = Number(first);
  const to = last === "" ? total : Math.min(Number(last) + 1, total);
  if (from >= total) return "unsatisfiable";
  return to <= from ? null : { from, to };
}
