import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

const seed = {
  containers: ["10.0.0.0/16"],
  networks: [{ network: "10.0.0.0/24", comment: "blue", extattrs: { Site: "Paris" } }],
  hosts: [{ name: "web.example.com", addresses: ["10.0.0.5"], dns: false }],
};

let session: GridSession;

beforeEach(async () => {
  await session?.[Symbol.asyncDispose]();
  session = await gridSession({ seed });
});
afterAll(() => session[Symbol.asyncDispose]());

describe("infoblox-ipam subnet request", () => {
  it("prints the CIDR of the next free subnet, and nothing else", async () => {
    const request = ["subnet", "request", "--from", "10.0.0.0/16", "--prefix-length", "24"];
    expect(await session.run(...request)).toEqual({ exitCode: 0, stdout: "10.0.1.0/24\n", stderr: "" });
  });

  it("takes many, once for a request id", async () => {
    const many = ["subnet", "request", "--from", "10.0.0.0/16", "--prefix-length", "28", "--count", "3"];
    const { stdout, stderr } = await session.run(
      ...many,
      "--request-id",
      "racks",
      "--exclude",
      "10.0.1.0/28",
    );
    expect(stdout).toBe("10.0.1.16/28\n10.0.1.32/28\n10.0.1.48/28\n");
    expect(stderr).toMatch(/^3 subnets in /);
    const again = await session.json<unknown[]>(...many, "--request-id", "racks", "--exclude", "10.0.1.0/28");
    expect(again).toMatchObject([{ cidr: "10.0.1.16/28", created: false }, {}, {}]);
  });

  it.each([
    ["one CIDR", ["--from", "10.0.0.0/16", "--prefix-length", "28", "--cidr", "10.0.2.0/28"], /one --cidr/],
    [
      "one gateway",
      ["--from", "10.0.0.0/16", "--prefix-length", "28", "--gateway", "first"],
      /one --gateway/,
    ],
    ["no size", ["--from", "10.0.0.0/16"], /--count needs/],
  ])("refuses many of %s", async (_what, args, message) => {
    const { exitCode, stderr } = await session.run("subnet", "request", ...args, "--count", "3");
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });

  it("passes on all that it is told", async () => {
    const subnet = await session.json(
      ...[
        "subnet",
        "request",
        "--from",
        "10.0.0.0/16",
        "--prefix-length",
        "24",
        "--exclude",
        "10.0.1.0/24",
        "--gateway",
        "last",
      ],
      ...[
        "--comment",
        "green",
        "--attribute",
        "Site=Rome",
        "--attribute",
        "VLAN:=10",
        "--request-id",
        "deploy/green",
      ],
    );
    expect(subnet).toMatchObject({
      cidr: "10.0.2.0/24",
      gateway: "10.0.2.254",
      comment: "green",
      extattrs: { Site: "Rome", VLAN: 10 },
      created: true,
    });
  });

  it("keeps several values of an attribute, searches for all of them, and refuses them where one is allowed", async () => {
    await using tagged = await gridSession({
      seed: { attributes: [{ name: "Tags", flags: "V" }, "Site"], containers: ["10.0.0.0/16"] },
    });
    const tags = ["--attribute", "Tags=a", "--attribute", "Tags=b"];
    const sized = ["--from", "10.0.0.0/16", "--prefix-length", "24"];
    expect(await tagged.json("subnet", "request", ...sized, ...tags)).toMatchObject({
      extattrs: { Tags: ["a", "b"] },
    });
    await tagged.run("subnet", "request", ...sized, "--attribute", "Tags=a");
    expect(await tagged.json("subnet", "find", ...tags)).toMatchObject([{ cidr: "10.0.0.0/24" }]);
    expect(
      await tagged.json("address", "request", ...tags.map((one) => one.replace("--", "--from-"))),
    ).toMatchObject({
      cidr: expect.stringMatching(/^10\.0\.0\.1\//),
    });
    const refused = await tagged.run(
      ...["subnet", "request", ...sized, "--attribute", "Site=Rome", "--attribute", "Site=Paris"],
    );
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toMatch(/--attribute: Site takes one value on this grid \(got Rome, Paris\)/);
  });

  describe("from whatever has an attribute", () => {
    const sized = ["subnet", "request", "--prefix-length", "26"];

    it("takes the first that has room, else by the strategy", async () => {
      const extattrs = { Site: "Paris", VLAN: 7 };
      await using sites = await gridSession({
        seed: {
          containers: [
            { network: "10.1.0.0/24", extattrs },
            { network: "10.2.0.0/16", extattrs },
            { network: "172.16.0.0/12", extattrs: { Site: "Paris", VLAN: 8 } },
          ],
        },
      });
      const paris = [...sized, "--from-attribute", "Site=Paris", "--from-attribute", "VLAN:=7"];
      expect(await sites.run(...paris)).toMatchObject({ stdout: "10.1.0.0/26\n" });
      expect(await sites.run(...paris, "--strategy", "most-free")).toMatchObject({ stdout: "10.2.0.0/26\n" });
    });

    it("looks for IPv6 when told to, and tries what is named before", async () => {
      await using sites = await gridSession({
        seed: {
          containers: ["2001:db8:1::/48", { network: "2001:db8:2::/48", extattrs: { Site: "Paris" } }],
        },
      });
      const request = [
        "subnet",
        "request",
        "--prefix-length",
        "64",
        "--from-attribute",
        "Site=Paris",
        "--ipv6",
      ];
      expect(await sites.run(...request)).toMatchObject({ stdout: "2001:db8:2::/64\n" });
      const named = await sites.run(...request, "--from", "2001:db8:1::/48");
      expect(named).toMatchObject({ stdout: "2001:db8:1::/64\n" });
    });

    it.each([
      ["nothing has it", ["--from-attribute", "Site=Rome"], 4, /Site/],
      ["--ipv6 has nothing to look for", ["--from", "10.0.0.0/16", "--ipv6"], 2, /--from-attribute/],
      ["nobody knows the strategy", ["--from", "10.0.0.0/16", "--strategy", "best"], 2, /most-free/],
    ])("says so when %s", async (_when, args, code, message) => {
      const { exitCode, stderr } = await session.run(...sized, ...args);
      expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
    });
  });

  it("gives one subnet to all who share it by name", async () => {
    await using shared = await gridSession({
      seed: { attributes: ["Network Name"], containers: ["10.0.0.0/16"] },
    });
    const blue = ["subnet", "request", "--from", "10.0.0.0/16", "--prefix-length", "24"];
    const name = ["--shared-by", "Network Name=blue"];
    expect((await shared.run(...blue, ...name)).stdout).toBe("10.0.0.0/24\n");
    expect(await shared.json(...blue, ...name)).toMatchObject({ cidr: "10.0.0.0/24", created: false });
    for (const more of [
      ["--request-id", "a"],
      ["--count", "2"],
    ])
      expect((await shared.run(...blue, ...name, ...more)).exitCode).toBe(2);
  });

  it("gives the same subnet for the same request id", async () => {
    const request = [
      "subnet",
      "request",
      "--from",
      "10.0.0.0/16",
      "--prefix-length",
      "24",
      "--request-id",
      "a",
    ];
    const first = await session.json(...request);
    const again = await session.json(...request);
    expect([again["cidr"], again["created"]]).toEqual([first["cidr"], false]);
  });

  it.each([
    ["addresses of its source are in use", ["--from", "10.0.0.0/24", "--prefix-length", "25"], 6, /in use/],
    ["a container is missing", ["--from", "10.9.0.0/16", "--prefix-length", "24"], 4, /no container/i],
    ["it is taken", ["--cidr", "10.0.0.0/24"], 6, /10\.0\.0\.0\/24/],
    ["it is no CIDR", ["--cidr", "10.0.0.1/24"], 2, /host bits/],
    ["nothing is said", [], 2, /error:/],
    ["a size is none", ["--from", "10.0.0.0/16", "--prefix-length", "wide"], 2, /whole number/],
    ["an attribute has no name", ["--cidr", "10.0.9.0/24", "--attribute", "Paris"], 2, /NAME=VALUE/],
  ])("says so when %s, and ends with its exit code", async (_when, args, code, message) => {
    const { exitCode, stdout, stderr } = await session.run("subnet", "request", ...args);
    expect([exitCode, stdout]).toEqual([code, ""]);
    expect(stderr).toMatch(message);
  });

  it("ends with 5 when all is taken", async () => {
    await session.run("subnet", "request", "--cidr", "10.0.128.0/17");
    const wanted = ["--from", "10.0.0.0/16", "--prefix-length", "17"];
    const { exitCode, stderr } = await session.run("subnet", "request", ...wanted, "--json");
    expect(exitCode).toBe(5);
    expect(JSON.parse(stderr)).toMatchObject({ error: { name: "PoolExhaustedError", exitCode: 5 } });
  });
});

describe("infoblox-ipam subnet release", () => {
  it("gives back, and takes a second time for success", async () => {
    await session.run("subnet", "request", "--cidr", "10.0.7.0/24");
    expect(await session.run("subnet", "release", "10.0.7.0/24")).toMatchObject({
      exitCode: 0,
      stdout: "released\n",
    });
    expect(await session.run("subnet", "release", "10.0.7.0/24")).toMatchObject({ stdout: "gone already\n" });
  });

  it("refuses what is in use, unless told otherwise", async () => {
    const refused = await session.run("subnet", "release", "10.0.0.0/24");
    expect(refused.exitCode).toBe(6);
    expect(refused.stderr).toContain("web.example.com");
    expect(await session.json("subnet", "release", "10.0.0.0/24", "--cascade")).toMatchObject({
      released: true,
    });
  });

  it("gives several back, and says of each what became of it, and where it stopped", async () => {
    for (const cidr of ["10.0.7.0/24", "10.0.8.0/24"]) await session.run("subnet", "request", "--cidr", cidr);
    const { stdout } = await session.run("subnet", "release", "10.0.7.0/24", "10.0.99.0/24");
    expect(stdout).toBe("10.0.7.0/24 released\n10.0.99.0/24 gone already\n");
    const stopped = await session.run("subnet", "release", "10.0.8.0/24", "10.0.0.0/24", "10.0.9.0/24");
    expect([stopped.exitCode, stopped.stderr]).toEqual([
      6,
      expect.stringMatching(/10\.0\.0\.0\/24.*\nWhat was done before the error stays \(1\)/s),
    ]);
  });

  it("finds by request id", async () => {
    await session.run("subnet", "request", "--cidr", "10.0.7.0/24", "--request-id", "a");
    expect(await session.run("subnet", "release", "--request-id", "a")).toMatchObject({
      stdout: "released\n",
    });
  });

  it.each([[[]], [["10.0.0.0/24", "--request-id", "a"]]])("wants one name: %j", async (args) => {
    expect((await session.run("subnet", "release", ...args)).exitCode).toBe(2);
    expect(session.grid.requests).toEqual([]);
  });
});

describe("infoblox-ipam subnet find and show", () => {
  it("lists what fits, as a table and as JSON", async () => {
    const { stdout } = await session.run(
      "subnet",
      "find",
      "--within",
      "10.0.0.0/8",
      "--attribute",
      "Site=Paris",
    );
    expect(stdout.split("\n")).toEqual([
      "SUBNET       USED   GATEWAY  COMMENT  ATTRIBUTES",
      "10.0.0.0/24  0.3 %           blue     Site: Paris",
      "",
    ]);
    expect(await session.json("subnet", "find", "--containing", "10.0.0.5")).toMatchObject([
      { cidr: "10.0.0.0/24" },
    ]);
  });

  it("takes one for a while", async () => {
    const before = Date.now();
    const made = await session.json<{ expiresAt: string }>(
      ...["subnet", "request", "--cidr", "10.0.77.0/24", "--expires-in", "2h"],
    );
    const hours = (Date.parse(made.expiresAt) - before) / 3_600_000;
    // The grid keeps whole seconds.
    expect(hours).toBeGreaterThan(1.99);
    expect(hours).toBeLessThan(2.1);
    const wrong = await session.run("subnet", "request", "--cidr", "10.0.78.0/24", "--expires-in", "2 weeks");
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining("30m, 12h or 7d")]);
  });

  it("prints nothing, and an empty list as JSON, where nothing fits", async () => {
    expect(await session.run("subnet", "find", "--ipv6")).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: expect.stringMatching(/^0 subnets read in /),
    });
    expect(await session.json("subnet", "find", "--comment", "none")).toEqual([]);
  });

  it("shows one, with how full it is", async () => {
    const { stdout } = await session.run("subnet", "show", "10.0.0.0/24");
    expect(stdout).toMatch(/^used +1 of 254 \(0\.39 %\)$/m);
    expect(stdout).toMatch(/^attributes +Site: Paris$/m);
    expect(await session.json("subnet", "show", "10.0.0.0/24")).toMatchObject({
      cidr: "10.0.0.0/24",
      utilization: { used: 1 },
    });
    expect((await session.run("subnet", "show", "10.7.0.0/24")).exitCode).toBe(4);
  });
});
