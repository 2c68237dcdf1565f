import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

let session: GridSession;

beforeEach(async () => {
  await session?.[Symbol.asyncDispose]();
  session = await gridSession({
    seed: {
      containers: ["10.10.0.0/16", "10.2.0.0/16"],
      networks: ["10.2.7.0/24", "2001:db8::/64"],
      zones: ["example.com"],
    },
  });
});
afterAll(() => session[Symbol.asyncDispose]());

describe("infoblox-ipam range", () => {
  it("takes a range that is named or a size, finds and gives back", async () => {
    expect((await session.run("range", "request", "10.2.7.100-10.2.7.119")).stdout).toBe(
      "10.2.7.100-10.2.7.119\n",
    );
    const sized = await session.run(
      "range",
      "request",
      "--in",
      "10.2.7.0/24",
      "--size",
      "5",
      "--name",
      "few",
    );
    expect([sized.stdout, sized.stderr]).toEqual([
      expect.stringMatching(/^10\.2\.7\.\d+-10\.2\.7\.\d+\n$/),
      "",
    ]);
    const { stdout } = await session.run("range", "find", "--in", "10.2.7.0/24");
    expect(stdout.trim().split("\n")).toHaveLength(3);
    expect(stdout).toMatch(/^RANGE +USED +SUBNET +NAME/);
    expect((await session.run("range", "release", "10.2.7.100-10.2.7.119")).stdout).toBe("released\n");
  });

  it("lists by address, with use, without one-time ids", async () => {
    for (const range of ["10.2.7.100-10.2.7.109", "10.2.7.20-10.2.7.29"])
      await session.run("range", "request", range);
    await session.run("address", "request", "--from", "10.2.7.20-10.2.7.29", "--mac", "02:42:ac:11:00:02");
    const { stdout } = await session.run("range", "find");
    expect(stdout.split("\n").map((line) => line.trim().split(/ {2,}/).slice(0, 2))).toEqual([
      ["RANGE", "USED"],
      ["10.2.7.20-10.2.7.29", "10 %"],
      ["10.2.7.100-10.2.7.109", "0 %"],
      [""],
    ]);
    expect(stdout).not.toMatch(/Request Attempt|Last Change/);
  });

  it.each([
    [[], /give a range, or --size/],
    [["10.2.7.100"], /must be FIRST-LAST/],
    [["10.2.7.1-10.2.7.2", "--member", "a", "--failover", "b"], /not both/],
  ])("refuses %s", async (args, message) => {
    const { exitCode, stderr } = await session.run("range", "request", ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});

describe("infoblox-ipam container", () => {
  it("sees to it that one is there, and lists by address", async () => {
    expect((await session.run("container", "ensure", "10.9.0.0/16")).stdout).toBe("10.9.0.0/16 created\n");
    expect((await session.run("container", "ensure", "10.9.0.0/16")).stdout).toBe("10.9.0.0/16 exists\n");
    const { stdout } = await session.run("container", "find");
    expect(stdout.split("\n").map((line) => line.split(" ")[0])).toEqual([
      "CONTAINER",
      "10.2.0.0/16",
      "10.9.0.0/16",
      "10.10.0.0/16",
      "",
    ]);
  });
});

describe("infoblox-ipam view", () => {
  it("sees to it that one is there, and lists them", async () => {
    expect((await session.run("view", "ensure", "lab")).stdout).toBe("lab created\n");
    expect((await session.run("view", "ensure", "lab")).stdout).toBe("lab exists\n");
    const { stdout } = await session.run("view", "find");
    expect(stdout).toMatch(/^default +yes +default/m);
    expect(stdout).toMatch(/^lab /m);
  });
});

describe("infoblox-ipam services", () => {
  it("shows whether a restart is pending, and restarts", async () => {
    await session.run("host", "add", "web.example.com", "--ip", "10.2.7.5", "--mac", "02:42:ac:11:00:02");
    const before = await session.run("services", "status");
    expect(before.stdout).toMatch(/^(A|No) restart is pending\.$/m);
    const { exitCode, stdout } = await session.run("services", "restart", "--service", "dhcp");
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^No restart is pending\.$/m)]);
  });

  it("knows the services", async () => {
    const { exitCode, stderr } = await session.run("services", "restart", "--service", "NTP");
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/Allowed choices are DNS, DHCP/)]);
  });
});

describe("infoblox-ipam host add", () => {
  it("takes an address of each family", async () => {
    const add = ["host", "add", "web.example.com", "--from", "10.2.7.0/24", "--from-ipv6", "2001:db8::/64"];
    const { stdout, stderr } = await session.run(...add);
    expect([stdout, stderr]).toEqual(["10.2.7.1\n2001:db8::1\n", ""]);
  });

  it("takes several addresses, each named or the next one of its own source", async () => {
    const add = ["host", "add", "db.example.com", "--mac", "02:42:ac:11:00:02"];
    const from = ["--address", "2001:db8::/64", "--address", "10.2.7.0/24", "--address", "10.2.7.9"];
    const { stdout, stderr } = await session.run(...add, ...from);
    expect([stdout, stderr]).toEqual(["10.2.7.1\n10.2.7.9\n2001:db8::1\n", ""]);
    const shown = await session.run("host", "show", "db.example.com", "--json");
    expect(JSON.parse(shown.stdout)).toMatchObject([
      { addresses: [{ ip: "10.2.7.1", mac: "02:42:ac:11:00:02" }, { ip: "10.2.7.9" }, {}] },
    ]);
    const beside = await session.run(...add, ...from, "--ip", "10.2.7.10");
    expect([beside.exitCode, beside.stderr]).toEqual([2, expect.stringMatching(/leave --ip and --from out/)]);
  });
});
