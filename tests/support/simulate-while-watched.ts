/**
 * The simulator as a program that ends with whoever started it: when its input is closed, it stops. A test run that is
 * killed closes it too, so no simulator is ever left behind.
 */
import { main } from "../simulator/main.ts";

process.stdin.on("end", () => process.exit(0));
process.stdin.resume();

process.exitCode = await main(process.argv.slice(2));
