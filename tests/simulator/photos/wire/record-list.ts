/** Writes records straight into bytes: a page of 200 is half a megabyte, too much to copy as text. */
import type { LibraryRecord } from "../library/records.ts";
import type { RecordView } from "./record.ts";

/** Grows to the largest answer so far and is used for one answer after the other. */
let scratch = Buffer.allocUnsafe(1 << 20);

/** `before`, the records with commas between them, `after`. */
export function recordList(
  view: RecordView,
  records: readonly LibraryRecord[],
  write: (view: RecordView, record: LibraryRecord) => string,
  { before, after }: { readonly before: string; readonly after: string },
): Uint8Array<ArrayBuffer> {
  let end = append(before, 0);
  records.forEach((record, place) => {
    if (place > 0) end = append(",", end);
    end = append(write(view, record), end);
  });
  end = append(after, end);
  return new Uint8Array(scratch.subarray(0, end));
}

/** UTF-8 takes at most three bytes for each UTF-16 unit. */
function append(text: string, at: number): number {
  if (at + text.length * 3 > scratch.length) {
    const larger = Buffer.allocUnsafe(scratch.length * 2 + text.length * 3);
    scratch.copy(larger, 0, 0, at);
    scratch = larger;
  }
  return at + scratch.write(text, at);
}
