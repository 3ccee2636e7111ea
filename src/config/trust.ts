/** Whether a file says what its reader wants, or what somebody else may have written into it. */

export interface FileFacts {
  readonly path: string;
  readonly uid: number;
  readonly mode: number;
}

/** Somebody else's hand in a file, as a sentence, and the command that takes it out. */
export interface Distrust {
  readonly what: string;
  readonly remedy: string;
}

const WRITABLE_BY_OTHERS = 0o022;
const ROOT = 0;

/** Null when only we and root can change the file. `me` is our user id; null on systems without. */
export function distrustOf({ path, uid, mode }: FileFacts, me: number | null): Distrust | null {
  if (me === null) return null;
  if (uid !== me && uid !== ROOT) {
    return { what: `${path} belongs to another user`, remedy: `chown ${me} ${path}` };
  }
  if ((mode & WRITABLE_BY_OTHERS) === 0) return null;
  return { what: `Other users can change ${path}`, remedy: `chmod go-w ${path}` };
}
