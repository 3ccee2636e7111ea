/** The one door for time: tests hold the other side of it. */
export interface Clock {
  /** Milliseconds since the Unix epoch: what the computer's clock says. It can be wrong, and it can be set. */
  now(): number;
  /** Milliseconds since an unknown moment; they only ever grow, so whatever is measured or waited for goes by them. */
  steadyMs(): number;
  /** Waits; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steadyMs: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal!.reason);
      };
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
};
