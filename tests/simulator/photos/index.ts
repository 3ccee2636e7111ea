/** The Photos half of the simulator: CloudKit, the content host, and the switches for tests. */
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
