/** What a run needs for writing metadata: the tool, found and proved before anybody signs in, and its processes. */
import { availableParallelism } from "node:os";
import type { Config } from "../config/config.ts";
import { MetadataBook } from "../download/metadata-book.ts";
import type { LibraryFolder } from "../disk/folder.ts";
import { embeddedFacets } from "../metadata/facets.ts";
import { ExifToolProcess } from "../metadata/tool/exiftool.ts";
import { embeddedPacks, locateTool, SYSTEM_PERLS } from "../metadata/tool/locate.ts";
import { TagWriterPool } from "../metadata/tool/pool.ts";
import type { Memory } from "../state/memory.ts";
import type { MetadataDoor } from "../sync/metadata-work.ts";

/** ExifTool takes a core for itself, and more than a few would only push the downloads aside. */
const PROCESSES_MAX = 4;

/** What writes tags, for as long as the process lives; null when nothing is written into files. Throws LocalError. */
export async function openTagWriter(config: Config, nowMs: number): Promise<TagWriterPool | null> {
  if (embeddedFacets(config.metadata).size === 0) return null;
  const packs = await embeddedPacks();
  const places = { packs, caches: config.caches, perls: SYSTEM_PERLS, nowMs };
  const tool = await locateTool(places);
  const processes = Math.min(availableParallelism(), PROCESSES_MAX);
  return new TagWriterPool(() => new ExifToolProcess(tool), processes);
}

/** What a cycle needs for metadata; undefined when nothing is to be written. */
export function metadataDoor(
  { metadata, rules }: Config,
  memory: Memory,
  folder: LibraryFolder,
  writer: TagWriterPool | null,
): MetadataDoor | undefined {
  if (!Object.values(metadata).some(Boolean)) return undefined;
  return {
    options: metadata,
    book: new MetadataBook(memory, metadata, rules.timeZone),
    writer,
    read: (path) => folder.small.read(path),
    keepAside: (path) => folder.small.keepAside(path),
  };
}
