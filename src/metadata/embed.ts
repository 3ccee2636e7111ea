/**
 * Writes metadata into a copy of a file, and proves that it did nothing else.
 *
 * Promises: the original is only read; the copy is kept only when every tag reads back as meant and the picture in it is
 * the same, byte by byte; whatever goes wrong leaves neither a copy nor the tool's own temporary file.
 */
import { stat, unlink } from "node:fs/promises";
import { DataError } from "../lib/errors.ts";
import { diskError, errnoOf } from "../lib/errno.ts";
import { BESIDE_DRAFT } from "../photos/landing.ts";
import { haveAfter, ONLY_IF_MISSING } from "./due.ts";
import type { Due, Have } from "./due.ts";
import type { Facet, Values } from "./facets.ts";
import { carriedBy } from "./payload/carried.ts";
import { payloadDifference } from "./payload/compare.ts";
import { fitnessOf } from "./payload/format.ts";
import type { Format, Unfit } from "./payload/format.ts";
import { wrongTags } from "./read-back.ts";
import { tagsOf } from "./tags.ts";
import type { Medium, Tag } from "./tags.ts";

/** What reads and writes tags; ExifTool, or a double of it. Throws DataError. */
export interface TagWriter {
  write(path: string, tags: readonly Tag[], limits: Limits): Promise<unknown>;
  read(
    path: string,
    names: readonly string[],
    limits: Limits,
  ): Promise<Readonly<Record<string, unknown>>>;
}

export interface Limits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

export interface EmbedRequest {
  /** The file as it is; only read. */
  readonly original: string;
  /** Makes a copy, and answers where. Whatever stands there is taken for a left-over of ours. */
  readonly makeCopy: () => Promise<string>;
  readonly dropCopy: () => Promise<void>;
  /** Of the final name, with its dot. */
  readonly extension: string;
  readonly values: Values;
  readonly due: Due;
  readonly have: Have;
}

export type Embedded =
  /** The copy carries it all, and `have` is what is known of it. */
  | { readonly kind: "written"; readonly have: Have }
  /** The file has all that it needs of its own; there is no copy. */
  | { readonly kind: "nothing"; readonly have: Have }
  | { readonly kind: "unfit"; readonly reason: Unfit }
  | { readonly kind: "failed"; readonly error: string };

const DEADLINE_MS = 60_000;
/** The slowest disk we wait for. */
const BYTES_PER_MS = 1000;

/** Throws LocalError when the disk fails, and the reason of the signal. */
export async function embed(
  request: EmbedRequest,
  writer: TagWriter,
  signal: AbortSignal,
): Promise<Embedded> {
  const { original, extension, values, due, have } = request;
  const fitness = fitnessOf(original, extension);
  if (fitness.kind === "unfit") return fitness;
  const { format, medium } = fitness;
  const own = ownFacets(original, format, due.set, have);
  const tags = tagsFor(values, due, own, medium);
  const after = haveAfter(values, due, own, have);
  if (tags.length === 0) return { kind: "nothing", have: after };
  const error = await writeCopy(request, format, tags, writer, signal);
  return error === null ? { kind: "written", have: after } : { kind: "failed", error };
}

/** What the camera wrote itself and is not said again; what kei wrote before is not the camera's. */
function ownFacets(
  path: string,
  format: Format,
  set: readonly Facet[],
  have: Have,
): readonly Facet[] {
  const asked = set.filter((facet) => ONLY_IF_MISSING.includes(facet) && !have.has(facet));
  if (asked.length === 0) return [];
  const { hasDate, hasPlace } = carriedBy(path, format);
  return asked.filter((facet) => (facet === "datetime" ? hasDate : hasPlace));
}

function tagsFor(
  values: Values,
  { set, remove }: Due,
  own: readonly Facet[],
  medium: Medium,
): Tag[] {
  return [
    ...remove.flatMap((facet) => tagsOf(facet, undefined, medium)),
    ...set
      .filter((facet) => !own.includes(facet))
      .flatMap((facet) => tagsOf(facet, values[facet], medium)),
  ];
}

/** Makes the copy, writes, and proves; answers what is wrong, and the copy is gone then. */
async function writeCopy(
  { original, makeCopy, dropCopy }: EmbedRequest,
  format: Format,
  tags: readonly Tag[],
  writer: TagWriter,
  signal: AbortSignal,
): Promise<string | null> {
  let isGood = false;
  let copy: string | null = null;
  try {
    copy = await makeCopy();
    await clearBeside(copy);
    const { size } = await stat(original);
    const limits = { deadlineMs: DEADLINE_MS + size / BYTES_PER_MS, signal };
    await writer.write(copy, tags, limits);
    const wrong =
      (await payloadFault(original, copy, format, signal)) ??
      (await tagFault(copy, tags, writer, limits));
    isGood = wrong === null;
    return wrong;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DataError) return error.message;
    throw diskError(error, original);
  } finally {
    if (copy !== null) await clearBeside(copy);
    if (!isGood) await dropCopy();
  }
}

async function payloadFault(
  original: string,
  copy: string,
  format: Format,
  signal: AbortSignal,
): Promise<string | null> {
  const difference = await payloadDifference(original, copy, format, signal);
  return difference === null ? null : `Writing metadata would change the picture: ${difference}`;
}

async function tagFault(
  copy: string,
  tags: readonly Tag[],
  writer: TagWriter,
  limits: Limits,
): Promise<string | null> {
  const names = tags.map(({ name }) => name);
  const wrong = wrongTags(tags, await writer.read(copy, names, limits));
  return wrong.length === 0 ? null : `Not there after writing: ${wrong.join(", ")}`;
}

async function clearBeside(copy: string): Promise<void> {
  try {
    await unlink(copy + BESIDE_DRAFT);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" && errnoOf(error) !== "ENOTDIR") throw error;
  }
}
