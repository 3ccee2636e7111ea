/** From the command line to the help text. */
import { keiPath } from "./kei.ts";
import { measure, plainEnvironment, type Figures } from "./measure.ts";
import { median, medians } from "./median.ts";
import type { Row } from "./row.ts";
import type { Stage } from "./stage.ts";

const RUNS = 20;

export async function startUp(stage: Stage): Promise<Row[]> {
  const samples: Figures[] = [];
  const logPath = stage.path("kei.log");
  const env = plainEnvironment(stage.root);
  for (let run = 0; run <= RUNS; run += 1) {
    samples.push(
      await measure({ argv: [keiPath(stage), "--help"], env, logPath, signal: stage.signal }),
    );
  }
  // The first one reads the program from disk.
  const kei = medians(samples.slice(1));
  const byHyperfine = await hyperfine(stage);
  return [
    {
      what: "kei --help",
      repeat: RUNS,
      kei: byHyperfine === null ? kei : { ...kei, wallMs: byHyperfine },
      more: { "first start ms": samples[0]?.wallMs ?? Number.NaN },
    },
  ];
}

/** The median in milliseconds; null without hyperfine. */
async function hyperfine(stage: Stage): Promise<number | null> {
  if (Bun.which("hyperfine") === null) return null;
  const json = stage.path("hyperfine.json");
  const flags = ["-N", "--warmup", "3", "--runs", String(RUNS), "--export-json", json];
  await measure({
    argv: ["hyperfine", ...flags, `${keiPath(stage)} --help`],
    env: plainEnvironment(stage.root),
    logPath: stage.path("hyperfine.log"),
    signal: stage.signal,
  });
  const { results } = (await Bun.file(json).json()) as { results: { times: number[] }[] };
  return median((results[0]?.times ?? []).map((each) => each * 1000));
}
