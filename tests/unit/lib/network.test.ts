import { describe, expect, test } from "bun:test";
import { connectionFault } from "../../../src/lib/network.ts";

describe("connectionFault()", () => {
  const rows: { code: string; fault: ReturnType<typeof connectionFault> }[] = [
    { code: "ConnectionRefused", fault: "unreachable" },
    { code: "ECONNREFUSED", fault: "unreachable" },
    { code: "EHOSTUNREACH", fault: "unreachable" },
    { code: "ENETUNREACH", fault: "unreachable" },
    { code: "ENOTFOUND", fault: "unreachable" },
    { code: "EAI_AGAIN", fault: "unreachable" },
    { code: "FailedToOpenSocket", fault: "unreachable" },
    { code: "ECONNRESET", fault: "unavailable" },
    { code: "ConnectionClosed", fault: "unavailable" },
    { code: "", fault: "unavailable" },
  ];
  for (const { code, fault } of rows) {
    test(`calls ${code || "no code"} ${fault}`, () => expect(connectionFault(code)).toBe(fault));
  }
});
