/** Final bytes as a test notes them: known by their SHA-256 unless it says otherwise. */
import type { FileRow, Final } from "../../../src/state/files/row.ts";
import type { Memory } from "../../../src/state/memory.ts";

export function aFinal(changes: Partial<Final> = {}): Final {
  return {
    content: "c",
    proof: { kind: "sha256", hash: "s" },
    sizeBytes: 1,
    verdict: "agrees",
    origin: "own",
    written: [],
    ...changes,
  };
}

/** Notes a row as saved, as if its bytes had come. */
export function saveRow(
  memory: Memory,
  row: Pick<FileRow, "id" | "checksum">,
  changes: Partial<Final> = {},
  cycle = 1,
  nowMs = 1,
): void {
  const final = aFinal({ content: row.checksum, ...changes });
  memory.haves.save([{ id: row.id, final }], cycle, nowMs);
}
