/** A separate program that takes an account's lock, says so, and holds it until it is killed. */
import { takeAccountLock, noPatience } from "../../../src/auth/lock.ts";
import { systemClock } from "../../../src/lib/clock.ts";

const [dataDir, username] = Bun.argv.slice(2);
await takeAccountLock({ dataDir: dataDir!, username: username! }, noPatience, {
  clock: systemClock,
});
// Collecting garbage must not let the lock go.
Bun.gc(true);
process.stdout.write("locked\n");
setTimeout(() => process.exit(1), 30_000);
