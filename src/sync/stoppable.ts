/** A source whose answers nobody waits for any more once a signal says so: it may be waiting out Apple's throttling. */
import type { Source } from "./ports.ts";

export function stoppable(source: Source, signal: AbortSignal): Source {
  const until = <Answer>(call: () => Promise<Answer>) => unlessStopped(call, signal);
  return {
    changedZones: (database, token) => until(() => source.changedZones(database, token)),
    isIndexed: (zone) => until(() => source.isIndexed(zone)),
    count: (zone, collection) => until(() => source.count(zone, collection)),
    listing: (zone, collection, rank) => until(() => source.listing(zone, collection, rank)),
    albums: (zone) => until(() => source.albums(zone)),
    changes: (zone, token) => until(() => source.changes(zone, token)),
    lookup: (zone, names) => until(() => source.lookup(zone, names)),
  };
}

async function unlessStopped<Answer>(
  call: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  signal.throwIfAborted();
  const stop = Promise.withResolvers<never>();
  const onAbort = () => stop.reject(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([call(), stop.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
