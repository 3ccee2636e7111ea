/** Runs the fake Apple by hand: `npm run simulate -- --help`. */

import { main } from "../tests/simulator/main.ts";

process.exitCode = await main(process.argv.slice(2));
