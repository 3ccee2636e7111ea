/** How far a fault reaches: it speaks of one file, of whatever is tried just now, or of the whole run. Pure. */
import { AuthError, Bug, KeiError, LocalError, RemoteError } from "../lib/errors.ts";
import type { LocalFault, RemoteFault } from "../lib/errors.ts";

const REMOTE_FAULTS_OF_FILE: readonly RemoteFault[] = ["gone", "mismatch", "refused"];
const LOCAL_FAULTS_OF_FILE: readonly LocalFault[] = ["too-long", "too-large"];
const LOCAL_FAULTS_OF_RUN: readonly LocalFault[] = ["full", "read-only", "away", "busy", "corrupt"];

/** True when the fault would be the same whatever the weather. */
export function speaksOfFile(error: unknown): boolean {
  if (error instanceof RemoteError) return REMOTE_FAULTS_OF_FILE.includes(error.fault);
  return error instanceof LocalError && LOCAL_FAULTS_OF_FILE.includes(error.fault);
}

/** True for errors after which fetching more files makes no sense. */
export function concernsTheRun(error: unknown): boolean {
  if (error instanceof LocalError) return LOCAL_FAULTS_OF_RUN.includes(error.fault);
  return !(error instanceof KeiError) || error instanceof AuthError || error instanceof Bug;
}
