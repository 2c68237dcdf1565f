import { WapiClient } from "infoblox-ipam";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

let session: GridSession;

beforeEach(async () => {
  await session?.[Symbol.asyncDispose]();
  session = await gridSession({
    seed: {
      containers: ["10.0.0.0/16"],
      networks: ["10.0.10.0/24", { network: "10.0.9.0/24", comment: "blue" }, "2001:db8::/64"],
    },
  });
});
afterAll(() => session[Symbol.asyncDispose]());

describe("infoblox-ipam subnet", () => {
  it("splits and joins", async () => {
    const split = await session.run("subnet", "split", "10.0.9.0/24", "--prefix-length", "25");
    expect(split).toEqual({ exitCode: 0, stdout: "10.0.9.0/25\n10.0.9.128/25\n", stderr: "" });
    for (const half of ["10.0.12.0/25", "10.0.12.128/25"])
      await session.run("subnet", "request", "--cidr", half);
    const joined = await session.run("subnet", "join", "10.0.12.0/25", "10.0.12.128/25");
    expect(joined).toEqual({ exitCode: 0, stdout: "10.0.12.0/24\n", stderr: "" });
  });

  it("resizes", async () => {
    const { stdout, stderr } = await session.run("subnet", "resize", "10.0.10.0/24", "--prefix-length", "25");
    expect([stdout, stderr]).toEqual(["10.0.10.0/25\n", ""]);
  });

  it("sets and unsets DHCP options", async () => {
    const set = ["subnet", "dhcp", "10.0.9.0/24", "--option", "domain-name=example.com"];
    expect((await session.run(...set)).stdout).toBe("10.0.9.0/24\n");
    expect((await session.run("subnet", "dhcp", "10.0.9.0/24", "--unset", "domain-name")).exitCode).toBe(0);
    const { exitCode, stderr } = await session.run("subnet", "dhcp", "10.0.9.0/24");
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/nothing to set/)]);
  });

  it("reserves a gateway", async () => {
    expect((await session.run("subnet", "gateway", "10.0.9.0/24", "last")).stdout).toBe("10.0.9.254\n");
  });

  it("gives a subnet VLANs, the next free and one that exists, and takes one off it", async () => {
    const wapi = new WapiClient(session.grid.clientOptions);
    const view = await wapi.create("vlanview", { name: "campus", start_vlan_id: 100, end_vlan_id: 199 });
    await wapi.create("vlan", { name: "guests", parent: view._ref, id: 117 });
    const vlan = ["subnet", "vlan", "10.0.9.0/24"];
    const campus = [...vlan, "--vlan-view", "campus"];
    expect((await session.run(...campus, "--name", "staff")).stdout).toBe("100\n");
    expect((await session.run(...campus, "--id", "117")).stdout).toBe("117\n");
    expect((await session.run(...campus, "--id", "118")).stderr).toMatch(/no VLAN 118 in VLAN view "campus"/);
    const ids = async () => {
      const [subnet] = await wapi.find("network", {
        where: { network: "10.0.9.0/24" },
        fields: ["vlans"],
      });
      return subnet?.vlans?.map(({ id }) => id);
    };
    expect(await ids()).toEqual([100, 117]);
    expect((await session.run(...vlan, "--unassign", "--id", "100")).stdout).toBe("unassigned\n");
    expect(await ids()).toEqual([117]);
    expect((await session.run(...vlan, "--unassign")).exitCode).toBe(2);
    await wapi.close();
  });

  it("needs to know which VLAN", async () => {
    const { exitCode, stderr } = await session.run("subnet", "vlan", "10.0.9.0/24");
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--vlan-view/)]);
  });

  it("peeks at what comes next, and takes nothing", async () => {
    const peek = ["subnet", "peek", "--from", "10.0.0.0/16", "--prefix-length", "24", "--count", "2"];
    expect((await session.run(...peek)).stdout).toBe("10.0.0.0/24\n10.0.1.0/24\n");
    expect((await session.run(...peek)).stdout).toBe("10.0.0.0/24\n10.0.1.0/24\n");
    const addresses = await session.run("address", "peek", "--from", "10.0.9.0/24", "--count", "2");
    expect(addresses.stdout).toBe("10.0.9.1\n10.0.9.2\n");
  });

  it("lists by address, with use, without one-time ids", async () => {
    await session.run("setup");
    await session.run("address", "request", "--from", "10.0.9.0/24");
    await session.run("subnet", "request", "--cidr", "10.0.2.0/24", "--request-id", "green");
    const { stdout } = await session.run("subnet", "find");
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines.map(([cidr]) => cidr)).toEqual(["SUBNET", "10.0.2.0/24", "10.0.9.0/24", "10.0.10.0/24", ""]);
    expect(lines[0]).toContain("USED");
    expect(lines[2]?.[1]).toMatch(/^[\d.]+ %$/);
    expect(stdout).toContain("Request ID: green");
    expect(stdout).not.toMatch(/Request Attempt|Last Change/);
  });
});
