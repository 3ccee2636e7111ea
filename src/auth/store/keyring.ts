/**
 * The keyring of the system: Keychain, Secret Service, Credential Manager.
 *
 * A keyring that is there may be locked, and then answers as if it were empty. Only a write that can be read back shows
 * that it is of use.
 */

export interface Keyring {
  get(name: string): Promise<string | null>;
  set(name: string, text: string): Promise<void>;
  delete(name: string): Promise<boolean>;
}

const service = "kei";
const probeName = "kei.probe";
/** A person may be asked to unlock it; a bus that hangs must not hold us up for ever. */
const patienceMs = 30_000;

export const systemKeyring: Keyring = {
  get: (name) => inTime(Bun.secrets.get({ service, name })),
  set: (name, value) => inTime(Bun.secrets.set({ service, name, value })),
  delete: (name) => inTime(Bun.secrets.delete({ service, name })),
};

/** Null when something can be kept in it, else why not. */
export async function faultOfKeyring(keyring: Keyring): Promise<string | null> {
  const text = crypto.randomUUID();
  try {
    await keyring.set(probeName, text);
    const isKept = (await keyring.get(probeName)) === text;
    await keyring.delete(probeName);
    return isKept ? null : "it does not give back what is put into it";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<Result>();
  const timer = setTimeout(
    () => late.reject(new Error(`it did not answer within ${patienceMs / 1000} s`)),
    patienceMs,
  );
  return Promise.race([answer, late.promise]).finally(() => clearTimeout(timer));
}
