/** How what happens to metadata is told in the log. */
import { basename } from "node:path";
import type { FileEvent } from "../download/events.ts";
import { unreachable } from "../lib/errors.ts";
import type { Log } from "../app/io.ts";

/** What is told of metadata. */
export type MetadataEvent = Extract<
  FileEvent,
  { kind: `metadata-${string}` | `sidecar-${string}` }
>;

export function isOfMetadata(event: { readonly kind: string }): event is MetadataEvent {
  return event.kind.startsWith("metadata-") || event.kind.startsWith("sidecar-");
}

export function tellMetadata(event: MetadataEvent, log: Log): void {
  const { path } = event;
  const name = basename(path);
  switch (event.kind) {
    case "metadata-written":
      return log.debug(`wrote metadata into ${name}`, { path });
    case "metadata-failed":
      return log.error(`could not write metadata into ${name}: ${event.message}`, { path });
    case "metadata-put-off":
      return log.warn(`put off writing metadata into ${name}: ${event.message}`, { path });
    case "metadata-unfit":
      return log.debug(`wrote no metadata into ${name}`, { path, reason: event.reason });
    case "metadata-foreign":
      return log.warn(`left ${name} as it is: it was changed after kei saved it`, { path });
    case "sidecar-set-aside":
      return log.warn(`kept ${name} as ${basename(event.keptAs)}: ${event.message}`, { path });
    default:
      return unreachable(event);
  }
}
