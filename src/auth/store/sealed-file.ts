/**
 * A password in a file, where there is no keyring: a nonce of 12 bytes, AES-256-GCM of the text, a tag of 16.
 *
 * The key is a file beside it. That keeps the password out of a glance, a search and a copy of the one file without the
 * other. It is no protection from somebody who can read the folder.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { AuthError } from "../../lib/errors.ts";
import { Secret } from "../../lib/secret.ts";
import { readPrivateBytes, writePrivateFile } from "../private-file.ts";

const algorithm = "aes-256-gcm";
const [keyBytes, nonceBytes, tagBytes] = [32, 12, 16];
const keyFile = ".kei-state";
/** Its name in older releases of the original kei. */
const formerKeyFile = ".credential-key";

/** Writes the password so that only this owner's name opens it; the key is made when there is none. */
export function sealInto(path: string, owner: string, secret: Secret): void {
  const key = readKey(dirname(path)) ?? makeKey(dirname(path));
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(owner));
  const text = Buffer.concat([cipher.update(secret.reveal(), "utf8"), cipher.final()]);
  writePrivateFile(path, Buffer.concat([nonce, text, cipher.getAuthTag()]));
}

/** The password in a file; null when there is no file. The original kei wrote no owner into its own. */
export function unsealFrom(path: string, owner: string | null): Secret | null {
  const sealed = readPrivateBytes(path);
  if (sealed === null) return null;
  const key = readKey(dirname(path));
  if (!key) throw unusable(path, "its key is missing");
  if (sealed.length <= nonceBytes + tagBytes) throw unusable(path, "it is too short");
  try {
    const cipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes));
    cipher.setAuthTag(sealed.subarray(-tagBytes));
    if (owner !== null) cipher.setAAD(Buffer.from(owner));
    const text = cipher.update(sealed.subarray(nonceBytes, -tagBytes));
    return new Secret(Buffer.concat([text, cipher.final()]).toString("utf8"));
  } catch (error) {
    throw unusable(path, "its key does not open it", error);
  }
}

function readKey(folder: string): Buffer | null {
  const key =
    readPrivateBytes(join(folder, keyFile)) ?? readPrivateBytes(join(folder, formerKeyFile));
  return key?.length === keyBytes ? key : null;
}

function makeKey(folder: string): Buffer {
  const key = randomBytes(keyBytes);
  writePrivateFile(join(folder, keyFile), key);
  return key;
}

function unusable(path: string, why: string, cause?: unknown): AuthError {
  return new AuthError("no-password", `The saved password "${path}" cannot be used: ${why}`, {
    cause,
    hint: "save it again with: kei password set",
  });
}
