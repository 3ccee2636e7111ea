/** The drawn bar: cli-progress makes its text, the screen decides when and where it is shown. */
import { Format } from "cli-progress";

const BAR_COLUMNS = 24;

/** `[=========---------------]` for a share between 0 and 1. */
export function barText(share: number): string {
  const options = {
    barsize: BAR_COLUMNS,
    barCompleteString: "=".repeat(BAR_COLUMNS),
    barIncompleteString: "-".repeat(BAR_COLUMNS),
    barGlue: "",
  };
  return `[${Format.BarFormat(Math.min(1, Math.max(0, share)), options)}]`;
}
