import { createIpamDriver } from "infoblox-ipam/docker";
import { afterEach, describe, expect, it } from "vitest";
import { shortenPauses } from "../../short-pauses.js";
import { createNetwork, type Drive, drive, mac, removeNetwork, startContainer } from "./driving.js";

shortenPauses();

let open: Drive | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});
const start = async (...args: Parameters<typeof drive>) => (open = await drive(...args));

describe("what Docker asks first", () => {
  it("is told that this is an IPAM driver that wants MACs and keeps no state", async () => {
    const { driver } = await start();
    expect(driver.activate()).toEqual({ Implements: ["IpamDriver"] });
    expect(driver.getCapabilities()).toEqual({ RequiresMACAddress: true, RequiresRequestReplay: false });
  });

  it("gets address spaces that differ by scope, of one network view or two", async () => {
    const { driver, another } = await start();
    expect(driver.getDefaultAddressSpaces()).toEqual({
      LocalDefaultAddressSpace: "local/docker",
      GlobalDefaultAddressSpace: "global/swarm",
    });
    expect(another({ local: {}, global: {} }).getDefaultAddressSpaces()).toEqual({
      LocalDefaultAddressSpace: "local/default",
      GlobalDefaultAddressSpace: "global/default",
    });
  });
});

describe("a network", () => {
  it("gets a subnet, a gateway and addresses for its containers, and leaves nothing behind", async () => {
    const { driver, holds } = await start();
    const network = await createNetwork(driver);
    expect(network).toMatchObject({ subnet: "10.1.0.0/24", gateway: "10.1.0.1/24" });
    expect(await startContainer(driver, network.id, mac(1))).toBe("10.1.0.2/24");
    expect(await startContainer(driver, network.id, mac(2))).toBe("10.1.0.3/24");
    expect(await holds()).toEqual([
      "10.1.0.0/24",
      "10.1.0.1 RESERVED",
      "10.1.0.2 MAC_ADDRESS",
      "10.1.0.3 MAC_ADDRESS",
    ]);
    await driver.releaseAddress({ PoolID: network.id, Address: "10.1.0.2" });
    await driver.releaseAddress({ PoolID: network.id, Address: "10.1.0.3" });
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("works with IPv6 in the same way, clients known by DUID", async () => {
    const { driver, holds, wapi } = await start();
    const network = await createNetwork(driver, { v6: true });
    expect(network).toMatchObject({ subnet: "2001:db8::/64", gateway: "2001:db8::1/64" });
    expect(await startContainer(driver, network.id, mac(1))).toBe("2001:db8::2/64");
    const [fixed] = await wapi.find("ipv6fixedaddress", {
      where: { ipv6addr: "2001:db8::2", network_view: "docker" },
      fields: ["duid"],
    });
    expect(fixed?.duid).toBe(`00:03:00:01:${mac(1)}`);
    await driver.releaseAddress({ PoolID: network.id, Address: "2001:db8::2" });
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("of overlay takes its subnet from the global address space", async () => {
    const { driver, holds } = await start();
    const { subnet } = await createNetwork(driver, {}, "global/swarm");
    expect(subnet).toBe("10.2.0.0/24");
    expect(await holds("swarm")).toEqual(["10.2.0.0/24", "10.2.0.1 RESERVED"]);
  });

  it("of overlay asks for its gateway with neither MAC nor type, and for service addresses likewise", async () => {
    const { driver, holds } = await start();
    const { PoolID } = await driver.requestPool({ AddressSpace: "global/swarm" });
    const addresses = [];
    for (let n = 0; n < 3; n += 1) addresses.push((await driver.requestAddress({ PoolID })).Address);
    expect(addresses).toEqual(["10.2.0.1/24", "10.2.0.2/24", "10.2.0.3/24"]);
    for (const Address of addresses) await driver.releaseAddress({ PoolID, Address });
    await driver.releasePool({ PoolID });
    expect(await holds("swarm")).toEqual([]);
  });

  it("takes what the docker command says: subnet, range, gateway, address", async () => {
    const { driver, holds } = await start();
    const network = await createNetwork(driver, {
      subnet: "192.168.7.0/24",
      ipRange: "192.168.7.128/25",
      gateway: "192.168.7.254",
    });
    expect(network).toMatchObject({ subnet: "192.168.7.0/24", gateway: "192.168.7.254/24" });
    await driver.requestAddress({ PoolID: network.id, Address: "192.168.7.2" }); // --aux-address
    expect(await startContainer(driver, network.id, mac(1))).toBe("192.168.7.128/24");
    expect(await startContainer(driver, network.id, mac(2), "192.168.7.9")).toBe("192.168.7.9/24");
    expect(await holds()).toEqual([
      "192.168.7.0/24",
      "192.168.7.128 MAC_ADDRESS",
      "192.168.7.2 RESERVED",
      "192.168.7.254 RESERVED",
      "192.168.7.9 MAC_ADDRESS",
    ]);
  });

  it.each(["10.1.0.0/16", "2001:db8:0:1::/64"])(
    "keeps to a small range of the large subnet %s",
    async (subnet) => {
      const { driver } = await start({ local: { networkView: "docker" } });
      const v6 = subnet.includes(":");
      const ipRange = v6 ? "2001:db8:0:1::f0/124" : "10.1.7.240/28";
      const gateway = v6 ? "2001:db8:0:1::1" : "10.1.0.1";
      const { id } = await createNetwork(driver, { subnet, ipRange, gateway });
      const given = [];
      for (let n = 1; n <= 16; n += 1) given.push(await startContainer(driver, id, mac(n)));
      expect(new Set(given).size).toBe(16);
      const inRange = v6 ? /^2001:db8:0:1::f[0-9a-f]\/64$/ : /^10\.1\.7\.2(4\d|5[0-5])\/16$/;
      expect(given.filter((address) => !inRange.test(address))).toEqual([]);
      await expect(startContainer(driver, id, mac(17))).rejects.toThrow(/No address is free in/);
    },
    // Each address that is tried and taken is looked for several times: searches may be late.
    60_000,
  );

  it("says whose it is in the grid's cloud attributes", async () => {
    const { driver, wapi } = await start();
    const { id } = await createNetwork(driver, { opt: { "network-name": "blue" } });
    await startContainer(driver, id, mac(1));
    const common = { "Cloud API Owned": "True", "CMP Type": "Docker", "Tenant ID": "host-a" };
    const [network] = await wapi.find("network", { fields: ["extattrs"] });
    expect(network?.extattrs).toMatchObject({ ...common, "Network Name": "blue" });
    const [fixed] = await wapi.find("fixedaddress", { where: { mac: mac(1) }, fields: ["extattrs"] });
    expect(fixed?.extattrs).toMatchObject({ ...common, "Network Name": "blue", "VM ID": mac(1) });
  });

  it("does without attributes that the grid doesn't define", async () => {
    const { driver, wapi } = await start();
    for (const definition of await wapi.find("extensibleattributedef", { fields: ["name"] })) {
      if (["CMP Type", "VM ID", "Network Name"].includes(definition.name ?? ""))
        await wapi.delete(definition._ref);
    }
    const { id } = await createNetwork(driver, { opt: { "network-name": "blue" } });
    await startContainer(driver, id, mac(1));
    const [fixed] = await wapi.find("fixedaddress", { where: { mac: mac(1) }, fields: ["extattrs"] });
    const attributes = ["Cloud API Owned", "Last Change", "Request Attempt", "Request ID", "Tenant ID"];
    expect(Object.keys(fixed?.extattrs ?? {}).sort()).toEqual(attributes);
    const wanting = createIpamDriver({ ipam: open?.ipam as never, cloudAttributes: "always" });
    await expect(createNetwork(wanting, { subnet: "10.9.0.0/24" }, "local/default")).rejects.toThrow(
      /CMP Type/,
    );
  });

  it("writes no cloud attributes where none are wished for", async () => {
    const { driver, wapi } = await start({ cloudAttributes: "never" });
    await createNetwork(driver);
    const [network] = await wapi.find("network", { fields: ["extattrs"] });
    expect(Object.keys(network?.extattrs ?? {})).toEqual(["Request ID", "Request Attempt", "Last Change"]);
  });

  it("makes one host record of a container's addresses where names are wished for", async () => {
    const { driver, wapi, holds } = await start(
      { hostName: "{mac}.{engine}.example.com", local: { containers: ["10.1.0.0/16", "2001:db8::/48"] } },
      { grid: { seed: { zones: ["example.com"] } } },
    );
    const network = await createNetwork(driver, {}, "local/default");
    const six = await createNetwork(driver, { v6: true }, "local/default");
    expect(await startContainer(driver, network.id, mac(1))).toBe("10.1.0.2/24");
    expect(await startContainer(driver, six.id, mac(1))).toBe("2001:db8::2/64");
    expect(await startContainer(driver, six.id, mac(1))).toBe("2001:db8::2/64");
    const hosts = await wapi.find("record:host", { fields: ["name", "ipv4addrs", "ipv6addrs", "extattrs"] });
    expect(hosts).toMatchObject([
      {
        name: "02420a000001.host-a.example.com",
        ipv4addrs: [{ ipv4addr: "10.1.0.2", mac: mac(1) }],
        ipv6addrs: [{ ipv6addr: "2001:db8::2", duid: `00:03:00:01:${mac(1)}` }],
        extattrs: { "VM ID": mac(1) },
      },
    ]);
    await driver.releaseAddress({ PoolID: network.id, Address: "10.1.0.2" });
    await driver.releaseAddress({ PoolID: six.id, Address: "2001:db8::2" });
    await removeNetwork(driver, network);
    await removeNetwork(driver, six);
    expect(await holds("default")).toEqual([]);
  });

  it("makes host records in the DNS view that is named", async () => {
    const zones = [{ fqdn: "example.com", view: "inside" }];
    const { driver, wapi } = await start(
      { hostName: "{mac}.example.com", dnsView: "inside", local: { containers: ["10.1.0.0/16"] } },
      { grid: { seed: { dnsViews: ["inside"], zones } } },
    );
    const { id } = await createNetwork(driver, {}, "local/default");
    await startContainer(driver, id, mac(1));
    expect(await wapi.find("record:host", { fields: ["name", "view"] })).toMatchObject([{ view: "inside" }]);
  });

  it("can have host names of its own, without DNS", async () => {
    const { driver, holds } = await start({ hostDns: false });
    const { id } = await createNetwork(driver, { opt: { "host-name": "{network} {mac}".replace(" ", "_") } });
    await startContainer(driver, id, mac(1));
    expect(await holds()).toContain("10-1-0-0_02420a000001 HOST");
  });
});

describe("the same call again", () => {
  it("gives an endpoint the same address, and the gateway too", async () => {
    const { driver, another, holds } = await start();
    const network = await createNetwork(driver);
    await startContainer(driver, network.id, mac(1));
    const before = await holds();
    const restarted = another();
    expect(await startContainer(restarted, network.id, mac(1))).toBe("10.1.0.2/24");
    const Options = { RequestAddressType: "com.docker.network.gateway" };
    expect(await restarted.requestAddress({ PoolID: network.id, Options })).toMatchObject({
      Address: "10.1.0.1/24",
    });
    expect(await holds()).toEqual(before);
  });

  it("gives a named subnet that was never used, as where the answer was lost", async () => {
    const { driver, another } = await start();
    const call = { AddressSpace: "local/docker", Pool: "10.1.7.0/24" };
    await driver.requestPool(call);
    expect(await another().requestPool(call)).toMatchObject({ Pool: "10.1.7.0/24" });
  });

  it("of a release is no error", async () => {
    const { driver } = await start();
    const network = await createNetwork(driver);
    await removeNetwork(driver, network);
    await removeNetwork(driver, network);
  });
});

describe("errors", () => {
  it.each([
    [{ subnet: "10.1.2.3/24" }, /^--subnet: must be a CIDR without host bits \(got "10.1.2.3\/24"/],
    [{ subnet: "10.1.2.0/24", ipRange: "10.1.3.0/25" }, /^--ip-range: must lie in 10.1.2.0\/24/],
    [{ opt: { "prefix-lenght": "26" } }, /^--ipam-opt: there is no "prefix-lenght".*prefix-length/],
    [{ opt: { "prefix-length": "33" } }, /^--ipam-opt prefix-length: must be a whole number from 1 to 30/],
    [{ subnet: "10.1.2.0/24", opt: { "prefix-length": "26" } }, /--subnet says \/24 already/],
    [{ opt: { "host-name": "web" } }, /^--ipam-opt host-name: must contain \{mac\}/],
    [{ opt: { "network-name": " " } }, /^--ipam-opt network-name: must be 1 to 128 characters/],
  ])("%o says what is wrong with the docker command, and takes nothing", async (asked, message) => {
    const { driver, holds } = await start();
    await driver.prepare();
    await expect(createNetwork(driver, asked)).rejects.toThrow(message);
    expect(await holds()).toEqual([]);
  });

  it("tells that no container is configured", async () => {
    const { driver } = await start({ local: {} });
    await expect(createNetwork(driver, {}, "local/default")).rejects.toThrow(
      /^--subnet: is needed: no IPv4 container is configured for the local address space/,
    );
  });

  it("tells that the containers are full, after trying all of them", async () => {
    const { driver } = await start({
      local: { containers: ["10.1.0.0/25", "10.2.0.0/25"], prefixLength: 26 },
    });
    const subnets = [];
    for (let n = 0; n < 4; n += 1) subnets.push((await createNetwork(driver, {}, "local/default")).subnet);
    expect(subnets).toEqual(["10.1.0.0/26", "10.1.0.64/26", "10.2.0.0/26", "10.2.0.64/26"]);
    await expect(createNetwork(driver, {}, "local/default")).rejects.toThrow(
      /^No \/26 is free in 10.1.0.0\/25, 10.2.0.0\/25/,
    );
  });

  it("passes an error on that isn't about room, and doesn't go on to the next container", async () => {
    const { driver, grid, holds } = await start({ local: { containers: ["10.1.0.0/16", "10.2.0.0/16"] } });
    await driver.prepare();
    grid.faults.always({ on: "POST", status: 403 });
    await expect(createNetwork(driver, {}, "local/default")).rejects.toThrow(/permission|403|Authorization/i);
    grid.faults.clear();
    expect(await holds("default")).toEqual([]);
  });

  it.each(["10.1.7.9", "nonsense"])("refuses the address %s, which isn't of the pool", async (ip) => {
    const { driver } = await start();
    const { id } = await createNetwork(driver);
    await expect(startContainer(driver, id, mac(1), ip)).rejects.toThrow(
      /^Address: is not an address of 10.1.0.0\/24/,
    );
  });

  it("refuses a container's address that is in use", async () => {
    const { driver } = await start();
    const { id } = await createNetwork(driver);
    await startContainer(driver, id, mac(1), "10.1.0.9");
    await expect(startContainer(driver, id, mac(2), "10.1.0.9")).rejects.toThrow(/^10.1.0.9 is in use/);
  });

  it("refuses pools that it can't have given", async () => {
    const { driver } = await start();
    await expect(driver.releasePool({ PoolID: "LocalDefault/10.0.0.0/24" })).rejects.toThrow(
      /not one of this driver's/,
    );
    await expect(driver.requestPool({ AddressSpace: "elsewhere" })).rejects.toThrow(
      /not one of this driver's/,
    );
  });
});

describe("what is there before", () => {
  it("is made where it is missing: view, containers, the attribute of request ids", async () => {
    const { driver, wapi } = await start();
    await driver.prepare();
    const views = await wapi.find("networkview", { fields: ["name"] });
    expect(views.map(({ name }) => name).sort()).toEqual(["default", "docker", "swarm"]);
    const containers = await wapi.find("networkcontainer", { fields: ["network", "network_view"] });
    expect(containers.map(({ network, network_view }) => `${network} ${network_view}`).sort()).toEqual([
      "10.1.0.0/16 docker",
      "10.2.0.0/16 swarm",
    ]);
  });

  it("is made again where somebody deleted it meanwhile", async () => {
    const { driver, wapi } = await start();
    await removeNetwork(driver, await createNetwork(driver));
    for (const { _ref } of await wapi.find("networkcontainer")) await wapi.delete(_ref);
    expect(await createNetwork(driver)).toMatchObject({ subnet: "10.1.0.0/24" });
  });

  it("is another network view where --ipam-opt says so", async () => {
    const { driver, holds } = await start({}, { grid: { seed: { networkViews: ["docker", "lab"] } } });
    await createNetwork(driver, { opt: { "network-view": "lab", "prefix-length": "28" } });
    expect(await holds("lab")).toEqual(["10.1.0.0/28", "10.1.0.1 RESERVED"]);
  });

  it("serves as a network: a subnet that the grid has is used, and stays with all that others put there", async () => {
    const { driver, holds } = await start(
      { local: {} },
      {
        grid: {
          seed: { networks: ["10.5.0.0/24"], fixedAddresses: [{ address: "10.5.0.1", mac: mac(99) }] },
        },
      },
    );
    const before = await holds("default");
    const network = await createNetwork(
      driver,
      { subnet: "10.5.0.0/24", gateway: "10.5.0.1" },
      "local/default",
    );
    expect(network.gateway).toBe("10.5.0.1/24");
    expect(await startContainer(driver, network.id, mac(1))).toBe("10.5.0.2/24");
    await driver.releaseAddress({ PoolID: network.id, Address: "10.5.0.2" });
    await removeNetwork(driver, network);
    expect(await holds("default")).toEqual(before);
  });
});

describe("the gateway of a subnet that the grid has", () => {
  const router = { num: 3, name: "routers", value: "10.5.0.254", vendor_class: "DHCP" };

  it.each([
    // Each network has the address for itself: the first with a reservation, the second with a host record.
    ["alone", { subnet: "10.5.0.0/24" }, ["Docker gateway on host-b: 10.5.0.254 HOST"]],
    ["shared by name", { opt: { "network-name": "blue" } }, []],
  ])("is its router where --gateway is left out (%s)", async (_what, asked, others) => {
    const { driver, another, wapi, holds } = await start({ local: { containers: ["10.1.0.0/16"] } });
    await driver.prepare();
    const extattrs = { "Network Name": "blue" };
    await wapi.create("network", { network: "10.5.0.0/24", options: [router], extattrs });
    for (const one of [driver, another({ engineId: "host-b" })]) {
      expect(await createNetwork(one, asked, "local/default")).toMatchObject({ gateway: "10.5.0.254/24" });
    }
    expect(await holds("default")).toEqual(["10.5.0.0/24", "10.5.0.254 RESERVED", ...others]);
    expect(
      await createNetwork(another(), { ...asked, gateway: "10.5.0.254" }, "local/default"),
    ).toBeDefined();
  });
});

describe("a subnet's end", () => {
  it("takes addresses with it whose release was missed", async () => {
    const { driver, holds } = await start();
    const network = await createNetwork(driver);
    for (let n = 1; n <= 30; n += 1) await startContainer(driver, network.id, mac(n));
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("waits where somebody else has an address in it, and says who", async () => {
    const { driver, ipam, holds } = await start();
    const network = await createNetwork(driver);
    await ipam.requestAddress({ ip: "10.1.0.77", networkView: "docker", name: "printer", dns: false });
    await expect(removeNetwork(driver, network)).rejects.toThrow(/10\.1\.0\.77.*printer/);
    expect(await holds()).toEqual(["10.1.0.0/24", "printer HOST"]);
  });
});

describe("settings", () => {
  it.each([
    [{ engineId: "a b" }, /^engineId: must be/],
    [{ engineId: "" }, /^engineId: must be/],
    [{ cloudAttributes: "some" as never }, /^cloudAttributes: must be auto, always or never/],
    [{ local: { containers: ["10.0.0.1/8"] } }, /^local.containers\[0\]: must be a CIDR/],
    [{ global: { prefixLength: 31 } }, /^global.prefixLength: must be a whole number from 1 to 30/],
    [{ local: { ipv6PrefixLength: 127 } }, /^local.ipv6PrefixLength: must be a whole number from 1 to 126/],
    [{ local: { networkView: " " } }, /^local.networkView: must be the name of a network view/],
    [{ hostName: "web.example.com" }, /^hostName: must contain \{mac\}/],
    [{ ipam: {} as never }, /^ipam: must be an Ipam/],
  ])("%o is refused", async (options, message) => {
    const { another } = await start();
    expect(() => another(options)).toThrow(message);
  });

  it("may all be left out", async () => {
    const { ipam } = await start();
    expect(createIpamDriver({ ipam }).getDefaultAddressSpaces().LocalDefaultAddressSpace).toBe(
      "local/default",
    );
  });
});

it("logs a line per call, with what came of it", async () => {
  const { driver, log } = await start({ now: () => 0 });
  const { id } = await createNetwork(driver, { opt: { "prefix-length": "26" } });
  await createNetwork(driver, { subnet: "10.1.2.3/24" }).catch(() => undefined);
  expect(log).toEqual([
    "RequestPool local/docker prefix-length=26 → 10.1.0.0/26 (0 ms)",
    `RequestAddress ${id} gateway → 10.1.0.1/26 (0 ms)`,
    expect.stringMatching(/^RequestPool local\/docker 10.1.2.3\/24 failed: --subnet: must be a CIDR/),
  ]);
});

describe("a --subnet among what others have", () => {
  it.each([
    ["inside another engine's", "10.1.0.0/25", /10\.1\.0\.0\/25 lies in the subnet 10\.1\.0\.0\/24/],
    ["around others", "10.1.0.0/20", /10\.1\.0\.0\/20 has other networks in it/],
    ["equal to a container", "10.1.0.0/16", /10\.1\.0\.0\/16 is a container/],
    ["around everything", "0.0.0.0/0", /--subnet: covers every address/],
    ["inside another engine's", "2001:db8::/65", /2001:db8::\/65 lies in the subnet 2001:db8::\/64/],
    ["around others", "2001:db8::/60", /2001:db8::\/60 has other networks in it/],
    ["equal to a container", "2001:db8::/48", /2001:db8::\/48 is a container/],
    ["around everything", "::/0", /--subnet: covers every address/],
  ])("%s is refused, and leaves everything as it is", async (_what, subnet, problem) => {
    const { another, holds, wapi } = await start();
    const other = another({ engineId: "host-b" });
    const v6 = subnet.includes(":");
    const network = await createNetwork(other, { v6 });
    const type = v6 ? "ipv6networkcontainer" : "networkcontainer";
    const books = async () => [await holds(), (await wapi.find(type)).length];
    const before = await books();
    const call = { AddressSpace: "local/docker", Pool: subnet };
    await expect(another().requestPool(call)).rejects.toThrow(problem);
    const shared = { ...call, Options: { "network-name": "blue" } };
    await expect(another().requestPool(shared)).rejects.toThrow(problem);
    expect(await books()).toEqual(before);
    await removeNetwork(other, network);
    expect(await holds()).toEqual([]);
  });
});
