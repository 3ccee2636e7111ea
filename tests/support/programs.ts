/** Programs of other people that some tests look at our work with; without one of them its tests are skipped. */

/** The Debian package that each program comes in. */
export const PACKAGES = {
  ffmpeg: "ffmpeg",
  "heif-convert": "libheif-examples",
  exiftool: "libimage-exiftool-perl",
  exiv2: "exiv2",
  dcraw: "dcraw",
  strace: "strace",
  zsh: "zsh",
  fish: "fish",
  mandoc: "mandoc",
  "gnome-keyring-daemon": "gnome-keyring",
  "dbus-run-session": "dbus-daemon",
} as const;

export type Program = keyof typeof PACKAGES;

/** Those that are not on this machine. */
export function missingPrograms(): Program[] {
  return (Object.keys(PACKAGES) as Program[]).filter((program) => Bun.which(program) === null);
}
