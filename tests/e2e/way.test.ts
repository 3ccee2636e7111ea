/** What stands between this machine and Apple is told apart, by its name, and never asked to let a password through twice. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { signedOutComputer } from "../support/computer.ts";

setDefaultTimeout(120_000);

// Made for these tests, for localhost, trusted by nobody.
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgtN7E9hJCDT9Sd9NR
eOT/267Uha1k3cvBAhVf7L6cNVehRANCAAQ0K/f3JzCRVV3+NVtt8h3kK/wFbDkv
uFw5FZFmtmFqFfDzTIcho83kFd22x1isnKK/TO4DVAHt8DZeV/PtetNV
-----END PRIVATE KEY-----
`;
const CERT = `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUHFP7CcupcT57Rf4pipqXmDGL8igwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyODA5MjUyN1oYDzIxMjYxMTA0
MDkyNTI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ0K/f3JzCRVV3+NVtt8h3kK/wFbDkvuFw5FZFmtmFqFfDzTIcho83k
Fd22x1isnKK/TO4DVAHt8DZeV/PtetNVo28wbTAdBgNVHQ4EFgQU06m32Wm20wNp
kQp9AL3KLOUG/rowHwYDVR0jBBgwFoAU06m32Wm20wNpkQp9AL3KLOUG/rowDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIgPNloUlj9SbGqVFANVCs7qAZwt35TJLgEHVsAbDfURDgCIQCW
17SpQZpCMr5l1E7geUNB1BAa/m9GSUMFwtASxlEi0A==
-----END CERTIFICATE-----
`;

let greeted = 0;
const stranger = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  tls: { key: KEY, cert: CERT },
  fetch: () => {
    greeted += 1;
    return new Response("{}");
  },
});
afterAll(() => stranger.stop(true));

const SYNC = ["sync", "-d", "photos"];

test("a certificate nobody vouches for: said so, the clock among the suspects, exit 1, nothing sent", async () => {
  await using computer = await signedOutComputer(["--assets", "1"]);
  for (const name of ["AUTH", "SETUP", "HOME"]) {
    computer.env[`KEI_${name}_ENDPOINT`] = `https://127.0.0.1:${stranger.port}`;
  }
  const startedMs = performance.now();
  const { code, stderr } = await computer.run(...SYNC);
  expect([code, stderr]).toEqual([1, expect.stringContaining("Cannot trust the connection to")]);
  expect(stderr).toMatch(/hint: .*virus scanner.*clock/);
  expect(greeted).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
});

const proxies = [
  {
    name: "that is down",
    value: "http://me:pass-word@127.0.0.1:1",
    says: "Cannot reach the proxy",
  },
  {
    name: "of another kind",
    value: "socks5://me:pass-word@127.0.0.1:1080",
    says: "Cannot use the proxy",
  },
];
for (const { name, value, says } of proxies) {
  test(`a proxy ${name} is named, without its password, exit 1`, async () => {
    await using computer = await signedOutComputer(["--assets", "1"]);
    computer.env["HTTP_PROXY"] = value;
    const { code, stderr } = await computer.run(...SYNC);
    expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
    expect(stderr).toContain("127.0.0.1:1");
    expect(stderr).toContain("hint: HTTP_PROXY names this proxy");
    expect(stderr).not.toContain("pass-word");
    expect(await computer.countAsked("auth")).toBe(0);
  });
}

test("a web page in place of Apple's sign-in: asked once, no password blamed, exit 1", async () => {
  await using computer = await signedOutComputer(["--assets", "1", "--two-factor", "none"]);
  const body = "<!DOCTYPE html><title>Welcome to the hotel</title>";
  for (const path of ["signin/init", "signin/complete"]) {
    const since = await computer.simulator.mark();
    await computer.simulator.fault({
      match: { path },
      times: "always",
      action: { status: 403, body },
    });
    const { code, stderr } = await computer.run(...SYNC);
    expect([code, stderr]).toEqual([1, expect.stringContaining("A web page answers in place of")]);
    expect(stderr).not.toMatch(/password/i);
    const asked = await computer.simulator.asked(since);
    expect(asked.filter((one) => one.path.endsWith(path))).toHaveLength(1);
    await computer.simulator.clearFaults();
  }
  expect((await computer.run(...SYNC)).code).toBe(0);
});

test("a web page in place of the photo database ends the run with its name, exit 1", async () => {
  await using computer = await signedOutComputer(["--assets", "1", "--two-factor", "none"]);
  const action = { status: 403, body: "<html>Blocked by your administrator</html>" };
  await computer.simulator.fault({ match: { service: "cloudkit" }, times: "always", action });
  const { code, stderr } = await computer.run(...SYNC);
  expect([code, stderr]).toEqual([1, expect.stringContaining("A web page answers in place of")]);
  expect(await computer.countAsked("cloudkit")).toBe(1);
});
