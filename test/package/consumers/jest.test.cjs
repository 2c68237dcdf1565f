// Run by the package tests under Jest, which takes the CommonJS tree and knows no `import()`.
const { mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const infoblox = require("infoblox-ipam");
const { createIpamDriver } = require("infoblox-ipam/docker");
const { FakeGrid } = require("infoblox-ipam/testing");

const { Ipam, PoolExhaustedError, recordTo, renderMap, replayFrom, WapiClient } = infoblox;

test("a subnet over HTTPS, a full container, and a map", async () => {
  const grid = await FakeGrid.listen({ setup: true, seed: { containers: ["10.0.0.0/24"] } });
  const ipam = new Ipam(grid.clientOptions);
  expect((await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25 })).cidr).toBe("10.0.0.0/25");
  expect((await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25 })).cidr).toBe("10.0.0.128/25");
  await expect(ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25 })).rejects.toThrow(
    PoolExhaustedError,
  );
  const map = await ipam.map("10.0.0.0/24");
  for (const format of ["svg", "html", "text"]) {
    expect(await renderMap(map, { format })).toContain("10.0.0.0/24");
  }
  await ipam.close();
  await grid.close();
});

test("an address behind nock, validated", async () => {
  const seed = { networks: ["10.0.0.0/24"] };
  const grid = FakeGrid.intercept("https://grid.example.com", { setup: true, seed });
  const wapi = new WapiClient({ ...grid.clientOptions, validate: "strict" });
  expect((await new Ipam(wapi).requestAddress({ from: "10.0.0.0/24" })).ip).toBe("10.0.0.1");
  expect(await wapi.find("network", { fields: ["network"] })).toMatchObject([{ network: "10.0.0.0/24" }]);
  await wapi.close();
  await grid.close();
});

test("a cassette, recorded and replayed", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "cassette-")), "cassette.json");
  const grid = await FakeGrid.listen({ setup: true, seed: { networks: ["10.0.0.0/24"] } });
  const networks = async (options) => {
    const wapi = new WapiClient(options);
    const found = await wapi.find("network", { fields: ["network"] });
    await wapi.close();
    return found.map(({ network }) => network);
  };
  expect(await networks({ ...grid.clientOptions, ...recordTo(file) })).toEqual(["10.0.0.0/24"]);
  await grid.close();
  const { wapiVersion } = grid.clientOptions;
  const replayed = { url: "https://grid.example.com", wapiVersion, ...replayFrom(file) };
  expect(await networks(replayed)).toEqual(["10.0.0.0/24"]);
});

test("the Docker driver on a socket", async () => {
  const grid = await FakeGrid.listen({ setup: true, seed: { networkViews: ["docker"] } });
  const ipam = new Ipam(grid.clientOptions);
  const local = { networkView: "docker", containers: ["10.1.0.0/16"] };
  const driver = createIpamDriver({ ipam, local, global: local, engineId: "engine-1" });
  const socket = join(mkdtempSync(join(tmpdir(), "driver-")), "infoblox.sock");
  const server = await driver.listen({ socket });
  expect(server.address).toContain(socket);
  await server.close();
  await ipam.close();
  await grid.close();
});
