/** What metadata costs a first sync: the same library without flags and with, in turn. */
import { Apple, type Library } from "./apple.ts";
import { Kei, type Sample } from "./kei.ts";
import { medians } from "./median.ts";
import type { Row } from "./row.ts";
import type { Stage } from "./stage.ts";

export interface WithMetadata extends Library {
  readonly what: string;
  readonly flags: readonly string[];
}

/** All that is written into files. */
export const ALL_FLAGS = [
  "--set-exif-datetime",
  "--set-exif-gps",
  "--set-exif-rating",
  "--set-exif-description",
  "--embed-xmp",
];

/** What cameras write themselves, so that only files without it are written into. */
export const MISSING_FLAGS = ALL_FLAGS.slice(0, 2);

export async function metadata(stage: Stage, repeat: number, wish: WithMetadata): Promise<Row[]> {
  const { what, flags, ...library } = wish;
  const apple = await Apple.start(library, stage);
  try {
    const kei = new Kei(stage, apple);
    await kei.signIn();
    const [without, having]: [Sample[], Sample[]] = [[], []];
    for (let run = 0; run < repeat; run += 1) {
      for (const [samples, more] of [
        [without, []],
        [having, flags],
      ] as const) {
        kei.forget();
        samples.push(await kei.sync(more));
        stage.remove(kei.photosDir);
      }
    }
    const [off, on] = [medians(without), medians(having)];
    const more = {
      "wall ratio to the same without": on.wallMs / off.wallMs,
      "files per s": (library.assets / on.wallMs) * 1000,
    };
    return [
      { what: `${what}, no metadata`, repeat, kei: off },
      { what: `${what}, with it`, repeat, kei: on, more },
    ];
  } finally {
    await apple.stop();
  }
}
