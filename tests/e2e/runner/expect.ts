/** Steps that look: at the last run's exit, words and requests, and at the disk. */
import { expect } from "bun:test";
import { Database } from "bun:sqlite";
import { globSync, lstatSync, readFileSync } from "node:fs";
import { filesBelow, sha256Of } from "../../support/disk.ts";
import type { Tally } from "../../support/checker.ts";
import type { Asked } from "../../support/simulator.ts";
import { readPairs, splitWords, type Step } from "./parse.ts";
import type { World } from "./world.ts";

type Expectation = (step: Step, world: World) => Promise<void> | void;

export const EXPECTATIONS: Readonly<Record<string, Expectation>> = {
  exit: ({ rest }, { result }) => {
    const said = result.code === Number(rest) ? "" : result.stdout + result.stderr;
    expect([result.code, said]).toEqual([Number(rest), ""]);
  },
  stdout: (step, world) => expectText(world.result.stdout, step, world),
  stderr: (step, world) => expectText(world.result.stderr, step, world),
  /** prints: exactly these lines on stdout, in this order. */
  prints: ({ block }, { result }) => {
    const lines = result.stdout.split("\n").map((line) => line.trim());
    expect(lines.filter((line) => line !== "")).toEqual([...block]);
  },
  /** Neither stream says it. */
  unsaid: ({ rest }, { result }) => expect(result.stdout + result.stderr).not.toContain(rest),
  /** tree photos, with one line for each file: path, and its size where it matters. */
  tree: ({ rest, block }, world) => {
    const files = filesBelow(world.path(rest));
    const wanted = block.map((line) => line.split(" "));
    const found = files.map(({ path, sizeBytes }, index) =>
      wanted[index]?.length === 1 ? path : `${path} ${sizeBytes}`,
    );
    expect(found).toEqual([...block]);
  },
  /** folders photos, with one line for each folder in it. */
  folders: ({ rest, block }, world) => {
    const names = globSync("**/*", { cwd: world.path(rest) });
    const isFolder = (name: string) => lstatSync(world.path(`${rest}/${name}`)).isDirectory();
    expect(names.filter(isFolder).sort()).toEqual([...block]);
  },
  /** decomposed photos/Grün.JPG: it is there with letters and accents apart, and not as one. */
  decomposed: ({ rest }, world) => {
    const names = globSync("**/*", { cwd: world.place.cwd });
    const found = names.filter((name) => name.normalize("NFC") === rest.normalize("NFC"));
    expect(found).toEqual([rest.normalize("NFD")]);
  },
  /** holds PATH TEXT */
  holds: ({ rest }, world) => {
    const [, name = "", text = ""] = /^(\S+) (.*)$/.exec(rest) ?? [];
    expect(readFileSync(world.path(name), "utf8")).toBe(text);
  },
  /** contains PATH TEXT; lacks PATH TEXT */
  contains: ({ rest }, world) => {
    const [, name = "", text = ""] = /^(\S+) (.*)$/.exec(rest) ?? [];
    expect(readFileSync(world.path(name), "utf8")).toContain(text);
  },
  lacks: ({ rest }, world) => {
    const [, name = "", text = ""] = /^(\S+) (.*)$/.exec(rest) ?? [];
    expect(readFileSync(world.path(name), "utf8")).not.toContain(text);
  },
  /** same FOLDER FOLDER PATTERN: files of these names have the same bytes in both. */
  same: ({ rest }, world) => {
    const [one = "", other = "", pattern = ""] = rest.split(" ");
    const names = globSync(pattern, { cwd: world.path(one) });
    const hashes = (folder: string) =>
      names.map((name) => sha256Of(world.path(`${folder}/${name}`)));
    expect(names).not.toEqual([]);
    expect(hashes(other)).toEqual(hashes(one));
  },
  /** linked hard A B: one file with two names; linked symbolic A B; linked not A B: two files. */
  linked: ({ rest }, world) => {
    const [how, one = "", other = ""] = splitWords(rest);
    const [first, second] = [lstatSync(world.path(one)), lstatSync(world.path(other))];
    const isSymbolic = first.isSymbolicLink() || second.isSymbolicLink();
    const isHard = first.ino === second.ino;
    expect(isSymbolic ? "symbolic" : isHard ? "hard" : "not").toBe(how!);
    expect(sha256Of(world.path(one))).toBe(sha256Of(world.path(other)));
  },
  /** asked cloudkit 1; asked auth signin/complete 1; asked content range bytes=1200000- */
  asked: async ({ rest }, world) => {
    const asked = await world.asked();
    const range = /^content range (\S+)$/.exec(rest)?.[1];
    if (range) return expect(asked.map(({ headers }) => headers["range"])).toContain(range);
    const [, service = "", path = "", count] = /^(\S+)(?: (\S+))? (\d+)$/.exec(rest) ?? [];
    const fitting = asked.filter((one) => isAbout(one, service, path));
    expect([service, path, fitting.length]).toEqual([service, path, Number(count)]);
  },
  /** pages 2: so many pages of assets were listed. */
  pages: async ({ rest }, world) => {
    const isPage = /"recordType":"CPL(AssetAndMaster|ContainerRelation)/;
    const pages = (await world.asked()).filter(({ body }) => isPage.test(body));
    expect(["pages", pages.length]).toEqual(["pages", Number(rest)]);
  },
  /** tally saved=2 not-selected=1: exactly these outcomes of the last run, which add up. */
  tally: ({ rest }, world) => {
    const [name = ""] = globSync("data/*.db", { cwd: world.place.cwd });
    using db = new Database(world.path(name), { readonly: true });
    const { tally } = db
      .query<{ tally: string }, []>("SELECT tally FROM runs ORDER BY id DESC LIMIT 1")
      .get()!;
    const { seen, saved, failed, interrupted, skipped } = JSON.parse(tally) as Tally;
    const found = Object.fromEntries(
      Object.entries({ saved, failed, interrupted, ...skipped }).filter(([, count]) => count > 0),
    );
    expect(found).toEqual(readPairs(splitWords(rest)) as Record<string, number>);
    expect(Object.values(found).reduce((sum, count) => sum + count, 0)).toBe(seen);
  },
};

function isAbout(asked: Asked, service: string, path: string): boolean {
  return (service === "anything" || asked.service === service) && asked.path.includes(path);
}

/** `nothing`, a text that is contained, `= N lines`, or with a block: exactly these lines. */
function expectText(text: string, step: Step, world: World): void {
  const rest = world.fill(step.rest);
  const block = step.block.map((line) => world.fill(line));
  const lines = text.split("\n").filter((line) => line !== "");
  const count = /^= (\d+) lines?$/.exec(rest)?.[1];
  if (rest === "nothing") expect(text).toBe("");
  else if (count) expect(lines).toHaveLength(Number(count));
  else if (block.length > 0) expect(lines.sort()).toEqual([...block].sort());
  else expect(text).toContain(rest);
}
