/**
 * Does work with something that has to be let go of afterwards, whatever happens. What goes wrong with letting go never
 * hides what went wrong before.
 */
export async function releasing<Result>(
  work: () => Promise<Result>,
  release: () => void | Promise<void>,
): Promise<Result> {
  const [done] = await Promise.allSettled([work()]);
  const [released] = await Promise.allSettled([new Promise<void>((resolve) => resolve(release()))]);
  if (done.status === "rejected") throw done.reason;
  if (released.status === "rejected") throw released.reason;
  return done.value;
}
