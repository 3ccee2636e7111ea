/** The reader of events that writes the log. */
import { basename } from "node:path";
import type { Log } from "../app/io.ts";
import { unreachable } from "../lib/errors.ts";
import type { Event, Observe } from "../sync/events.ts";
import { formatDuration } from "./format.ts";
import { isOfMetadata, tellMetadata } from "./metadata-log.ts";
import { summaryLines } from "./summary.ts";

/**
 * Tells the log what happens. Files that go well are told one by one at debug level only. `signal` is the wish to stop:
 * a cycle that ends after it was cut short.
 */
export function eventLog(log: Log, signal: AbortSignal): Observe {
  const modes = new Set<string>();
  return (event) => {
    if (event.kind === "cycle-started") modes.clear();
    if (event.kind === "listing-started") modes.add(event.mode);
    if (event.kind !== "cycle-ended") return tell(event, log);
    const isIncremental = modes.size > 0 && !modes.has("full");
    const isInterrupted = signal.aborted;
    // Of a trial it is told what would be done; of one that never got under way, what stopped it.
    if (event.isTrial || event.tally === null) return;
    for (const line of summaryLines(event.tally, { isIncremental, isInterrupted })) log.info(line);
  };
}

type Told = Exclude<Event, { kind: "cycle-ended" }>;
type FileEvent = Extract<Told, { kind: `file-${string}` }>;

const LINKS = { hardlink: "hard links", symlink: "symbolic links" } as const;

function tell(event: Told, log: Log): void {
  switch (event.kind) {
    case "cycle-started":
      return log.debug("cycle started");
    case "listing-started":
      return log.info(`listing ${event.zone}`, {
        album: event.album,
        mode: event.mode,
        expected: event.expected ?? undefined,
      });
    case "page-read":
      return log.debug("page read", { zone: event.zone, assets: event.assets, seen: event.seen });
    case "listing-ended":
      return tellListingEnd(event, log);
    case "files-due":
      return log.debug("files due", { files: event.files, bytes: event.bytes });
    case "bytes":
      return;
    case "record-unreadable":
      return log.warn(`unreadable record: ${event.message}`, {
        zone: event.zone,
        record: event.record,
      });
    case "links-unsupported":
      return log.warn(`the disk makes no ${LINKS[event.how]}; files are copied instead`);
    case "throttled":
      return log.warn(`Apple asks to slow down; waiting ${formatDuration(event.waitMs)}`);
    case "call-retried":
      return log.warn(`asking Apple again: ${event.message}`, {
        code: event.code,
        wait: formatDuration(event.waitMs),
      });
    case "signed-in-again":
      return log.info("signed in again");
    case "token-stored":
      return log.debug("token stored", { zone: event.zone });
    case "warning":
      return log.warn(event.message, { hint: event.hint });
    default:
      return isOfMetadata(event) ? tellMetadata(event, log) : tellFile(event, log);
  }
}

function tellListingEnd(event: Extract<Told, { kind: "listing-ended" }>, log: Log): void {
  const { seen, expected, zone, album } = event;
  if (event.isComplete) return log.debug(`listed ${zone}`, { album, seen, expected });
  const count = expected ?? "an unknown number of";
  log.warn(`the listing of ${zone} is incomplete: ${seen} of ${count} assets`, {
    album,
    hint: "the next sync lists it again",
  });
}

function tellFile(event: FileEvent, log: Log): void {
  const name = basename(event.path);
  const { path } = event;
  switch (event.kind) {
    case "file-started":
      return log.debug(`started ${name}`, { path, size: event.sizeBytes });
    case "file-moved":
      return log.info(
        `${event.isTrial ? "[DRY RUN] would move" : "moved"} ${basename(event.from)}`,
        {
          from: event.from,
          path,
        },
      );
    case "file-resumed":
      return log.info(`resumed ${name} at ${event.fromBytes}`, { path });
    case "file-retried":
      return log.warn(`trying ${name} again`, {
        path,
        attempt: event.attempt,
        code: event.code,
        wait: formatDuration(event.waitMs),
      });
    case "file-saved":
      return log.debug(`${event.how} ${name}`, { path, size: event.sizeBytes });
    case "file-left":
      return log.info(`left ${name} as it is, because kei did not write it`, {
        path,
        newer: event.newPath,
      });
    case "file-unverified":
      return log.warn(`kept ${name}, though Apple's checksum does not fit its bytes`, { path });
    case "file-failed":
      return log.error(`failed ${name}: ${event.message}`, { path, code: event.code });
    default:
      return unreachable(event);
  }
}
