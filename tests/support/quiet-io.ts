/** An outside in which nobody listens and nobody answers. */
import type { Io } from "../../src/app/io.ts";
import { systemClock } from "../../src/lib/clock.ts";

export function quietIo(changes: Partial<Io> = {}): Io {
  const nothing = () => undefined;
  return {
    ...{ stdout: nothing, stderr: nothing, json: nothing, paths: nothing, listen: nothing },
    ...{ hide: nothing, isTty: false, clock: systemClock, signal: new AbortController().signal },
    talk: {
      ask: async () => null,
      askCode: async () => null,
      askPassword: async () => null,
      tell: nothing,
    },
    confirm: async () => false,
    pipedSecret: async () => null,
    blotOut: (text) => text,
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    ...changes,
  };
}
