/** Files of the time zone database: which zone of the runtime they are, and their rule for the years to come. */
import { canonicalZone } from "../plan/local-time.ts";
import { parsePosixZone } from "../plan/posix-zone.ts";

const MAGIC = "TZif";
const HEADER_BYTES = 44;

interface Turn {
  readonly epochMs: number;
  readonly offsetSeconds: number;
}

/**
 * The name, or the rule in the manner of POSIX, of the zone whose file this is; null for what is no such file. A copied
 * file does not tell its name, so the zone is the one whose clocks do the same.
 */
export function zoneOfFile(bytes: Uint8Array): string | null {
  const file = readZoneFile(bytes);
  if (!file) return null;
  const same = Intl.supportedValuesOf("timeZone").find((name) => doesTheSame(name, file.turns));
  const isRuleNeeded = file.turns.length === 0 || same === undefined;
  if (!isRuleNeeded && same) return canonicalZone(same);
  return parsePosixZone(file.rule) ? plainest(file.rule) : null;
}

/** `UTC0` is what everybody calls UTC. */
function plainest(rule: string): string {
  return /^(UTC|GMT|UCT)0$/.test(rule) ? "UTC" : rule;
}

/** The latest turns tell most zones apart, so they are looked at first. */
function doesTheSame(name: string, turns: readonly Turn[]): boolean {
  return turns.every(({ epochMs, offsetSeconds }) => {
    const instant = Temporal.Instant.fromEpochMilliseconds(epochMs);
    return instant.toZonedDateTimeISO(name).offsetNanoseconds / 1e9 === offsetSeconds;
  });
}

/** The turns since 1970, latest first, and the rule at the end of the file. */
function readZoneFile(bytes: Uint8Array): { turns: Turn[]; rule: string } | null {
  const file = Buffer.from(bytes);
  if (file.length < HEADER_BYTES || file.toString("latin1", 0, 4) !== MAGIC) return null;
  try {
    const first = countsAt(file, 0);
    // Everything is there twice, the second time with room for times after 2038.
    const second = HEADER_BYTES + sizeOf(first, 4);
    return file[4] === 0 ? null : bodyAt(file, second);
  } catch (error) {
    if (error instanceof RangeError) return null; // half a file
    throw error;
  }
}

interface Counts {
  readonly utcs: number;
  readonly standards: number;
  readonly leaps: number;
  readonly times: number;
  readonly types: number;
  readonly letters: number;
}

function countsAt(file: Buffer, at: number): Counts {
  const count = (index: number) => file.readUInt32BE(at + 20 + index * 4);
  return {
    ...{ utcs: count(0), standards: count(1), leaps: count(2) },
    ...{ times: count(3), types: count(4), letters: count(5) },
  };
}

function sizeOf(counts: Counts, timeBytes: number): number {
  const { utcs, standards, leaps, times, types, letters } = counts;
  return times * (timeBytes + 1) + types * 6 + letters + leaps * (timeBytes + 4) + standards + utcs;
}

function bodyAt(file: Buffer, at: number): { turns: Turn[]; rule: string } {
  const counts = countsAt(file, at);
  const timesAt = at + HEADER_BYTES;
  const indexesAt = timesAt + counts.times * 8;
  const typesAt = indexesAt + counts.times;
  const turns: Turn[] = [];
  for (let index = counts.times - 1; index >= 0; index -= 1) {
    const epochMs = Number(file.readBigInt64BE(timesAt + index * 8)) * 1000;
    if (epochMs < 0) break;
    const type = file.readUInt8(indexesAt + index);
    turns.push({ epochMs, offsetSeconds: file.readInt32BE(typesAt + type * 6) });
  }
  const ruleAt = timesAt + sizeOf(counts, 8) + 1;
  return { turns, rule: file.toString("latin1", ruleAt).replace(/\n$/, "") };
}
