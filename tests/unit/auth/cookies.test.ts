import { describe, expect, test } from "bun:test";
import { Cookies } from "../../../src/auth/cookies.ts";
import { TestClock } from "./scripted-apple.ts";

const setup = "https://setup.icloud.com/setup/ws/1/accountLogin";
const cloudkit = "https://p61-ckdatabasews.icloud.com:443/database/1/x";

function aJar() {
  const clock = new TestClock();
  return { clock, jar: new Cookies(clock) };
}

describe("Cookies", () => {
  test("sends a quoted value back byte for byte, to every host of the domain", () => {
    const { jar } = aJar();
    jar.absorb(setup, ['T="v=2:t=EQ==BST_IA~~";Path=/;Domain=.icloud.com;Secure;HttpOnly']);
    expect(jar.header(cloudkit)).toBe('T="v=2:t=EQ==BST_IA~~"');
    expect(jar.header("https://cvws.icloud-content.com/B/x")).toBeNull();
    expect(jar.header("https://icloud.com.evil.example/x")).toBeNull();
  });

  test("keeps a cookie without domain at its host", () => {
    const { jar } = aJar();
    jar.absorb(setup, ["aasp=1; Path=/"]);
    expect(jar.header(setup)).toBe("aasp=1");
    expect(jar.header(cloudkit)).toBeNull();
  });

  test("reads both spellings of dashed dates", () => {
    const { jar, clock } = aJar();
    jar.absorb(setup, [
      "A=1;Expires=Fri, 04-Sep-2026 05:06:31 GMT;Path=/",
      "B=2;Expires=Fri,04-Sep-2026 05:06:31 GMT;Path=/",
    ]);
    expect(jar.header(setup)).toBe("A=1; B=2");
    void clock.sleep(4 * 24 * 3600 * 1000);
    expect(jar.header(setup)).toBeNull();
    expect(jar.store()).toEqual([]);
  });

  const ends = ["T=", 'T=""', "T=x;Expires=Thu, 01-Jan-1970 00:00:01 GMT", "T=x;Max-Age=0"];
  for (const end of ends) {
    test(`forgets a cookie on "${end}"`, () => {
      const { jar } = aJar();
      jar.absorb(setup, ["T=old;Path=/;Domain=.icloud.com"]);
      expect(jar.absorb(setup, [`${end};Path=/;Domain=.icloud.com`])).toBeTrue();
      expect(jar.header(cloudkit)).toBeNull();
    });
  }

  test("says whether anything changed", () => {
    const { jar } = aJar();
    expect(jar.absorb(setup, ["T=1;Path=/"])).toBeTrue();
    expect(jar.absorb(setup, ["T=1;Path=/"])).toBeFalse();
    expect(jar.absorb(setup, ["T=2;Path=/"])).toBeTrue();
    expect(jar.absorb(setup, [])).toBeFalse();
  });

  test("drops cookies for somebody else's domain and those it cannot read", () => {
    const { jar } = aJar();
    expect(jar.absorb(setup, ["T=1;Domain=.example.com;Path=/", ""])).toBeFalse();
    expect(jar.store()).toEqual([]);
  });

  for (const host of ["127.0.0.1", "localhost", "[::1]"]) {
    test(`keeps everything of ${host} at that host, over http too`, () => {
      const { jar, clock } = aJar();
      const header = 'T="q";Domain=.icloud.com;Path=/;Secure;HttpOnly';
      jar.absorb(`http://${host}:4000/setup/ws/1/validate`, [header]);
      const again = new Cookies(clock);
      expect(again.load(jar.store())).toEqual({ unreadable: 0 });
      expect(again.header(`http://${host}:4001/database`)).toBe('T="q"');
      expect(again.header(cloudkit)).toBeNull();
    });
  }

  test("lives through the session file, domain and age included", () => {
    const { jar, clock } = aJar();
    jar.absorb(setup, ['T="a";Path=/;Domain=.icloud.com;Secure', "H=b;Path=/;Max-Age=60"]);
    void clock.sleep(30_000);
    const again = new Cookies(clock);
    again.load(JSON.parse(JSON.stringify(jar.store())));
    expect(again.header(cloudkit)).toBe('T="a"');
    expect(again.header(setup)).toBe('T="a"; H=b');
    void clock.sleep(31_000);
    expect(again.header(setup)).toBe('T="a"');
  });

  test("keeps apart what belongs to paths, schemes and ports, however often it is asked", () => {
    const { jar } = aJar();
    jar.absorb(setup, [
      "all=1;Path=/;Domain=.icloud.com",
      "safe=2;Path=/;Domain=.icloud.com;Secure",
      "deep=3;Path=/setup/ws/1;Domain=.icloud.com",
      "deeper=4;Path=/setup/ws/1/validate;Domain=.icloud.com",
    ]);
    const rows = [
      ["https://setup.icloud.com/setup/ws/1/accountLogin", "deep=3; all=1; safe=2"],
      ["https://setup.icloud.com/setup/ws/1/validate", "deeper=4; deep=3; all=1; safe=2"],
      ["https://setup.icloud.com/setup/ws/2", "all=1; safe=2"],
      ["https://setup.icloud.com/setup", "all=1; safe=2"],
      ["https://setup.icloud.com/", "all=1; safe=2"],
      ["http://setup.icloud.com/", "all=1"],
    ] as const;
    for (const round of [1, 2, 3]) {
      for (const [url, header] of rows) {
        const sent = jar.header(url)?.split("; ").toSorted();
        expect([round, url, sent]).toEqual([round, url, header.split("; ").toSorted()]);
      }
      jar.absorb(setup, [`all=1;Path=/;Domain=.icloud.com`]);
    }
  });

  test("stops sending a cookie the moment its time is over", () => {
    const { jar, clock } = aJar();
    jar.absorb(setup, ["T=1;Path=/;Max-Age=60"]);
    void clock.sleep(59_500);
    expect(jar.header(setup)).toBe("T=1");
    void clock.sleep(500);
    expect(jar.header(setup)).toBeNull();
  });

  test("counts what it cannot load", () => {
    const { jar } = aJar();
    expect(jar.load([{ nonsense: 1 }, { key: "x", value: "y", expires: "never" }])).toEqual({
      unreadable: 2,
    });
  });
});
