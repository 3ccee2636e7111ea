/** Sync tokens: 01, the sequence as int64, 7f and seven ff, then the 16-byte epoch of the zone. */
import type { Zone } from "./zone.ts";

const tokenBytes = 33;
const zonePrefix = 1;
const databasePrefix = 2;
const filling = Buffer.from("7fffffffffffffff", "hex");

export function zoneToken(zone: Zone, seq: number = zone.seq): string {
  return token(zonePrefix, seq, filling, zone.epoch);
}

/** A database token is new on every call, whether anything changed or not. */
export function databaseToken(stamp: number, call: number, epoch: Buffer): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(call));
  return token(databasePrefix, stamp, counter, epoch);
}

export type TokenReading =
  | { readonly seq: number }
  | { readonly fault: "Invalid continuation format" | "Unknown sync continuation type" };

export function readZoneToken(text: string, zone: Zone): TokenReading {
  const bytes = Buffer.from(text, "base64");
  if (bytes[0] === zonePrefix && bytes.length !== tokenBytes) {
    return { fault: "Invalid continuation format" };
  }
  const isOurs = bytes[0] === zonePrefix && bytes.subarray(17).equals(zone.epoch);
  const seq = isOurs ? Number(bytes.readBigInt64BE(1)) : Infinity;
  return seq <= zone.seq ? { seq } : { fault: "Unknown sync continuation type" };
}

/** The stamp of a database token; null for anything else. */
export function readDatabaseToken(text: string, epoch: Buffer): number | null {
  const bytes = Buffer.from(text, "base64");
  const isOurs =
    bytes.length === tokenBytes && bytes[0] === databasePrefix && bytes.subarray(17).equals(epoch);
  return isOurs ? Number(bytes.readBigInt64BE(1)) : null;
}

function token(prefix: number, seq: number, middle: Buffer, epoch: Buffer): string {
  const bytes = Buffer.alloc(tokenBytes);
  bytes[0] = prefix;
  bytes.writeBigInt64BE(BigInt(seq), 1);
  middle.copy(bytes, 9);
  epoch.copy(bytes, 17);
  return bytes.toString("base64");
}
