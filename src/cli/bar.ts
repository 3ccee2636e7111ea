/** The drawn bar: cli-progress makes its text, the screen decides when and where it is shown. */
import { Format } from "cli-progress";

const SHORTEST = 4;
const LONGEST = 24;

/** `[=========---------------]` for a share between 0 and 1, brackets included as wide as `room` where that is sensible. */
export function barText(share: number, room: number): string {
  const columns = Math.min(LONGEST, Math.max(SHORTEST, room - 2));
  const options = {
    barsize: columns,
    barCompleteString: "=".repeat(columns),
    barIncompleteString: "-".repeat(columns),
    barGlue: "",
  };
  return `[${Format.BarFormat(Math.min(1, Math.max(0, share)), options)}]`;
}
