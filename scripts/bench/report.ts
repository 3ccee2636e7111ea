/** The result as text for people. */
import { speedShare, type Row } from "./row.ts";

const RIVAL_COLUMNS = ["curl", "aria2c"];
const HEAD = ["", "wall s", "CPU s", "RSS MB", "calls", "files"].concat(
  RIVAL_COLUMNS.map((name) => `speed/${name}`),
);

export function report(rows: readonly Row[]): string {
  return [aligned([HEAD, ...rows.map(cells)]), "", ...rows.flatMap(remarks), "", NOTES].join("\n");
}

const NOTES = `Medians; CPU and memory of the process itself. calls: requests that are no files, of one run with its sign-in check.
speed/curl: kei's speed as a share of that of curl --parallel --parallel-max 10 on the same addresses and file system;
kei lists, hashes, names and syncs as well. The simulator shares this machine: wall time is that of both, and its CPU time is what all of them have to wait for.`;

function cells(row: Row): string[] {
  const { kei } = row;
  const shares = RIVAL_COLUMNS.map((name) => {
    const rival = row.rivals?.[name];
    return rival ? speedShare(row, rival).toFixed(2) : "";
  });
  return [
    row.what,
    seconds(kei.wallMs),
    seconds(kei.cpuMs),
    (kei.rssBytes / 1e6).toFixed(0),
    count(kei.calls),
    count(kei.files),
    ...shares,
  ];
}

function remarks(row: Row): string[] {
  const rivals = Object.entries(row.rivals ?? {}).map(([name, figures]) => {
    const { wallMs, syncMs, cpuMs, simulatorMs } = figures;
    const synced = speedShare(row, { ...figures, wallMs: wallMs + syncMs }).toFixed(2);
    const times = `${seconds(wallMs)} s, CPU ${seconds(cpuMs)} s, writing out ${seconds(syncMs)} s`;
    const served = `simulator's CPU ${seconds(simulatorMs)} s`;
    return `${row.what}: ${name} ${times}, ${served}; speed/(${name} + writing out) ${synced}`;
  });
  const more = Object.entries(row.more ?? {}).map(
    ([name, value]) => `${row.what}: ${name} ${count(value < 10 ? value : Math.round(value))}`,
  );
  return [...rivals, ...more];
}

function aligned(lines: readonly (readonly string[])[]): string {
  const widths = HEAD.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  const padded = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0);
  return lines.map((line) => line.map(padded).join("  ").trimEnd()).join("\n");
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 10_000 ? 3 : 1);
}

function count(value: number | undefined): string {
  return value === undefined ? "" : value.toLocaleString("en");
}
