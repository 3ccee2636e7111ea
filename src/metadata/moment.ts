/** Moments as cameras write them: what a clock on the spot showed, and how far that was from UTC. */
import { localTime } from "../plan/local-time.ts";

export interface Moment {
  /** `2024-05-06T07:08:09`, by the clock on the spot. */
  readonly wall: string;
  /** `+02:00`; null when nobody knows, and the clock is this computer's. */
  readonly offset: string | null;
  /** Whole seconds since 1970, UTC. */
  readonly epochSeconds: number;
}

/** The moment by the offset where it was taken, or else by this computer's zone. */
export function momentOf(ms: number, offsetSeconds: number | null, timeZone: string): Moment {
  // A file tells whole minutes of an offset only.
  const offset = offsetSeconds === null ? null : Math.round(offsetSeconds / 60) * 60;
  const seconds = Math.floor(ms / 1000);
  return {
    wall: wallAt(seconds, offset ?? localTime(seconds * 1000, timeZone).offsetSeconds),
    offset: offset === null ? null : offsetText(offset),
    epochSeconds: seconds,
  };
}

/** `2024:05:06 07:08:09` */
export function exifDate({ wall }: Moment): string {
  return wall.replaceAll("-", ":").replace("T", " ");
}

/** `2024-05-06T07:08:09+02:00`, without the end when the offset is unknown. */
export function isoDate({ wall, offset }: Moment): string {
  return wall + (offset ?? "");
}

/** `2024:05:06 05:08:09+00:00` */
export function utcDate(moment: Moment): string {
  const wall = wallAt(moment.epochSeconds, 0);
  return `${exifDate({ ...moment, wall })}+00:00`;
}

function wallAt(epochSeconds: number, offsetSeconds: number): string {
  return new Date((epochSeconds + offsetSeconds) * 1000).toISOString().slice(0, 19);
}

function offsetText(seconds: number): string {
  const minutes = Math.abs(seconds) / 60;
  const two = (number: number) => String(number).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
