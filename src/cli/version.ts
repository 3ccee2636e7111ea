/** Which kei this is. Both values are put in by the build. */
declare const KEI_VERSION: string | undefined;
declare const KEI_COMMIT: string | undefined;

export const version: string = typeof KEI_VERSION === "string" ? KEI_VERSION : "0.0.0-dev";
export const commit: string = typeof KEI_COMMIT === "string" ? KEI_COMMIT : "unknown";
