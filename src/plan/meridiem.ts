/** macOS writes AM and PM after a plain, a no-break or a narrow no-break space, or none: four names for one file. */

const SPACE = /[ \u00a0\u202f](?=[AP]M)/gi;
const CLOCK = /\d[ \u00a0\u202f]?[AP]M/i;

/** The name without the space before AM or PM; equal for all variants of one name. */
export function withoutMeridiemSpace(name: string): string {
  return name.replace(SPACE, "");
}

/** True when a name may have such variants: AM or PM follows a digit. */
export function hasMeridiem(name: string): boolean {
  return CLOCK.test(name);
}
