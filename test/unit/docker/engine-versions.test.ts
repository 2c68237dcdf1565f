/** What engines of several versions ask of the driver, by network driver, replayed call by call. */

import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { messageFor } from "../../../src/docker/wording.js";
import { createNetwork, mac, removeNetwork } from "./driving.js";
import { workplace } from "./workplace.js";

const here = workplace();

const nameOption = "com.docker.network.endpoint.name";
const macOption = "com.docker.network.endpoint.macaddress";
const without = { macAddresses: false };
const space = { AddressSpace: "local/docker" };
const bare = (address: string) => address.replace(/\/\d+$/, "");

describe("an engine of version 29", () => {
  it("asks for no gateway of a macvlan network, and shared subnets last until the last engine leaves", async () => {
    const { another, holds } = await here.start({ releaseShared: true });
    const [a, b] = [another(), another({ engineId: "host-b" })];
    const shared = { ...space, Options: { "network-name": "blue" } };
    const one = await a.requestPool(shared);
    const other = await b.requestPool(shared);
    expect(other.Pool).toBe(one.Pool);
    await a.releasePool({ PoolID: one.PoolID });
    expect(await holds()).toEqual(["10.1.0.0/24", "Docker engine host-b on 10.1.0.0/24 HOST"]);
    const container = await b.requestAddress({ PoolID: other.PoolID, Options: { [macOption]: mac(1) } });
    expect(container.Address).toBe("10.1.0.1/24");
    await b.releaseAddress({ PoolID: other.PoolID, Address: bare(container.Address) });
    await b.releasePool({ PoolID: other.PoolID });
    expect(await holds()).toEqual([]);
  });

  it.each([
    ["0.0.0.0/26", "10.1.0.0/26", false],
    ["::/64", "2001:db8::/64", true],
  ])("means any subnet of that size by --subnet %s", async (Pool, subnet, V6) => {
    const { driver } = await here.start();
    expect(await driver.requestPool({ ...space, Pool, V6 })).toMatchObject({ Pool: subnet });
    await expect(driver.requestPool({ ...space, Pool: V6 ? "::/0" : "0.0.0.0/0", V6 })).rejects.toThrow(
      /^--subnet: covers every address/,
    );
  });

  it("names its containers, which shows in host names and on the grid", async () => {
    const { driver, wapi, holds } = await here.start({ hostName: "{name}.{engine}", hostDns: false });
    const network = await createNetwork(driver);
    const Options = { [macOption]: mac(1), [nameOption]: "web_1" };
    const { Address } = await driver.requestAddress({ PoolID: network.id, Options });
    expect(Address).toBe("10.1.0.2/24");
    const [host] = await wapi.find("record:host", { fields: ["name", "extattrs"] });
    expect(host).toMatchObject({ name: "web-1.host-a", extattrs: { "VM Name": "web_1", "VM ID": mac(1) } });
    await driver.releaseAddress({ PoolID: network.id, Address: bare(Address) });
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("gives a container that starts again its --ip, though its release was lost and its MAC is another", async () => {
    const { driver, another, holds, wapi } = await here.start();
    const network = await createNetwork(driver);
    const ask = (name: string, number: number, Address = "10.1.0.9") => ({
      ...{ PoolID: network.id, Address },
      Options: { [macOption]: mac(number), [nameOption]: name },
    });
    await driver.requestAddress(ask("web", 1));
    const restarted = another();
    await expect(restarted.requestAddress(ask("db", 2))).rejects.toThrow(/^10\.1\.0\.9 is in use/);
    expect(await restarted.requestAddress(ask("web", 3))).toMatchObject({ Address: "10.1.0.9/24" });
    const fixed = await wapi.find("fixedaddress", { where: { ipv4addr: "10.1.0.9" }, fields: ["mac"] });
    expect(fixed).toMatchObject([{ mac: mac(3) }]);
    await restarted.requestAddress(ask("db", 4, ""));
    await restarted.requestAddress(ask("db", 5, ""));
    expect(await holds()).toHaveLength(4);
  });
});

describe("an ipvlan network, whose plugin gets no MACs", () => {
  it("has the same subnets, and reservations for its containers", async () => {
    const { driver, holds } = await here.start();
    expect(driver.getCapabilities(without)).toEqual({
      RequiresMACAddress: false,
      RequiresRequestReplay: false,
    });
    const network = await createNetwork(driver);
    const ask = (Address = "") =>
      driver.requestAddress({ PoolID: network.id, Address, Options: {} }, without);
    const [one, two] = [await ask(), await ask()];
    expect([one?.Address, two?.Address]).toEqual(["10.1.0.2/24", "10.1.0.3/24"]);
    expect(await ask("10.1.0.9")).toMatchObject({ Address: "10.1.0.9/24" });
    await expect(ask("10.1.0.9")).rejects.toThrow(/^10\.1\.0\.9 is in use/);
    await expect(ask("10.1.0.2")).rejects.toThrow(/^10\.1\.0\.2 is in use/);
    expect(await holds()).toEqual([
      ...["10.1.0.0/24", "10.1.0.1 RESERVED", "10.1.0.2 RESERVED", "10.1.0.3 RESERVED", "10.1.0.9 RESERVED"],
    ]);
    for (const Address of ["10.1.0.2", "10.1.0.3", "10.1.0.9"]) {
      await driver.releaseAddress({ PoolID: network.id, Address });
    }
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("finds a container's address again by its name where the engine says it", async () => {
    const { driver, another, holds } = await here.start();
    const network = await createNetwork(driver);
    const ask = (from: typeof driver, name: string, Address = "") =>
      from.requestAddress({ PoolID: network.id, Address, Options: { [nameOption]: name } }, without);
    const first = await ask(driver, "web");
    expect(await ask(another(), "web")).toEqual(first);
    expect(await ask(driver, "db")).not.toEqual(first);
    await ask(driver, "cache", "10.1.0.9");
    await expect(ask(driver, "other", "10.1.0.9")).rejects.toThrow(/is in use/);
    expect(await ask(driver, "cache", "10.1.0.9")).toMatchObject({ Address: "10.1.0.9/24" });
    expect(await holds()).toHaveLength(5);
  });

  it("shares a subnet by name with networks whose plugin gets MACs", async () => {
    const { driver, another } = await here.start();
    const shared = { ...space, Options: { "network-name": "blue" } };
    const bridge = await driver.requestPool(shared);
    const ipvlan = await another({ engineId: "host-b" }).requestPool(shared);
    expect(ipvlan.Pool).toBe(bridge.Pool);
    const withMac = await driver.requestAddress({ PoolID: bridge.PoolID, Options: { [macOption]: mac(1) } });
    const none = await another({ engineId: "host-b" }).requestAddress({ PoolID: ipvlan.PoolID }, without);
    expect(none.Address).not.toBe(withMac.Address);
  });

  it("takes a host record by name where host names are wished for, and a reservation where there is no name", async () => {
    const { driver, holds } = await here.start({ hostName: "{name}.{engine}", hostDns: false });
    const { PoolID } = await driver.requestPool(space);
    await driver.requestAddress({ PoolID, Options: { [nameOption]: "web" } }, without);
    await driver.requestAddress({ PoolID, Options: {} }, without);
    expect(await holds()).toEqual(["10.1.0.0/24", "10.1.0.2 RESERVED", "web.host-a HOST"]);
  });
});

describe("containers of one --mac-address", () => {
  it("have an address each, and a release of one leaves the others theirs", async () => {
    const { driver, holds } = await here.start();
    const network = await createNetwork(driver);
    const ask = () => driver.requestAddress({ PoolID: network.id, Options: { [macOption]: mac(1) } });
    const addresses = [(await ask()).Address, (await ask()).Address];
    expect(addresses).toEqual(["10.1.0.2/24", "10.1.0.3/24"]);
    await driver.releaseAddress({ PoolID: network.id, Address: "10.1.0.2" });
    const third = await driver.requestAddress({ PoolID: network.id, Options: { [macOption]: mac(2) } });
    expect(third.Address).toBe("10.1.0.2/24");
    expect(await holds()).toContain("10.1.0.3 RESERVED");
    for (const Address of ["10.1.0.2", "10.1.0.3"])
      await driver.releaseAddress({ PoolID: network.id, Address });
    await removeNetwork(driver, network);
    expect(await holds()).toEqual([]);
  });

  it("have one each also where the engine names them", async () => {
    const { driver } = await here.start();
    const network = await createNetwork(driver);
    const ask = async (name: string) =>
      driver.requestAddress({ PoolID: network.id, Options: { [macOption]: mac(1), [nameOption]: name } });
    expect(new Set([(await ask("a")).Address, (await ask("b")).Address, (await ask("c")).Address]).size).toBe(
      3,
    );
  });
});

describe("a call that the engine repeats with an empty body", () => {
  async function listening() {
    const open = await here.start();
    const socket = join(here.folder, "infoblox.sock");
    const server = await open.driver.listen({ socket });
    here.closing.push(() => server.close());
    const call = (path: string, body = "") =>
      new Promise<{ status: number | undefined; body: Record<string, string> }>((done, failed) => {
        const sent = request({ socketPath: socket, path, method: "POST" }, (response) => {
          text(response).then((got) => done({ status: response.statusCode, body: JSON.parse(got) }), failed);
        });
        sent.once("error", failed).end(body);
      });
    /** Sends a call, and closes the connection before the grid has answered. */
    const lose = (path: string, body: unknown) =>
      new Promise<void>((done) => {
        const json = JSON.stringify(body);
        const peer = connect(socket, () => {
          peer.write(
            `POST ${path} HTTP/1.1\r\nHost: plugin\r\nContent-Length: ${json.length}\r\n\r\n${json}`,
          );
          setImmediate(() => peer.destroy());
        });
        peer.once("close", () => done());
      });
    return { ...open, call, lose };
  }

  it("is answered with what the first took", async () => {
    const { call, lose, grid, holds } = await listening();
    await open(call);
    grid.faults.always({ on: "POST", delay: 50 });
    await lose("/IpamDriver.RequestPool", space);
    await expect.poll(holds).toEqual(["10.1.0.0/24", "10.1.1.0/24"]);
    grid.faults.clear();
    const again = await call("/IpamDriver.RequestPool");
    expect(again).toMatchObject({ status: 200, body: { Pool: "10.1.1.0/24" } });
    expect(await call("/IpamDriver.RequestPool")).toMatchObject({
      status: 500,
      body: {
        Err: expect.stringMatching(/repeated IpamDriver.RequestPool without its parameters.*Run the docker/),
      },
    });
  });

  it("is refused where it may repeat several, and what they took is rolled back", async () => {
    const { call, lose, grid, holds } = await listening();
    await open(call);
    grid.faults.always({ on: "POST", delay: 50 });
    await lose("/IpamDriver.RequestPool", space);
    await lose("/IpamDriver.RequestPool", space);
    await expect.poll(holds).toHaveLength(3);
    grid.faults.clear();
    expect(await call("/IpamDriver.RequestPool")).toMatchObject({
      status: 500,
      body: { Err: expect.stringMatching(/it may repeat several calls/) },
    });
    expect(await holds()).toEqual(["10.1.0.0/24"]);
  });

  /** Prepares views and containers, so that what follows takes few requests. */
  async function open(call: (path: string, body?: string) => Promise<unknown>) {
    await call("/IpamDriver.RequestPool", JSON.stringify(space));
  }
});

describe("words and sizes", () => {
  it("skips containers that can't hold the size, and refuses settings in which none can", async () => {
    const { driver, another } = await here.start({ local: { containers: ["10.1.0.0/28", "10.2.0.0/16"] } });
    expect(await driver.requestPool({ AddressSpace: "local/default" })).toMatchObject({
      Pool: "10.2.0.0/24",
    });
    expect(() => another({ local: { containers: ["10.1.0.0/28", "10.2.0.0/24"] } })).toThrow(
      /^local\.prefixLength: no container holds a subnet of this size: 10\.1\.0\.0\/28, 10\.2\.0\.0\/24 \(got 24; valid: 25\)/,
    );
    await expect(
      driver.requestPool({ AddressSpace: "local/default", Options: { "prefix-length": "15" } }),
    ).rejects.toThrow(/^--ipam-opt prefix-length: is larger than every container of the local address space/);
  });

  it("shows what was given, the range that is exhausted, and the network view that is missing", async () => {
    const { driver } = await here.start();
    await expect(driver.requestPool({ ...space, Options: { "prefix-length": "abc" } })).rejects.toThrow(
      /^--ipam-opt prefix-length: .*got "abc"/,
    );
    const { PoolID } = await driver.requestPool({ ...space, Pool: "10.1.7.0/24", SubPool: "10.1.7.8/31" });
    const ask = (n: number) => driver.requestAddress({ PoolID, Options: { [macOption]: mac(n) } });
    await ask(1);
    await ask(2);
    await expect(ask(3)).rejects.toThrow(
      /^No address is free in the --ip-range 10\.1\.7\.8\/31 of 10\.1\.7\.0\/24/,
    );
    const lab = { ...space, Options: { "network-view": "lab" }, Pool: "10.9.0.0/24" };
    await expect(driver.requestPool(lab)).rejects.toThrow(/^The grid has no network view "lab"/);
  });

  it("creates a network view that is named where that is wished for", async () => {
    const { driver, holds } = await here.start({ createViews: true });
    await driver.requestPool({ ...space, Options: { "network-view": "lab" }, Pool: "10.9.0.0/24" });
    expect(await holds("lab")).toEqual(["10.9.0.0/24"]);
  });

  it("goes on with a grid that was emptied, without a restart", async () => {
    const { driver, grid } = await here.start();
    const empty = grid.snapshot();
    await createNetwork(driver);
    grid.restore(empty);
    expect(await createNetwork(driver)).toMatchObject({ subnet: "10.1.0.0/24" });
  });
});

describe("a grid that somebody cleans up", () => {
  it("gets the attribute of request ids again with the next container", async () => {
    const { driver, wapi } = await here.start();
    const { id } = await createNetwork(driver);
    await removeFirst("fixedaddress");
    await removeFirst("extensibleattributedef", { name: "Request ID" });
    const Options = { [macOption]: mac(1) };
    expect(await driver.requestAddress({ PoolID: id, Options })).toMatchObject({ Address: "10.1.0.1/24" });

    async function removeFirst(type: "fixedaddress" | "extensibleattributedef", where = {}): Promise<void> {
      const [one] = await wapi.find(type, { where });
      if (one !== undefined) await wapi.delete(one._ref);
    }
  });

  it("tells what to do where the subnet of a network is lost", async () => {
    const { driver, grid } = await here.start();
    const empty = grid.snapshot();
    const { id } = await createNetwork(driver);
    grid.restore(empty);
    const lost = driver.requestAddress({ PoolID: id, Options: { [macOption]: mac(1) } });
    const error: unknown = await lost.catch((thrown: unknown) => thrown);
    expect(messageFor(error)).toMatch(/not found\. .*remove the network and create it again/);
    await driver.releaseAddress({ PoolID: id, Address: "10.1.0.1" });
    await driver.releasePool({ PoolID: id });
    expect(driver.pendingReleases).toBe(0);
    expect(await createNetwork(driver)).toMatchObject({ subnet: "10.1.0.0/24" });
  });
});
