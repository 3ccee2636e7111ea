/** Signs in the way a person without a terminal does. */
import { environmentOf, kei, type Place } from "./kei.ts";
import type { RunningSimulator } from "./simulator.ts";

/** Prepares the data folder of a place; afterwards no run there needs a code. */
export async function signIn(place: Place, simulator: RunningSimulator): Promise<void> {
  const setting = { cwd: place.cwd, env: environmentOf(place, simulator) };
  const asked = await kei(["login", "get-code"], setting);
  if (asked.code !== 0) throw new Error(`No code was sent: ${asked.stderr}`);
  const answered = await kei(["login", "submit-code", await simulator.code()], setting);
  if (answered.code !== 0) throw new Error(`The code was not accepted: ${answered.stderr}`);
}
