/** Whole libraries fetched by kei, curl and aria2c in turn. */
import { Apple, type Library } from "./apple.ts";
import { readAddresses } from "./addresses.ts";
import { Kei, type Sample } from "./kei.ts";
import { medians } from "./median.ts";
import { presentRivals, type Rival, type RivalFigures } from "./rivals.ts";
import type { Row, Served } from "./row.ts";
import type { Stage } from "./stage.ts";

export interface Download extends Library {
  readonly what: string;
  readonly fileBytes: number;
}

/** So few files may be removed between two runs. */
const FEW = 100;

export async function download(stage: Stage, repeat: number, { what, ...library }: Download) {
  const apple = await Apple.start({ ...library, kind: "jpeg-plain" }, stage);
  try {
    const kei = new Kei(stage, apple);
    await kei.signIn();
    const addresses = await addressesOf(stage, apple);
    const samples: (Sample & Served)[] = [];
    const rivals = presentRivals().map((rival) => ({
      rival,
      samples: [] as (RivalFigures & Served)[],
    }));
    // In turn, so that a slow minute of the machine is everybody's.
    for (let run = 0; run < repeat; run += 1) {
      kei.forget();
      samples.push(await served(apple, () => kei.sync()));
      const folders = [kei.photosDir];
      for (const { rival, samples: figures } of rivals) {
        const folder = stage.newFolder(rival.name);
        figures.push(await served(apple, () => rival.fetchAll(addresses, folder, stage)));
        folders.push(folder);
      }
      if (library.assets <= FEW) folders.forEach((folder) => stage.remove(folder));
    }
    return [summed(what, samples, rivals, library)];
  } finally {
    await apple.stop();
  }
}

async function served<Measured>(apple: Apple, run: () => Promise<Measured>) {
  const beforeMs = apple.cpuMs();
  const figures = await run();
  return { ...figures, simulatorMs: apple.cpuMs() - beforeMs };
}

// A session of its own, so that kei's own cookies stay as kei left them.
async function addressesOf(stage: Stage, apple: Apple): Promise<string[]> {
  const other = new Kei(stage, apple, "addresses");
  await other.signIn();
  return readAddresses(other.dataDir);
}

function summed(
  what: string,
  samples: readonly (Sample & Served)[],
  rivals: readonly {
    readonly rival: Rival;
    readonly samples: readonly (RivalFigures & Served)[];
  }[],
  { assets, fileBytes }: Pick<Download, "assets" | "fileBytes">,
): Row {
  const kei = medians(samples);
  return {
    what,
    repeat: samples.length,
    kei,
    rivals: Object.fromEntries(
      rivals.map(({ rival, samples: figures }) => [rival.name, medians(figures)]),
    ),
    more: {
      "CPU s of the simulator": kei.simulatorMs / 1000,
      "files per s": (assets / kei.wallMs) * 1000,
      "MB per s": (assets * fileBytes) / kei.wallMs / 1000,
    },
  };
}
