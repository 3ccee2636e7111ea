/** What is measured, by name. */
import { cycles } from "./cycles.ts";
import { download } from "./downloads.ts";
import { list } from "./listings.ts";
import { ALL_FLAGS, metadata, MISSING_FLAGS, type WithMetadata } from "./metadata.ts";
import type { Row } from "./row.ts";
import type { Stage } from "./stage.ts";
import { startUp } from "./start-up.ts";

export interface Scenario {
  readonly name: string;
  readonly about: string;
  readonly run: (stage: Stage, repeat: number) => Promise<Row[]>;
}

const [KB, MB, GB] = [1_000, 1_000_000, 1_000_000_000];

/** Takes minutes, so it must be asked for. */
export const MILLION = "million";

export const SCENARIOS: readonly Scenario[] = [
  { name: "help", about: "start to --help", run: (stage) => startUp(stage) },
  downloads("small-files", { what: "2,000 files of 100 KB", assets: 2_000, fileBytes: 100 * KB }),
  downloads("medium-files", { what: "60 files of 5 MB", assets: 60, fileBytes: 5 * MB }),
  downloads("large-file", { what: "one file of 1 GB", assets: 1, fileBytes: GB }),
  written("metadata-jpeg", {
    what: "2,000 JPEG",
    assets: 2_000,
    kind: "jpeg-plain",
    flags: ALL_FLAGS,
  }),
  written("metadata-heic", { what: "500 HEIC", assets: 500, kind: "heic", flags: ALL_FLAGS }),
  written("metadata-there", {
    what: "500 HEIC that say it already",
    ...{ assets: 500, kind: "heic", flags: MISSING_FLAGS },
  }),
  {
    name: "listing",
    about: "100,000 assets listed and planned, nothing downloaded",
    run: (stage, repeat) => list(stage, repeat, 100_000),
  },
  unchanged("cycle-1k", 1_000, []),
  unchanged("cycle-10k", 10_000, []),
  unchanged("cycle-100k", 100_000, [1, 1_000]),
  {
    name: MILLION,
    about: "1,000,000 assets listed once: peak memory, database size",
    run: (stage) => list(stage, 1, 1_000_000),
  },
];

function written(name: string, wish: WithMetadata): Scenario {
  const about = `${wish.what}, without metadata and with ${wish.flags.length} flags`;
  return { name, about, run: (stage, repeat) => metadata(stage, repeat, wish) };
}

function downloads(name: string, wish: Parameters<typeof download>[2]): Scenario {
  const about = `${wish.what}, next to curl and aria2c`;
  return { name, about, run: (stage, repeat) => download(stage, repeat, wish) };
}

function unchanged(name: string, assets: number, deltas: readonly number[]): Scenario {
  const news = deltas.length === 0 ? "" : `, and with ${deltas.join(" or ")} new`;
  return {
    name,
    about: `cycles of ${assets.toLocaleString("en")} assets with nothing new${news}`,
    run: (stage, repeat) => cycles(stage, repeat, { assets, deltas }),
  };
}
