/** curl and aria2c fetching the same addresses with the same number of connections. */
import { writeFileSync } from "node:fs";
import { measure, plainEnvironment, type Figures } from "./measure.ts";
import type { Stage } from "./stage.ts";

export interface RivalFigures extends Figures {
  /** Writing out what the program left in memory; kei's own time includes that. */
  readonly syncMs: number;
}

export interface Rival {
  readonly name: string;
  /** Fetches into the folder. */
  readonly fetchAll: (
    addresses: readonly string[],
    folder: string,
    stage: Stage,
  ) => Promise<RivalFigures>;
}

const CONNECTIONS = "10";

const RIVALS: readonly (Rival & { readonly program: string })[] = [
  {
    name: "curl",
    program: "curl",
    fetchAll: (addresses, folder, stage) => {
      const list = addresses.map((url, at) => `url = "${url}"\noutput = "${folder}/${at}.bin"\n`);
      // Apple's addresses hold "${f}", which curl would take for a pattern.
      const flags = ["-q", "--silent", "--show-error", "--fail", "--globoff"];
      const parallel = ["--parallel", "--parallel-max", CONNECTIONS];
      return run(["curl", ...flags, ...parallel, "--config"], list, folder, stage);
    },
  },
  {
    name: "aria2c",
    program: "aria2c",
    fetchAll: (addresses, folder, stage) => {
      const list = addresses.map((url, at) => `${url}\n  out=${at}.bin\n`);
      const flags = ["--no-conf", "--quiet", "--file-allocation=none", "-d", folder];
      return run(
        ["aria2c", ...flags, `-j${CONNECTIONS}`, "-x1", "--input-file"],
        list,
        folder,
        stage,
      );
    },
  },
];

/** Those that are on this machine. */
export function presentRivals(): Rival[] {
  return RIVALS.filter(({ program }) => Bun.which(program) !== null);
}

async function run(
  argv: readonly string[],
  list: readonly string[],
  folder: string,
  stage: Stage,
): Promise<RivalFigures> {
  const listPath = stage.path("addresses.txt");
  writeFileSync(listPath, list.join(""));
  const common = {
    env: plainEnvironment(stage.root),
    logPath: stage.path("rival.log"),
    signal: stage.signal,
  };
  const figures = await measure({ ...common, argv: [...argv, listPath] });
  const { wallMs } = await measure({ ...common, argv: ["sync", "-f", folder] });
  return { ...figures, syncMs: wallMs };
}
