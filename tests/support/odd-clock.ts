/**
 * A computer with an odd clock. This file is loaded into the executable before its own code, by BUN_OPTIONS.
 *
 * ODD_CLOCK="wrong 1000" sets the clock a second ahead for good. "leaping 1000" has it leap a second ahead, and as far
 * back behind the right time, three times a second. "fast 60" makes minutes of seconds.
 */
const [how = "", text = ""] = (process.env["ODD_CLOCK"] ?? "").split(" ");
const value = Number(text);

const LEAP_EVERY_MS = 333;

const rightNow = Date.now;
const passedMs = performance.now.bind(performance);

Date.now = () => rightNow() + offsetMs();
performance.now = () => (how === "fast" ? passedMs() * value : passedMs());

function offsetMs(): number {
  if (how === "wrong") return value;
  const turn = Math.floor(passedMs() / LEAP_EVERY_MS) % 3;
  return how === "leaping" ? (turn - 1) * value : 0;
}
