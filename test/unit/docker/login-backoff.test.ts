import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { workplace } from "./workplace.js";

const here = workplace();

const space = { AddressSpace: "local/docker" };

describe("a password that the grid does not accept", () => {
  it("is tried once, and again only after a minute, then two", async () => {
    let now = 0;
    const { driver, grid } = await here.start({ now: () => now });
    grid.faults.always({ status: 401 });
    await expect(driver.requestPool(space)).rejects.toThrow(/401|password|credentials/i);
    const tried = grid.requests.length;
    now += 59_000;
    await expect(driver.requestPool(space)).rejects.toThrow(/asks it again in 1 s/);
    expect(grid.requests.length).toBe(tried);
    now += 1_000;
    await expect(driver.requestPool(space)).rejects.toThrow(/401|password|credentials/i);
    now += 119_000;
    await expect(driver.requestPool(space)).rejects.toThrow(/again in 1 s/);
    now += 1_000;
    grid.faults.clear();
    expect(await driver.requestPool(space)).toMatchObject({ Pool: "10.1.0.0/24" });
  });

  it("counts once where several calls were refused together", async () => {
    let now = 0;
    const { driver, grid } = await here.start({ now: () => now });
    grid.faults.always({ status: 401 });
    const calls = [1, 2, 3].map(() => driver.requestPool(space).catch(() => undefined));
    await Promise.all(calls);
    now += 59_000;
    await expect(driver.requestPool(space)).rejects.toThrow(/asks it again in 1 s/);
  });
});

describe("a login that the grid refused to a process before", () => {
  const file = () => join(here.folder, "login@host-a.json");

  const refusedAt = 1_800_000_000_000;

  /** After a refusal, the driver of a process that starts this many milliseconds later. */
  async function restarted(later: number) {
    const clock = { now: refusedAt };
    const open = await here.start({ stateDirectory: here.folder, now: () => clock.now });
    open.grid.faults.always({ status: 401 });
    await expect(open.driver.prepare()).rejects.toThrow(/401|password|credentials/i);
    const asked = open.grid.requests.length;
    open.grid.faults.clear();
    open.log.splice(0);
    clock.now += later;
    return { ...open, asked, clock, next: open.another() };
  }

  it("is kept as its time and how long to wait, for the owner of the file alone", async () => {
    await restarted(0);
    expect(JSON.parse(await readFile(file(), "utf8"))).toEqual({ refusedAt, wait: 60_000 });
    expect((await stat(file())).mode & 0o777).toBe(0o600);
  });

  it("keeps the driver from asking at its start, which the log says in a line", async () => {
    const { next, grid, asked, log } = await restarted(30_000);
    const stop = new AbortController();
    const prepared = next.prepare({ signal: stop.signal });
    await expect.poll(() => log).toHaveLength(1);
    expect(log[0]).toMatch(/asks it again in 30 s\. Correct the password, remove .*login@host-a\.json and/);
    await expect(next.requestPool(space)).rejects.toThrow(/asks it again in/);
    stop.abort();
    await expect(prepared).rejects.toThrow(/abort/i);
    expect(grid.requests.length).toBe(asked);
  });

  it("is waited out, and forgotten once the grid accepts the password", async () => {
    const { next, grid, asked, clock } = await restarted(59_999);
    const prepared = next.prepare();
    await expect(next.requestPool(space)).rejects.toThrow(/asks it again in 1 s/);
    expect(grid.requests.length).toBe(asked);
    clock.now += 1;
    await prepared;
    expect(await next.requestPool(space)).toMatchObject({ Pool: "10.1.0.0/24" });
    await expect(stat(file())).rejects.toThrow(/ENOENT/);
  });

  it("makes the next wait twice as long", async () => {
    const { next, grid } = await restarted(61_000);
    grid.faults.always({ status: 401 });
    await expect(next.prepare()).rejects.toThrow(/401|password|credentials/i);
    expect(JSON.parse(await readFile(file(), "utf8"))).toMatchObject({ wait: 120_000 });
  });

  it("is not waited for longer where the clock was set back", async () => {
    const { next } = await restarted(-3_600_000);
    await expect(next.requestPool(space)).rejects.toThrow(/asks it again in 60 s/);
  });
});
