/** Stands for ExifTool: keeps tags as JSON in the XMP of a JPEG, and can be told to misbehave. */
import { readFileSync, writeFileSync } from "node:fs";
import { DataError } from "../../../src/lib/errors.ts";
import type { TagWriter } from "../../../src/metadata/embed.ts";
import type { Tag } from "../../../src/metadata/tags.ts";
import { segment } from "../tiny-media.ts";

const START = "http://ns.adobe.com/xap/1.0/\0";

export class TagDouble implements TagWriter {
  /** Paths that were written into. */
  readonly written: string[] = [];
  /** What it says instead of writing. */
  refusal: string | null = null;

  async write(path: string, tags: readonly Tag[]): Promise<void> {
    if (this.refusal !== null) throw new DataError(this.refusal, path);
    this.written.push(path);
    const bytes = readFileSync(path);
    const [known, rest] = split(bytes);
    for (const { name, value } of tags) {
      if (value === null) delete known[name];
      else known[name] = value;
    }
    const xmp = segment(0xe1, START + JSON.stringify(known));
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 2), xmp, rest]));
  }

  async read(path: string): Promise<Readonly<Record<string, unknown>>> {
    return tagsIn(readFileSync(path));
  }
}

/** The tags of a JPEG by the double. */
export function tagsIn(bytes: Buffer): Record<string, unknown> {
  return split(bytes)[0];
}

function split(bytes: Buffer): [Record<string, unknown>, Buffer] {
  if (bytes.toString("latin1", 6, 6 + START.length) !== START) return [{}, bytes.subarray(2)];
  const end = 4 + bytes.readUInt16BE(4);
  const text = bytes.toString("latin1", 6 + START.length, end);
  return [JSON.parse(text) as Record<string, unknown>, bytes.subarray(end)];
}
