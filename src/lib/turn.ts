/** Lets everything else have its turn first: signals, timers, the network. A promise that is settled does not. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
