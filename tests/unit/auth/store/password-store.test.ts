import { describe, expect, test } from "bun:test";
import { createCipheriv, randomBytes } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { faultOfKeyring, type Keyring } from "../../../../src/auth/store/keyring.ts";
import { PasswordStore } from "../../../../src/auth/store/password-store.ts";
import { Secret } from "../../../../src/lib/secret.ts";
import { tempFolder } from "../../../support/temp-folder.ts";
import { errorOf } from "../scripted-apple.ts";

const username = "me@example.com";
const secret = new Secret("pässwörd 🎉 ");

class MemoryKeyring implements Keyring {
  readonly texts = new Map<string, string>();
  async get(name: string): Promise<string | null> {
    return this.texts.get(name) ?? null;
  }
  async set(name: string, text: string): Promise<void> {
    this.texts.set(name, text);
  }
  async delete(name: string): Promise<boolean> {
    return this.texts.delete(name);
  }
}

const fail = () => Promise.reject(new Error("Cannot autolaunch D-Bus"));
const NONE: Keyring = { get: fail, set: fail, delete: fail };
/** As the Secret Service answers before somebody unlocks it. */
const LOCKED: Keyring = { get: async () => null, set: fail, delete: async () => false };
const FORGETFUL: Keyring = {
  get: async () => null,
  set: async () => undefined,
  delete: async () => true,
};

const PLACES = { "no keyring": NONE, "a locked one": LOCKED, "a forgetful one": FORGETFUL };

describe("PasswordStore", () => {
  test("keeps the password in the keyring and in no file", async () => {
    using folder = tempFolder();
    const keyring = new MemoryKeyring();
    const store = new PasswordStore({ dataDir: folder.path, username }, keyring);
    expect(await store.read()).toBeNull();
    expect(await store.save(secret)).toEqual({ kind: "keyring" });
    expect((await store.read())?.reveal()).toBe(secret.reveal());
    expect([...keyring.texts.keys()]).toEqual([username]);
    expect(readdirSync(folder.path)).toEqual([]);
    expect([await store.clear(), await store.clear(), await store.read()]).toEqual([
      true,
      false,
      null,
    ]);
  });

  for (const [what, keyring] of Object.entries(PLACES)) {
    test(`falls back to a sealed file with ${what}`, async () => {
      using folder = tempFolder();
      const store = new PasswordStore({ dataDir: folder.path, username }, keyring);
      const backend = await store.save(secret);
      expect(backend).toMatchObject({ kind: "file", why: expect.stringMatching(/./) });
      expect((await store.read())?.reveal()).toBe(secret.reveal());
      for (const name of readdirSync(folder.path)) {
        const path = join(folder.path, name);
        expect(statSync(path).mode & 0o777).toBe(0o600);
        expect(readFileSync(path).includes(secret.reveal())).toBe(false);
      }
      expect(await store.clear()).toBe(true);
      expect(await store.read()).toBeNull();
    });
  }

  test("moves it to the keyring when there is one at last, and forgets it in both", async () => {
    using folder = tempFolder();
    const account = { dataDir: folder.path, username };
    await new PasswordStore(account, NONE).save(new Secret("old"));
    const store = new PasswordStore(account, new MemoryKeyring());
    expect((await store.read())?.reveal()).toBe("old");
    await store.save(secret);
    expect(readdirSync(folder.path)).toEqual([".kei-state"]);
    expect((await new PasswordStore(account, NONE).read())?.reveal()).toBeUndefined();
  });

  test("gives each account its own, also where the names give one file name", async () => {
    using folder = tempFolder();
    const names = ["j.doe@example.com", "jdoe@example.com"];
    const stores = names.map(
      (name) => new PasswordStore({ dataDir: folder.path, username: name }, NONE),
    );
    await stores[0]!.save(secret);
    expect(await stores[1]!.read()).toBeNull();
    const file = readdirSync(folder.path).find((name) => name.endsWith(".credential"))!;
    await stores[1]!.save(new Secret("other"));
    const other = readdirSync(folder.path).find(
      (name) => name.endsWith(".credential") && name !== file,
    )!;
    // Put in the place of the other it does not open.
    renameSync(join(folder.path, file), join(folder.path, other));
    expect(await errorOf(stores[1]!.read())).toMatchObject({ reason: "no-password" });
  });

  for (const keyName of [".kei-state", ".credential-key"]) {
    test(`reads what the original kei saved, with its key in ${keyName}`, async () => {
      using folder = tempFolder();
      const [key, nonce] = [randomBytes(32), randomBytes(12)];
      const cipher = createCipheriv("aes-256-gcm", key, nonce);
      const text = Buffer.concat([cipher.update(secret.reveal()), cipher.final()]);
      writeFileSync(join(folder.path, keyName), key);
      const sealed = Buffer.concat([nonce, text, cipher.getAuthTag()]);
      writeFileSync(join(folder.path, "meexamplecom.credential"), sealed);
      const store = new PasswordStore({ dataDir: folder.path, username }, NONE);
      expect((await store.read())?.reveal()).toBe(secret.reveal());
      expect([await store.clear(), await store.read()]).toEqual([true, null]);
    });
  }

  const damages: Record<string, (path: string, key: string) => void> = {
    "without its key": (_, key) => rmSync(key),
    "with another key": (_, key) => writeFileSync(key, randomBytes(32)),
    "with half a key": (_, key) => writeFileSync(key, randomBytes(16)),
    "cut short": (path) => writeFileSync(path, readFileSync(path).subarray(0, 20)),
    empty: (path) => writeFileSync(path, ""),
    "with a bit turned": (path) => {
      const bytes = readFileSync(path);
      bytes[14]! ^= 1;
      writeFileSync(path, bytes);
    },
  };
  for (const [how, damage] of Object.entries(damages)) {
    test(`says what to do about a file ${how}, and can save anew`, async () => {
      using folder = tempFolder();
      mkdirSync(folder.path, { recursive: true });
      const store = new PasswordStore({ dataDir: folder.path, username }, NONE);
      const backend = await store.save(secret);
      damage(backend.kind === "file" ? backend.path : "", join(folder.path, ".kei-state"));
      expect(await errorOf(store.read())).toMatchObject({
        reason: "no-password",
        hint: expect.stringContaining("kei password set"),
      });
      await store.save(secret);
      expect((await store.read())?.reveal()).toBe(secret.reveal());
    });
  }
});

test("faultOfKeyring() leaves nothing behind", async () => {
  const keyring = new MemoryKeyring();
  expect(await faultOfKeyring(keyring)).toBeNull();
  expect(keyring.texts.size).toBe(0);
  expect(await faultOfKeyring(NONE)).toBe("Cannot autolaunch D-Bus");
});
