/** The simulator as a program: reads its options, says where it is, and runs until told to stop. */

import { HELP, OptionError, parseOptions, type SimulatorOptions } from "./options.ts";
import { startSimulator, type Simulator } from "./server.ts";

/** Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (typeof options === "number") return options;
  const simulator = await startSimulator(options);
  process.stdout.write(announcement(simulator, options));
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await simulator.stop();
  return 0;
}

function readOptions(args: readonly string[]): SimulatorOptions | number {
  try {
    const options = parseOptions(args);
    if (options !== "help") return options;
    process.stdout.write(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`error: ${error.message}\nhint: --help lists the options\n`);
    return 2;
  }
}

/** Tests read the three KEI lines; the rest is for people. */
function announcement({ url }: Simulator, { user, password, assets }: SimulatorOptions): string {
  return `pretend iCloud with ${assets} assets at ${url}
KEI_AUTH_ENDPOINT=${url}/appleauth/auth
KEI_SETUP_ENDPOINT=${url}/setup/ws/1
KEI_HOME_ENDPOINT=${url}
user ${user}, password ${password}
the code on the person's device: GET ${url}/__admin/code
`;
}
