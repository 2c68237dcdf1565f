import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGrid, type ListenOptions } from "../../../src/grid/index.js";
import { call, create, networks } from "./calling.js";

let grid: FakeGrid;
let data: string;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "grid-"));
  data = join(folder, "grid.data");
  grid = await FakeGrid.listen();
});
afterEach(async () => {
  await grid.close();
  rmSync(folder, { recursive: true });
});

async function reopen(options: ListenOptions = { data }): Promise<void> {
  await grid.close();
  grid = await FakeGrid.listen(options);
}

describe("FakeGrid", () => {
  it("gives a client all that it needs", () => {
    expect(grid.clientOptions).toEqual({
      url: grid.url,
      username: "admin",
      password: "infoblox",
      wapiVersion: "2.14",
      tls: { ca: grid.ca },
    });
    expect(grid.url).toBe(`https://127.0.0.1:${grid.port}`);
  });

  it("speaks the version asked for and older ones, and no newer one", async () => {
    await reopen({ wapiVersion: "v2.12" });
    expect(grid.clientOptions.wapiVersion).toBe("2.12");
    expect((await call(grid, "/wapi/v2.7/network")).status).toBe(200);
    expect((await call(grid, "/wapi/v2.13/network")).text).toBe("Version 2.13 not supported");
    await expect(FakeGrid.listen({ wapiVersion: "9.9" })).rejects.toThrow(
      /^wapiVersion: no WAPI version "9.9"/,
    );
  });

  it("records requests in the order in which they arrived, until they are cleared", async () => {
    await create(grid, "network", { network: "10.0.0.0/24" });
    await call(grid, "network?network=10.0.0.0/24", { login: null });
    expect(grid.requests).toEqual([
      {
        method: "POST",
        path: "/wapi/v2.12/network",
        query: {},
        body: { network: "10.0.0.0/24" },
        status: 201,
        user: "admin",
      },
      {
        method: "GET",
        path: "/wapi/v2.12/network",
        query: { network: "10.0.0.0/24" },
        body: undefined,
        status: 401,
        user: undefined,
      },
    ]);
    grid.clearRequests();
    expect(grid.requests).toEqual([]);
  });

  it("tells of each request while it runs", async () => {
    const told: string[] = [];
    await reopen({ onRequest: ({ method, status }) => told.push(`${method} ${status}`) });
    await call(grid, "network");
    await call(grid, "nonsense");
    expect(told).toEqual(["GET 200", "GET 400"]);
  });

  it("takes a close for another close, also while one is under way", async () => {
    await Promise.all([grid.close(), grid.close()]);
    await grid.close();
    await expect(call(grid, "network")).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("breaks requests that wait for an answer when it is closed", async () => {
    grid.faults.next({ fail: "timeout-before-commit" });
    const waiting = call(grid, "network");
    const broken = expect(waiting).rejects.toMatchObject({ code: "ECONNRESET" });
    while (grid.requests.length === 0) await sleep(5);
    await grid.close();
    await broken;
  });

  it("closes by itself at the end of an `await using`", async () => {
    let url = "";
    {
      await using inner = await FakeGrid.listen();
      ({ url } = inner);
      expect((await call(inner, "network")).status).toBe(200);
    }
    await expect(call(grid, "network", { origin: url })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("keeps grids apart", async () => {
    await using other = await FakeGrid.listen();
    await create(grid, "network", { network: "10.0.0.0/24" });
    expect(await networks(other)).toEqual([]);
  });
});

describe("snapshot and restore", () => {
  it("go back to a moment, and forward again", async () => {
    const ref = await create(grid, "network", { network: "10.0.0.0/24" });
    const before = grid.snapshot();
    await call(grid, ref, { method: "DELETE" });
    await create(grid, "network", { network: "10.0.0.0/25" });
    const after = grid.snapshot();

    grid.restore(before);
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
    expect((await call(grid, ref)).json.network).toBe("10.0.0.0/24");
    grid.restore(after);
    expect(await networks(grid)).toEqual(["10.0.0.0/25"]);
    grid.restore(before);
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
  });

  it("take along what hangs on the objects: the next address, indexes, references", async () => {
    grid.seed({ networks: ["10.0.0.0/24"] });
    const [{ _ref: ref }] = (await call(grid, "network")).json;
    const next = async () =>
      (await call(grid, `${ref}?_function=next_available_ip`, { method: "POST", body: {} })).json.ips[0];
    const before = grid.snapshot();
    const reserve = () =>
      create(grid, "fixedaddress", {
        ipv4addr: "10.0.0.1",
        match_client: "RESERVED",
        extattrs: { Site: { value: "a" } },
      });
    const first = await reserve();
    expect(await next()).toBe("10.0.0.2");
    grid.restore(before);
    expect(await next()).toBe("10.0.0.1");
    expect((await call(grid, "fixedaddress?*Site=a")).json).toEqual([]);
    expect(await reserve()).toBe(first);
  });

  it("leave sessions, faults and recorded requests alone", async () => {
    const before = grid.snapshot();
    const { headers } = await call(grid, "network");
    grid.faults.next({ path: "/view", status: 503 });
    grid.restore(before);
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    expect((await call(grid, "network", { login: null, headers: { cookie } })).status).toBe(200);
    expect((await call(grid, "view")).status).toBe(503);
    expect(grid.requests).toHaveLength(3);
  });
});

describe("a data file", () => {
  it("keeps objects, their references and what they refer to across restarts", async () => {
    await reopen();
    await create(grid, "networkcontainer", { network: "10.0.0.0/16" });
    const ref = await create(grid, "network", {
      network: "func:nextavailablenetwork:10.0.0.0/16,default,24",
      extattrs: { Site: { value: "Paris" } },
    });
    await create(grid, "record:host", {
      name: "web",
      configure_for_dns: false,
      ipv4addrs: [{ ipv4addr: "10.0.0.1" }],
    });
    await reopen();
    expect((await call(grid, `${ref}?_return_fields=network,extattrs`)).json).toEqual({
      _ref: ref,
      network: "10.0.0.0/24",
      extattrs: { Site: { value: "Paris" } },
    });
    expect((await call(grid, "network?*Site=Paris")).json).toHaveLength(1);
    const next = await call(grid, `${ref}?_function=next_available_ip`, { method: "POST", body: {} });
    expect(next.json).toEqual({ ips: ["10.0.0.2"] });
    expect((await call(grid, "networkview")).json).toHaveLength(1);
  });

  it("keeps what was restored", async () => {
    await reopen();
    await create(grid, "network", { network: "10.0.0.0/24" });
    const snapshot = grid.snapshot();
    await create(grid, "network", { network: "10.0.1.0/24" });
    grid.restore(snapshot);
    await create(grid, "network", { network: "10.0.2.0/24" });
    await reopen();
    expect(await networks(grid)).toEqual(["10.0.0.0/24", "10.0.2.0/24"]);
  });

  it("isn't written to for what is refused", async () => {
    await reopen();
    await call(grid, "network", { method: "POST", body: { network: "10.0.0.1/24" } });
    await call(grid, "request", {
      method: "POST",
      body: [
        { method: "POST", object: "network", data: { network: "10.0.0.0/24" } },
        { method: "POST", object: "network", data: { network: "10.0.0.0/24" } },
      ],
    });
    await reopen();
    expect(await networks(grid)).toEqual([]);
  });

  it("is refused where it is something else, and left as it is", async () => {
    writeFileSync(data, "my own notes\n");
    await expect(FakeGrid.listen({ data })).rejects.toThrow(/is not a grid's data file/);
    await expect(FakeGrid.listen({ data: join(folder, "no", "such", "folder") })).rejects.toThrow(/ENOENT/);
  });

  it("drops a line that a kill cut off", async () => {
    await reopen();
    await create(grid, "network", { network: "10.0.0.0/24" });
    await grid.close();
    appendFileSync(data, '{"stored":[{"type":"netw');
    await reopen();
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
  });
});

describe("a data file, when the process is killed in the middle of writes", () => {
  const child = new URL("controls/data-file-writer.ts", import.meta.url);

  it("has every network that was answered, and is open to more", async () => {
    for (const life of [0, 1, 2]) {
      const writer = fork(child, [data, String(life)], { execArgv: ["--import", "tsx"] });
      const answered = await answeredUntilKilled(writer);
      await reopen();
      const kept = await networks(grid);
      for (const network of answered) expect(kept).toContain(network);
      // At most one more: it was on disk, and its answer on the way.
      const own = kept.filter((network) => network.startsWith(`10.${life}.`));
      expect(own.length - answered.length).toBeLessThanOrEqual(1);
      await grid.close();
    }
  });

  async function answeredUntilKilled(writer: ChildProcess): Promise<string[]> {
    const answered: string[] = [];
    writer.on("message", (network: string) => {
      answered.push(network);
      if (answered.length === 20) writer.kill("SIGKILL");
    });
    await once(writer, "close");
    expect(writer.signalCode).toBe("SIGKILL");
    return answered;
  }
});
