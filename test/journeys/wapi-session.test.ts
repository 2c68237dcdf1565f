import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { doors } from "./doors.js";

describe.each(doors)("a session with a grid %s", (_door, enter) => {
  it("asks for the version once, speaks the newest that both know, and logs out", async () => {
    await using visit = await enter({ wapiVersion: "2.12.3" }, { wapiVersion: undefined });
    const { grid, wapi } = visit;
    await Promise.all([wapi.find("network"), wapi.find("range"), wapi.with({ timeout: 9_000 }).find("view")]);
    await wapi.close();
    expect(grid.requests.filter(({ path }) => path === "/wapi/v1.0/")).toHaveLength(1);
    const paths = grid.requests.map(({ method, path }) => `${method} ${path}`);
    expect(paths).toContain("GET /wapi/v2.12.3/network");
    expect(paths.at(-1)).toBe("POST /wapi/v2.12.3/logout");
  });

  it("names the versions that the grid has when it lacks the one that was set", async () => {
    await using visit = await enter({ wapiVersion: "2.9" }, { wapiVersion: "2.12" });
    const { wapi } = visit;
    await expect(wapi.find("network")).rejects.toThrow(/has no WAPI 2\.12; it has 2\.9, .* older ones/);
  });

  it("ends a listing at the abort, and a call that is under way", async () => {
    const networks = Array.from({ length: 30 }, (_, n) => ({ network: `10.0.${n}.0/24` }));
    await using visit = await enter({ seed: { networks } });
    const { grid, wapi } = visit;
    const abort = new AbortController();
    let seen = 0;
    const listing = async () => {
      for await (const _net of wapi.iterate("network", { pageSize: 10, signal: abort.signal })) {
        seen += 1;
        if (seen === 15) abort.abort();
      }
    };
    await expect(listing()).rejects.toMatchObject({ name: "AbortedError" });
    expect(seen).toBe(15);
    expect(grid.requests.filter(({ path }) => path.endsWith("/network"))).toHaveLength(2);
    await expect(wapi.find("network", { signal: abort.signal })).rejects.toMatchObject({
      name: "AbortedError",
    });
  });

  it("sends what isn't typed yet", async () => {
    await using visit = await enter();
    const { wapi } = visit;
    const schema = await wapi.request<{ type: string }>({
      path: "network",
      query: { _schema: 1, _schema_version: 2 },
    });
    expect(schema.type).toBe("network");
  });
});

describe("two clients", () => {
  it("have nothing in common: closing one leaves the other working", async () => {
    const grid = await FakeGrid.listen({ setup: true, port: 0, tls: true });
    const [one, other] = [new WapiClient(grid.clientOptions), new WapiClient(grid.clientOptions)];
    await one.find("networkview");
    await one.close();
    expect(await other.find("networkview")).toHaveLength(1);
    await other.close();
    await grid.close();
  });
});
