/**
 * The files of one account in a data folder that several may share.
 *
 * Different names can give the same file name (`j.doe@x.com` and `jdoe@x.com`). The plain one belongs to the account that
 * Apple let in under it; another account gets a name of its own beside it. A name that was typed wrong, or never got
 * through, holds nothing.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { accountFileStem, distinctFileStem } from "./account-name.ts";
import { readPrivateFile } from "./private-file.ts";
import { sessionOwner } from "./session-file.ts";

export interface AccountFiles {
  readonly session: string;
  readonly lock: string;
  /** Where the original kei kept its session, without an ending; null when that may be another account's. */
  readonly original: string | null;
}

/** Where session and lock of an account are, or will be. Throws LocalError when a file there cannot be read. */
export function accountFiles(dataDir: string, username: string): AccountFiles {
  const session = chooseFile({
    ...{ dataDir, username, ending: ".session.json" },
    ownerOf: (path) => sessionOwner(readPrivateFile(path)),
  });
  const stem = session.slice(0, -".session.json".length);
  const plain = join(dataDir, accountFileStem(username));
  return { session, lock: `${stem}.lock`, original: stem === plain ? plain : null };
}

export interface FileChoice {
  readonly dataDir: string;
  readonly username: string;
  readonly ending: string;
  /** Whose file this is; null when it is nobody's yet, or not there. */
  readonly ownerOf: (path: string) => string | null;
}

/** The path of one file of an account: under the plain name unless that is another's. */
export function chooseFile({ dataDir, username, ending, ownerOf }: FileChoice): string {
  const plain = join(dataDir, accountFileStem(username) + ending);
  const distinct = join(dataDir, distinctFileStem(username) + ending);
  if (existsSync(distinct)) return distinct;
  const owner = ownerOf(plain);
  return owner === null || owner === username ? plain : distinct;
}
