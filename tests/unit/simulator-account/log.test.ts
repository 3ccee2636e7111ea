import { expect, test } from "bun:test";
import { withSimulator } from "./client.ts";

test("the log tells method, service, path, query, body, chosen headers and cookie names", () =>
  withSimulator({}, async (client) => {
    await client.call("POST", "/setup/ws/1/validate?clientId=x", null, {
      cookie: 'A="secret"; B=2',
      "user-agent": "tester",
    });
    const { text } = await client.admin("GET", "/log");
    expect(JSON.parse(text)).toMatchObject([
      {
        seq: 1,
        method: "POST",
        service: "setup",
        path: "/setup/ws/1/validate",
        query: "?clientId=x",
        headers: { "user-agent": "tester" },
        cookieNames: ["A", "B"],
        body: "null",
        status: 421,
        bytesSent: 98,
      },
    ]);
    expect(text).not.toContain("secret");
  }));

test("the log can be read from a number on and by service", () =>
  withSimulator({}, async (client) => {
    await client.setup("/validate", null);
    await client.signIn();
    const read = async (query: string) =>
      JSON.parse((await client.admin("GET", `/log${query}`)).text).map(
        ({ path }: { path: string }) => path,
      );
    expect(await read("?since=1")).toEqual([
      "/appleauth/auth/signin/init",
      "/appleauth/auth/signin/complete",
    ]);
    expect(await read("?service=setup")).toEqual(["/setup/ws/1/validate"]);
    expect(await read("?path=complete")).toEqual(["/appleauth/auth/signin/complete"]);
  }));

test("the summary counts requests per operation, also those the log has dropped", () =>
  withSimulator({ logLimit: 2 }, async (client) => {
    for (let count = 0; count < 7; count += 1) await client.setup("/validate", null);
    await client.cloudkit();
    const { json } = await client.admin("GET", "/log/summary");
    expect(json).toMatchObject({
      newestSeq: 8,
      services: {
        setup: { "POST validate": { requests: 7, bytesSent: 7 * 98 } },
        cloudkit: { "POST private/zones/list": { requests: 1 } },
      },
    });
    expect(JSON.parse((await client.admin("GET", "/log")).text)).toHaveLength(2);
    await client.admin("DELETE", "/log");
    expect((await client.admin("GET", "/log/summary")).json).toMatchObject({ services: {} });
  }));

test("admin requests are not logged, and only this machine's names are answered", () =>
  withSimulator({}, async (client) => {
    expect((await client.admin("GET", "/log")).text).toBe("[]");
    const foreign = await client.call("GET", "/__admin/code", undefined, {
      host: "setup.icloud.com",
    });
    expect(foreign.status).toBe(404);
  }));
