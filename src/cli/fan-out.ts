/** Several readers of events as one. */
import type { Observe } from "../sync/events.ts";

/** Hands each event to every reader. One that throws is told of once and does not disturb the others. */
export function fanOut(readers: readonly Observe[], onBreach: (error: unknown) => void): Observe {
  const broken = new Set<Observe>();
  return (event) => {
    for (const reader of readers) {
      try {
        reader(event);
      } catch (error) {
        if (!broken.has(reader)) onBreach(error);
        broken.add(reader);
      }
    }
  };
}
