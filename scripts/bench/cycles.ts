/** Cycles of a library that is already on disk: nothing new, a little new. */
import { Apple } from "./apple.ts";
import { Kei, type Sample } from "./kei.ts";
import { medians } from "./median.ts";
import type { Row } from "./row.ts";
import type { Stage } from "./stage.ts";

/** `deltas`: how many new photos at a time to measure as well. */
export async function cycles(
  stage: Stage,
  repeat: number,
  { assets, deltas }: { assets: number; deltas: readonly number[] },
): Promise<Row[]> {
  const apple = await Apple.start({ assets, kind: "jpeg-plain" }, stage);
  try {
    const kei = new Kei(stage, apple);
    await kei.signIn();
    const size = assets.toLocaleString("en");
    const first = await kei.sync();
    const rows: Row[] = [
      firstRow(`first sync of ${size} tiny files`, assets, first),
      await repeated(`nothing new in ${size}`, repeat, () => kei.sync()),
    ];
    for (const delta of deltas) {
      const what = `${delta.toLocaleString("en")} new in ${size}`;
      rows.push(
        await repeated(what, repeat, async () => {
          await apple.addPhotos(delta);
          return kei.sync();
        }),
      );
    }
    return rows;
  } finally {
    await apple.stop();
  }
}

function firstRow(what: string, assets: number, kei: Sample): Row {
  const more = {
    "files per s": (assets / kei.wallMs) * 1000,
    "files per CPU second": (assets / kei.cpuMs) * 1000,
  };
  return { what, repeat: 1, kei, more };
}

async function repeated(what: string, repeat: number, run: () => Promise<Sample>): Promise<Row> {
  const samples: Sample[] = [];
  for (let done = 0; done < repeat; done += 1) samples.push(await run());
  return { what, repeat, kei: medians(samples) };
}
