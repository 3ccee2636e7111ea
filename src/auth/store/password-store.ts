/** Where a password is kept from run to run: the keyring of the system, or else a sealed file in the data folder. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "../../lib/secret.ts";
import { accountFiles } from "../account-files.ts";
import { distinctFileStem } from "../account-name.ts";
import { removePrivateFile } from "../private-file.ts";
import { faultOfKeyring, systemKeyring, type Keyring } from "./keyring.ts";
import { sealInto, unsealFrom } from "./sealed-file.ts";

export type Backend =
  | { readonly kind: "keyring" }
  /** `why` says what is wrong with the keyring. */
  | { readonly kind: "file"; readonly path: string; readonly why: string };

export class PasswordStore {
  readonly #path: string;
  /** What the original kei left; read and never changed. */
  readonly #original: string | null;

  constructor(
    private readonly account: { readonly dataDir: string; readonly username: string },
    private readonly keyring: Keyring = systemKeyring,
  ) {
    const { dataDir, username } = account;
    const { original } = accountFiles(dataDir, username);
    this.#path = join(dataDir, `${distinctFileStem(username)}.credential`);
    this.#original = original === null ? null : `${original}.credential`;
  }

  /** The saved password; null when none is saved. Throws AuthError when one is there and cannot be opened. */
  async read(): Promise<Secret | null> {
    const { username } = this.account;
    const kept = await this.#ask((keyring) => keyring.get(username), null);
    if (kept) return new Secret(kept);
    const sealed = unsealFrom(this.#path, username);
    return sealed ?? (this.#original === null ? null : unsealFrom(this.#original, null));
  }

  /** Saves it in one place only, and tells where. Throws LocalError. */
  async save(secret: Secret): Promise<Backend> {
    const backend = await this.backend();
    if (backend.kind === "file") {
      sealInto(backend.path, this.account.username, secret);
      return backend;
    }
    await this.keyring.set(this.account.username, secret.reveal());
    removePrivateFile(this.#path);
    return backend;
  }

  /** Forgets it everywhere; false when there was none. */
  async clear(): Promise<boolean> {
    const { username } = this.account;
    const wasKept = await this.#ask((keyring) => keyring.delete(username), false);
    const files = [this.#path, this.#original].filter((path) => path !== null && existsSync(path));
    for (const path of files) removePrivateFile(path!);
    return wasKept || files.length > 0;
  }

  /** Where a password would be saved now. */
  async backend(): Promise<Backend> {
    const why = await faultOfKeyring(this.keyring);
    return why === null ? { kind: "keyring" } : { kind: "file", path: this.#path, why };
  }

  /** A keyring that does not answer is one without the password. */
  async #ask<Result>(
    act: (keyring: Keyring) => Promise<Result>,
    otherwise: Result,
  ): Promise<Result> {
    try {
      return await act(this.keyring);
    } catch {
      return otherwise; // no bus, locked, or not built for this system
    }
  }
}
