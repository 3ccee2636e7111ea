import { describe, expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { drawSrpKeys, proveSrp, srpKeysFrom, type SrpProtocol } from "../../../src/auth/srp.ts";
import { DataError } from "../../../src/lib/errors.ts";
import { Secret } from "../../../src/lib/secret.ts";
import vector from "./srp-vector.json";

const hex = (text: string) => Buffer.from(text, "hex");
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const password = new Secret(vector.password);

function challenge(protocol: SrpProtocol, serverKey: Uint8Array = hex(vector[protocol].B)) {
  return { protocol, salt: hex(vector.salt), iterations: vector.iter, serverKey };
}

describe("proveSrp()", () => {
  for (const protocol of ["s2k", "s2k_fo"] as const) {
    test(`gives the known proof for ${protocol}`, () => {
      const keys = srpKeysFrom(BigInt(`0x${vector.a}`));
      expect(toHex(keys.publicKey)).toBe(vector[protocol].A);
      const proof = proveSrp(keys, vector.username, password, challenge(protocol));
      expect(toHex(proof.m1)).toBe(vector[protocol].M1);
      expect(toHex(proof.m2)).toBe(vector[protocol].M2);
      expect(proof.isAmbiguous).toBeFalse();
    });
  }

  test("hashes a short public key without padding", () => {
    const keys = srpKeysFrom(BigInt(`0x${vector.edge.a}`));
    expect(`00${toHex(keys.publicKey)}`).toBe(vector.edge.A);
    const proof = proveSrp(keys, vector.username, password, challenge("s2k"));
    expect(Buffer.from(proof.m1).toString("base64")).toBe(vector.edge.M1min);
  });

  const prime = srpPrime();
  for (const [name, key] of [
    ["zero", Buffer.alloc(256)],
    ["nothing", Buffer.alloc(0)],
    ["the prime itself", prime],
    ["more than the prime", Buffer.alloc(256, 0xff)],
  ] as const) {
    test(`refuses a server key that is ${name}`, () => {
      const keys = drawSrpKeys(randomBytes);
      expect(() => proveSrp(keys, "a@b", password, challenge("s2k", key))).toThrow(DataError);
    });
  }

  test("says when the server key begins with a zero byte", () => {
    const short = Buffer.concat([Buffer.alloc(1), hex(vector.s2k.B).subarray(1)]);
    const proof = proveSrp(drawSrpKeys(randomBytes), "a@b", password, challenge("s2k", short));
    expect(proof.isAmbiguous).toBeTrue();
  });
});

describe("drawSrpKeys()", () => {
  test("draws again until the public key has no leading zero", () => {
    const draws = [hex(vector.edge.a), hex(vector.a)];
    const keys = drawSrpKeys(() => draws.shift()!);
    expect(keys.secret).toBe(BigInt(`0x${vector.a}`));
  });

  test("draws another secret each time", () => {
    expect(drawSrpKeys(randomBytes).secret).not.toBe(drawSrpKeys(randomBytes).secret);
  });
});

/** N of RFC 5054, 2048 bits, written apart from the product. */
function srpPrime(): Buffer {
  return hex(
    "AC6BDB41324A9A9BF166DE5E1389582FAF72B6651987EE07FC3192943DB56050A37329CBB4A099ED8193E0757767A13D" +
      "D52312AB4B03310DCD7F48A9DA04FD50E8083969EDB767B0CF6095179A163AB3661A05FBD5FAAAE82918A9962F0B93B8" +
      "55F97993EC975EEAA80D740ADBF4FF747359D041D5C33EA71D281E446B14773BCA97B43A23FB801676BD207A436C6481" +
      "F1D2B9078717461A5B9D32E688F87748544523B524B0D57D5EA77A2775D2ECFA032CFBDBF52FB3786160279004E57AE6" +
      "AF874E7303CE53299CCC041C7BC308D82A5698F3A8D0C38271AE35F8E9DBFBB694B5C803D89F7AE435DE236D525F5475" +
      "9B65E372FCD68EF20FA7111F9E4AFF73",
  );
}
