import { afterEach, describe, expect, it } from "vitest";
import { FakeGrid, type ListenOptions } from "../../../../src/grid/index.js";
import { type Answer, call } from "../calling.js";

let grid: FakeGrid;
afterEach(() => grid.close());

async function listen(options: ListenOptions = {}): Promise<void> {
  grid = await FakeGrid.listen(options);
  grid.clock.freeze(1_700_000_000_000);
}

/** What a client sends back: name and value of the cookie. */
function cookieOf({ headers }: Answer): string {
  return String(headers["set-cookie"]).split(";")[0] ?? "";
}

const withCookie = (cookie: string) => call(grid, "network", { login: null, headers: { cookie } });

describe("authentication", () => {
  it("sets a cookie that is quoted and says of itself what clients read from it", async () => {
    await listen();
    const [cookie = ""] = (await call(grid, "network")).headers["set-cookie"] as string[];
    expect(cookie).toMatch(
      /^ibapauth="group=admin-group,ctime=1700000000,ip=127\.0\.0\.1,su=1,client=API,auth=LOCAL,timeout=600,mtime=1700000000,user=admin,[\w-]+"; httponly; Path=\/; secure$/,
    );
  });

  it("leaves out `secure` over plain HTTP, where a client wouldn't send the cookie back", async () => {
    await listen({ tls: false });
    const [cookie = ""] = (await call(grid, "network")).headers["set-cookie"] as string[];
    expect(cookie).toMatch(/; httponly; Path=\/$/);
    expect((await withCookie(cookie.split(";")[0] ?? "")).status).toBe(200);
  });

  it("takes the cookie in place of name and password, among others, quoted or not, and sets no other", async () => {
    await listen();
    const cookie = cookieOf(await call(grid, "network"));
    for (const sent of [cookie, `theme=dark; ${cookie}; x=y`, cookie.replaceAll('"', "")]) {
      const answer = await withCookie(sent);
      expect([answer.status, answer.headers["set-cookie"]]).toEqual([200, undefined]);
    }
  });

  it("takes no cookie that it didn't sign", async () => {
    await listen();
    const cookie = cookieOf(await call(grid, "network"));
    expect((await withCookie(cookie.replace("user=admin", "user=root"))).status).toBe(401);
    expect((await withCookie('ibapauth=""')).status).toBe(401);
  });

  it("lets a valid cookie win over name and password, be they wrong or somebody else's", async () => {
    await listen({ users: { eve: "secret" } });
    const cookie = cookieOf(await call(grid, "network"));
    for (const login of ["eve:secret", "eve:wrong"]) {
      expect((await call(grid, "network", { login, headers: { cookie } })).status).toBe(200);
      expect(grid.requests.at(-1)?.user).toBe("admin");
    }
  });

  it("falls back on name and password when the cookie is no good", async () => {
    await listen();
    const answer = await call(grid, "network", { headers: { cookie: 'ibapauth="old"' } });
    expect(answer.status).toBe(200);
    expect(cookieOf(answer)).toContain("user=admin");
  });

  it("knows every user by their own password, which may hold colons and any letter", async () => {
    await listen({ user: "root", password: "a:b", users: { "é@x": "pä:ß", empty: "" } });
    for (const login of ["root:a:b", "é@x:pä:ß", "empty:"]) {
      expect((await call(grid, "network", { login })).status).toBe(200);
    }
    expect(grid.requests.map(({ user }) => user)).toEqual(["root", "é@x", "empty"]);
    for (const login of ["root:pä:ß", "admin:infoblox", "constructor:", "root"]) {
      expect((await call(grid, "network", { login })).status).toBe(401);
    }
  });

  it("ends a session on logout, and that one only", async () => {
    await listen();
    const [first, second] = [cookieOf(await call(grid, "network")), cookieOf(await call(grid, "network"))];
    const answer = await call(grid, "logout", { method: "POST", login: null, headers: { cookie: first } });
    expect([answer.status, answer.text]).toEqual([200, ""]);
    expect((await withCookie(first)).status).toBe(401);
    expect((await withCookie(second)).status).toBe(200);
  });

  it("answers a logout with {} where that is assumed", async () => {
    await listen({ assumptions: { logoutBody: "{}" } });
    expect((await call(grid, "logout", { method: "POST" })).text).toBe("{}");
  });

  it("ends a session that wasn't used for its time, by the grid's clock", async () => {
    await listen({ sessionTimeout: 60 });
    const cookie = cookieOf(await call(grid, "network"));
    expect(cookie).toContain("timeout=60");
    grid.clock.advance(59_000);
    expect((await withCookie(cookie)).status).toBe(200);
    grid.clock.advance(59_000);
    expect((await withCookie(cookie)).status).toBe(200);
    grid.clock.advance(60_000);
    expect((await withCookie(cookie)).status).toBe(401);
  });

  it("opens new sessions for as long as the grid's settings say, and lets the others be", async () => {
    await listen();
    const old = cookieOf(await call(grid, "network"));
    const [{ _ref }] = JSON.parse((await call(grid, "grid?_return_fields=security_setting")).text);
    const set = (session_timeout: number) =>
      call(grid, _ref, { method: "PUT", body: { security_setting: { session_timeout } } });
    expect((await set(59)).status).toBe(400);
    expect((await set(60)).status).toBe(200);
    const cookie = cookieOf(await call(grid, "network"));
    expect([old, cookie].map((one) => /timeout=(\d+)/.exec(one)?.[1])).toEqual(["600", "60"]);
    grid.clock.advance(61_000);
    expect((await withCookie(cookie)).status).toBe(401);
    expect((await withCookie(old)).status).toBe(200);
  });

  it("ends all sessions at once, as a failover does", async () => {
    await listen();
    const cookie = cookieOf(await call(grid, "network"));
    grid.endSessions();
    expect((await withCookie(cookie)).status).toBe(401);
  });

  it("asks for credentials also for schemas, unless assumed otherwise", async () => {
    await listen();
    expect((await call(grid, "network?_schema", { login: null })).status).toBe(401);
    await grid.close();
    await listen({ assumptions: { schemaNeedsLogin: false } });
    expect((await call(grid, "network?_schema", { login: null })).json.type).toBe("network");
    expect((await call(grid, "network", { login: null })).status).toBe(401);
  });
});

describe("answers that are no JSON", () => {
  it("answers 401 in HTML without credentials and with wrong ones", async () => {
    await listen();
    for (const login of [null, "admin:wrong", "nobody:infoblox"]) {
      const { status, headers, text } = await call(grid, "network", { login });
      expect(status).toBe(401);
      expect(headers["www-authenticate"]).toBe('Basic realm="InfoBlox ONE Platform"');
      expect(headers["content-type"]).toBe("text/html; charset=iso-8859-1");
      expect(headers["set-cookie"]).toBeUndefined();
      expect(text).toContain("401 Authorization Required");
    }
  });

  it("shuts an address out for a while after wrong passwords in a row, whoever calls, but not its sessions", async () => {
    await listen({ lockoutAfter: 2 });
    const cookie = cookieOf(await call(grid, "network"));
    const wrong = () => call(grid, "network", { login: "admin:wrong" });
    expect([(await wrong()).status, (await wrong()).status]).toEqual([401, 401]);
    const { status, text } = await call(grid, "network");
    expect(status).toBe(403);
    expect(text).toContain("You don't have permission to access /wapi/v2.12/network\non this server.");
    expect((await withCookie(cookie)).status).toBe(200);
    grid.clock.advance(60_000);
    expect((await call(grid, "network")).status).toBe(200);
  });

  it("counts wrong passwords anew after a right one, and none where it doesn't shut out", async () => {
    await listen({ lockoutAfter: 2 });
    for (const login of ["admin:wrong", "admin:infoblox", "admin:wrong"])
      await call(grid, "network", { login });
    expect((await call(grid, "network")).status).toBe(200);
    await grid.close();
    await listen();
    for (let attempt = 0; attempt < 20; attempt++) await call(grid, "network", { login: "admin:wrong" });
    expect((await call(grid, "network")).status).toBe(200);
  });
});
