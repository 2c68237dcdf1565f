import { describe, expect, it } from "vitest";
import type { RawAnswer } from "../../../src/transport/answer.js";
import { Sealed } from "../../../src/transport/sealed.js";
import { type Pass, Session } from "../../../src/transport/session.js";
import { FakeClock } from "./fake-clock.js";
import { identityOf } from "./identity-of.js";

const credentials = { username: "admin", password: new Sealed("Gr1d-pässword") };
const identity = identityOf(credentials);

const answer = (status: number, ...setCookies: string[]): RawAnswer => ({
  status,
  headers: {},
  setCookies,
  body: Buffer.from(""),
});
const cookieOf = (sig: string, timeout = 600) =>
  `ibapauth="group=admin-group,ctime=1700000000,ip=198.51.100.9,timeout=${timeout},user=admin,${sig}"`;
const opened = (sig: string, timeout?: number) =>
  answer(200, `${cookieOf(sig, timeout)}; httponly; Path=/; secure`);

async function enter(session: Session): Promise<Pass> {
  const pass = await session.enter(undefined);
  if ("refused" in pass) throw new Error("refused");
  return pass;
}

/** Whether a promise is settled once everything that is due has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => {
      settled = true;
    },
    () => {},
  );
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

function start(mode: "cookie" | "basic" = "cookie") {
  const clock = new FakeClock();
  return { clock, session: new Session(mode, identity, clock) };
}

describe("Session", () => {
  it("sends the password first, in UTF-8, and then the cookie as it came, quotes included", async () => {
    const { session } = start();
    const login = await enter(session);
    expect(login.headers).toEqual({
      authorization: `Basic ${Buffer.from("admin:Gr1d-pässword").toString("base64")}`,
    });
    session.accept(login, opened("sig1"));
    expect((await enter(session)).headers).toEqual({ cookie: cookieOf("sig1") });
  });

  it("lets the first request log in alone; the others wait and use its cookie", async () => {
    const { session } = start();
    const login = await enter(session);
    const others = [enter(session), enter(session)];
    expect(await isSettled(Promise.race(others))).toBe(false);
    session.accept(login, opened("sig1"));
    for (const other of await Promise.all(others))
      expect(other.headers).toEqual({ cookie: cookieOf("sig1") });
  });

  it("logs in once when many requests find their cookie refused", async () => {
    const { session } = start();
    session.accept(await enter(session), opened("old"));
    const passes = await Promise.all([enter(session), enter(session), enter(session)]);
    for (const pass of passes) session.refuse(pass, answer(401));
    const login = await enter(session);
    const others = [enter(session), enter(session)];
    session.accept(login, opened("new"));
    expect(login.headers).toHaveProperty("authorization");
    for (const other of await Promise.all(others)) expect(other.headers).toEqual({ cookie: cookieOf("new") });
  });

  it("keeps a newer cookie when an older one is refused late", async () => {
    const { session } = start();
    session.accept(await enter(session), opened("old"));
    const [quick, slow] = [await enter(session), await enter(session)];
    session.refuse(quick, answer(401));
    session.accept(await enter(session), opened("new"));
    session.refuse(slow, answer(401));
    expect(session.cookie).toBe(cookieOf("new").slice("ibapauth=".length));
  });

  it("gives the grid's refusal to all who waited for the login, without asking again", async () => {
    const { session } = start();
    const login = await enter(session);
    const others = [session.enter(undefined), session.enter(undefined)];
    const refused = answer(401);
    session.refuse(login, refused);
    expect(await Promise.all(others)).toEqual([{ refused }, { refused }]);
  });

  it("lets those who waited go at the same time when the login was lost", async () => {
    const { session } = start();
    const login = await enter(session);
    const others = [enter(session), enter(session), enter(session)];
    session.lose(login);
    const passes = await Promise.all(others);
    expect(passes.map(({ headers }) => "authorization" in headers)).toEqual([true, true, true]);
  });

  it("makes nobody wait at a grid that gives no cookies", async () => {
    const { session } = start();
    session.accept(await enter(session), answer(200));
    const first = await enter(session);
    expect(await isSettled(session.enter(undefined))).toBe(true);
    expect(first.headers).toHaveProperty("authorization");
  });

  it("still expects a cookie after an error page, which brings none", async () => {
    const { session } = start();
    session.accept(await enter(session), answer(503));
    expect((await enter(session)).leads).toBe(true);
  });

  it("counts a cookie's life from its arrival, whatever the grid's clock says", async () => {
    const { session, clock } = start();
    session.accept(await enter(session), opened("sig1", 60));
    clock.time += 54_999;
    expect((await enter(session)).cookie).toBeDefined();
    clock.time += 1;
    expect((await enter(session)).headers).toHaveProperty("authorization");
  });

  it("gives up a cookie five seconds before it ends, or a tenth of a short life", async () => {
    for (const [seconds, used] of [
      [600, 595_000],
      [10, 9_000],
    ] as const) {
      const { session, clock } = start();
      session.accept(await enter(session), opened("sig1", seconds));
      clock.time += used - 1;
      expect(session.cookie).toBeDefined();
      clock.time += 1;
      expect(session.cookie).toBeUndefined();
    }
  });

  it("does not prolong a cookie that the grid merely repeats", async () => {
    const { session, clock } = start();
    session.accept(await enter(session), opened("sig1", 60));
    clock.time += 50_000;
    session.accept(await enter(session), opened("sig1", 60));
    clock.time += 10_000;
    expect(session.cookie).toBeUndefined();
  });

  it("takes over a cookie that the grid renews on the way", async () => {
    const { session, clock } = start();
    session.accept(await enter(session), opened("sig1", 60));
    clock.time += 50_000;
    session.accept(await enter(session), opened("sig2", 60));
    clock.time += 50_000;
    expect(session.cookie).toContain("sig2");
  });

  it("uses a cookie that names no end until the grid refuses it", async () => {
    const { session, clock } = start();
    session.accept(await enter(session), answer(200, "other=1; Path=/", "ibapauth=opaque; Path=/"));
    clock.time += 1e9;
    expect((await enter(session)).headers).toEqual({ cookie: "ibapauth=opaque" });
  });

  it("ignores an emptied cookie", async () => {
    const { session } = start();
    session.accept(await enter(session), answer(200, 'ibapauth=""; Path=/'));
    expect(session.cookie).toBeUndefined();
  });

  it("sends the password whatever cookie there is when told to", async () => {
    const { session } = start();
    session.accept(await enter(session), opened("sig1"));
    expect(await session.enter(undefined, true)).toMatchObject({
      headers: { authorization: expect.any(String) },
    });
  });

  it("stops asking for a while after three refusals in a row, since grids lock users out", async () => {
    const { session, clock } = start();
    const refused = answer(401);
    for (let time = 0; time < 3; time++) session.refuse(await enter(session), refused);
    expect(await session.enter(undefined)).toEqual({ refused });
    clock.time += 30_000;
    session.accept(await enter(session), opened("sig1"));
    session.refuse(await enter(session), answer(401));
    expect((await enter(session)).headers).toHaveProperty("authorization");
  });

  it("stops waiting for a login when the signal is aborted", async () => {
    const { session } = start();
    await enter(session);
    const controller = new AbortController();
    const waiting = session.enter(controller.signal);
    controller.abort();
    expect(await isSettled(waiting)).toBe(true);
  });

  it("sends the password with every request and keeps no cookie where that is asked", async () => {
    const { session } = start("basic");
    session.accept(await enter(session), opened("sig1"));
    expect((await enter(session)).headers).toHaveProperty("authorization");
    expect(session.cookie).toBeUndefined();
  });

  it("sends nothing but the cookie where a client certificate does the rest", async () => {
    const session = new Session("cookie", identityOf(undefined), new FakeClock());
    const login = await enter(session);
    expect(login.headers).toEqual({});
    session.accept(login, opened("sig1"));
    expect((await enter(session)).headers).toEqual({ cookie: cookieOf("sig1") });
  });
});
