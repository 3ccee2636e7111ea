/** Waits for something that another program does. */
const PATIENCE_MS = 20_000;

/** Asks again and again; throws when it has not come true within 20 seconds. */
export async function until(what: string, isTrue: () => Promise<boolean> | boolean): Promise<void> {
  const untilMs = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > untilMs) throw new Error(`In vain waited for: ${what}`);
    await Bun.sleep(20);
  }
}
