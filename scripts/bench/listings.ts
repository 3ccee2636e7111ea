/** Libraries listed, planned and remembered without a download. */
import { readdirSync, statSync } from "node:fs";
import { Apple } from "./apple.ts";
import { Kei, type Sample } from "./kei.ts";
import { medians } from "./median.ts";
import type { Row } from "./row.ts";
import type { Stage } from "./stage.ts";

/** Lists into a scratch database, which is gone afterwards; its size is watched while it is there. */
const LISTING_ONLY = "--only-print-filenames";
const WATCH_MS = 200;

export async function list(stage: Stage, repeat: number, assets: number): Promise<Row[]> {
  const apple = await Apple.start({ assets }, stage);
  try {
    const kei = new Kei(stage, apple);
    await kei.signIn();
    const samples: (Sample & { databaseBytes: number })[] = [];
    for (let run = 0; run < repeat; run += 1) samples.push(await listOnce(kei));
    const { databaseBytes, ...figures } = medians(samples);
    const more = {
      "assets per CPU second": (assets / figures.cpuMs) * 1000,
      "assets per second": (assets / figures.wallMs) * 1000,
      "database MB": databaseBytes / 1e6,
    };
    const what = `list ${assets.toLocaleString("en")} (${LISTING_ONLY})`;
    return [{ what, repeat, kei: figures, more }];
  } finally {
    await apple.stop();
  }
}

async function listOnce(kei: Kei): Promise<Sample & { databaseBytes: number }> {
  let databaseBytes = 0;
  let watch: NodeJS.Timeout | undefined;
  try {
    const sample = await kei.sync([LISTING_ONLY], (pid) => {
      watch = setInterval(() => {
        databaseBytes = Math.max(databaseBytes, largestOpenFile(pid));
      }, WATCH_MS);
    });
    return { ...sample, databaseBytes };
  } finally {
    clearInterval(watch);
  }
}

/** Size of the largest database a process has open; the scratch one has no name any more. 0 where nobody tells. */
function largestOpenFile(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  try {
    const sizes = readdirSync(folder).map((fd) => statSync(`${folder}/${fd}`));
    return Math.max(0, ...sizes.filter((stats) => stats.isFile()).map(({ size }) => size));
  } catch {
    return 0; // no /proc, or the process has just ended
  }
}
