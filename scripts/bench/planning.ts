/**
 * How much of the refresh's CPU time is planning: `bun scripts/bench/planning.ts [ASSETS]`.
 *
 * Profiles one listing with all filters on, from the sources. A sample counts as deciding when a function of src/plan/
 * is on its stack, looks at the disk and at names taken included; as planning when the planner is, reading what is known
 * of the asset included, unless it is noting the answer as rows of files.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environmentOf, placeIn } from "../../tests/support/kei.ts";
import { signIn } from "../../tests/support/signed-in.ts";
import { startSimulator } from "../../tests/support/simulator.ts";

interface Frame {
  readonly functionName: string;
  readonly url: string;
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: Frame;
    readonly children?: readonly number[];
  }[];
  readonly samples: readonly number[];
}

const FILTERS = [
  ...["--exclude-album", "Ski trip", "--filename-exclude", "*9.JPG,screen*,DSC00[0-4]*"],
  ...["--skip-created-before", "2001-01-01", "--skip-created-after", "2035-01-01"],
  ...["--live-photo-mode", "image-only", "--skip-videos", "--size", "original,adjusted"],
];
const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

const assets = process.argv[2] ?? "20000";
const folder = mkdtempSync(join(tmpdir(), "kei-bench-"));
try {
  await using simulator = await startSimulator(["--assets", assets, "--no-rate-limit"]);
  const place = placeIn(folder);
  await signIn(place, simulator);
  const profiler = ["--cpu-prof", "--cpu-prof-dir", folder, "--cpu-prof-name", "planning.json"];
  const words = ["sync", "-d", place.photos, "--only-print-filenames", ...FILTERS];
  const child = Bun.spawn([process.execPath, ...profiler, MAIN, ...words], {
    ...{ cwd: folder, env: { ...environmentOf(place, simulator) } },
    ...{ stdout: "ignore", stderr: "inherit" },
  });
  if ((await child.exited) !== 0) throw new Error("the listing failed");
  const profile = (await Bun.file(join(folder, "planning.json")).json()) as Profile;
  const deciding = share(profile, ({ url }) => url.includes("/src/plan/"));
  const planner = share(profile, ({ url }) => url.endsWith("/src/sync/planner.ts"));
  const noting = share(profile, ({ functionName }) => /^(#meet|settle)$/.test(functionName));
  console.log(`${assets} assets, ${profile.samples.length} samples`);
  console.log(`deciding (src/plan): ${deciding.toFixed(1)} %`);
  console.log(`planning (src/sync/planner.ts): ${(planner - noting).toFixed(1)} %`);
  console.log(`noting the answer as rows: ${noting.toFixed(1)} %`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Percentage of the busy samples with such a function on the stack. */
function share({ nodes, samples }: Profile, isMeant: (frame: Frame) => boolean): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((one) => [one, id])),
  );
  const isIdle = (id: number) => /idle/.test(byId.get(id)?.callFrame.functionName ?? "");
  const isIn = (id: number | undefined): boolean =>
    id !== undefined && (isMeant(byId.get(id)!.callFrame) || isIn(parents.get(id)));
  const busy = samples.filter((id) => !isIdle(id));
  return (100 * busy.filter((id) => isIn(id)).length) / busy.length;
}
