/**
 * The Photos half of the simulator: CloudKit, the content host, and the switches for tests.
 *
 * A library is generated from a seed: the same options give the same records and the same bytes. Records are kept,
 * everything derived from them (JSON, checksums, addresses, files) is made when it is asked for. The content host
 * keeps no table either: each download address says, under its signature, how to make the file again.
 *
 * Folders: library/ what there is, wire/ how a record looks in JSON, cloudkit/ the operations, admin/ the switches.
 * Nothing survives the process; nothing here knows who is signed in, the gate does.
 */
import type { Gate, Part, SimulatorClock } from "../types.ts";
import { cloudkitPart } from "./cloudkit/cloudkit.ts";
import { contentPart } from "./content-host.ts";
import { adminPart } from "./admin/admin.ts";
import { Library } from "./library/library.ts";
import type { PhotosOptions } from "./options.ts";

export interface PhotosSetup {
  readonly options: PhotosOptions;
  readonly clock: SimulatorClock;
  readonly gate: Gate;
}

export function createPhotos({ options, clock, gate }: PhotosSetup): {
  readonly cloudkit: Part;
  readonly content: Part;
  readonly admin: Part;
} {
  const library = new Library(options, clock);
  return {
    cloudkit: cloudkitPart(library, gate),
    content: contentPart(library),
    admin: adminPart(library),
  };
}
