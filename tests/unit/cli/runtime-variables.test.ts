import { expect, test } from "bun:test";
import { refuseHarmfulVariables } from "../../../src/cli/runtime-variables.ts";

const harmful = [
  ["BUN_CONFIG_VERBOSE_FETCH", "1"],
  ["BUN_CONFIG_VERBOSE_FETCH", "true"],
  ["BUN_CONFIG_VERBOSE_FETCH", "curl"],
  ["BUN_CONFIG_VERBOSE_FETCH", "whatever"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "0"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", " 0 "],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "False"],
  ["BUN_INSPECT", "6499"],
  ["BUN_INSPECT_CONNECT_TO", "unix:/tmp/x"],
  ["BUN_INSPECT_NOTIFY", "unix:/tmp/x"],
] as const;

for (const [name, value] of harmful) {
  test(`refuseHarmfulVariables() names ${name}=${value}`, () => {
    expect(() => refuseHarmfulVariables({ HOME: "/", [name]: value })).toThrow(name);
  });
}

const harmless = [
  ["BUN_CONFIG_VERBOSE_FETCH", ""],
  ["BUN_CONFIG_VERBOSE_FETCH", "0"],
  ["BUN_CONFIG_VERBOSE_FETCH", "false"],
  ["NODE_TLS_REJECT_UNAUTHORIZED", ""],
  ["NODE_TLS_REJECT_UNAUTHORIZED", "1"],
  ["BUN_INSPECT", ""],
  ["BUN_INSPECTOR", "1"],
  ["NODE_EXTRA_CA_CERTS", "/etc/ssl/own.pem"],
  ["SSL_CERT_FILE", "/etc/ssl/own.pem"],
  ["NODE_OPTIONS", "--max-old-space-size=4096"],
  ["BUN_OPTIONS", "--smol"],
] as const;

for (const [name, value] of harmless) {
  test(`refuseHarmfulVariables() lets ${name}=${value} be`, () => {
    expect(() => refuseHarmfulVariables({ HOME: "/", [name]: value })).not.toThrow();
  });
}
