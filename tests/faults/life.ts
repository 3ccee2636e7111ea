/** A whole small life of kei, in steps. Each step can be taken again from the same beginning. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { signedOutComputer, type Computer } from "../support/computer.ts";

export interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** What happens in the world between the step before and this one. */
  readonly before: (computer: Computer) => unknown;
  /** True when exit 0 means that the library is here. */
  readonly isSync: boolean;
  /** What cannot be seen is not taken for gone: a loss that one run could not see is for the next. */
  readonly mayOverlook?: boolean;
}

/** Files of the person's own, with the names that photos would have. */
export const STRANGERS: Readonly<Record<string, string>> = {
  "2024/01/05/IMG_0001.JPG": "my own picture",
  "2024/01/IMG_0002.JPG": "my own picture as well",
  "notes/own.txt": "my own words",
};

const SYNC = ["sync", "-d", "photos"];

export const STEPS: readonly Step[] = [
  { name: "sign in", args: ["login"], before: () => undefined, isSync: false },
  { name: "first sync", args: SYNC, before: plantStrangers, isSync: true },
  { name: "sync of changes", args: SYNC, before: changeLibrary, isSync: true },
  { name: "relayout", args: [...SYNC, "--relayout"], before: changeLayout, isSync: true },
  { name: "sync that mends", args: SYNC, before: loseFiles, isSync: true, mayOverlook: true },
  { name: "verify", args: ["verify", "--checksums"], before: () => undefined, isSync: false },
  { name: "status", args: ["status"], before: () => undefined, isSync: false },
  { name: "list", args: ["list", "albums"], before: () => undefined, isSync: false },
  { name: "reset", args: ["reset", "state", "--yes"], before: () => undefined, isSync: false },
  { name: "sync that adopts", args: SYNC, before: () => undefined, isSync: true },
];

/** The computer of that life, before its first step. */
export async function beginLife(): Promise<Computer> {
  const computer = await signedOutComputer(["--assets", "0", "--two-factor", "none"]);
  Object.assign(computer.env, { KEI_MAX_RETRIES: "1", KEI_DIRECTORY: "photos" });
  // Each trial of a sign-in is one more of them.
  await computer.simulator.admin("POST", "account", { rateLimit: false });
  for (const number of [1, 2, 3, 4])
    await computer.addPhoto(`IMG_000${number}.JPG`, 30_000 + number);
  const live = { bytes: 9000, kind: "jpeg", date: "2024-02-05T12:00:00Z" };
  await computer.simulator.library("add", {
    assets: [{ ...live, name: "IMG_0005.HEIC", live: { bytes: 4000 } }],
  });
  return computer;
}

function plantStrangers({ place }: Computer): void {
  for (const [path, text] of Object.entries(STRANGERS)) {
    mkdirSync(join(place.photos, dirname(path)), { recursive: true });
    writeFileSync(join(place.photos, path), text);
  }
}

async function changeLibrary(computer: Computer): Promise<void> {
  await computer.addPhoto("IMG_0006.JPG", 31_000);
  await computer.simulator.library("replace-bytes", { fileName: "IMG_0003.JPG", bytes: 33_000 });
  await computer.simulator.library("favorite", { fileName: "IMG_0002.JPG" });
}

function changeLayout({ env }: Computer): void {
  env["KEI_FOLDER_STRUCTURE"] = "%Y/%m";
}

async function loseFiles({ place }: Computer): Promise<void> {
  const glob = new Bun.Glob("2024/*/IMG_0004*.JPG");
  for await (const path of glob.scan({ cwd: place.photos })) {
    await Bun.file(join(place.photos, path)).delete();
  }
}
