import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

let session: GridSession;

beforeEach(async () => {
  await session?.[Symbol.asyncDispose]();
  session = await gridSession({
    seed: { networks: ["10.0.7.0/24"], zones: ["example.com", "7.0.10.in-addr.arpa"] },
  });
});
afterAll(() => session[Symbol.asyncDispose]());

describe("infoblox-ipam dns", () => {
  it.each([
    [["A", "web.example.com", "10.0.7.5"], "web.example.com A 10.0.7.5"],
    [["PTR", "10.0.7.5", "web.example.com"], "5.7.0.10.in-addr.arpa PTR web.example.com"],
    [["CNAME", "www.example.com", "web.example.com"], "www.example.com CNAME web.example.com"],
    [["MX", "example.com", "mail.example.com", "--preference", "5"], "example.com MX 5 mail.example.com"],
    [
      ["SRV", "_sip._tcp.example.com", "sip.example.com", "--port", "5060"],
      "_sip._tcp.example.com SRV 0 0 5060 sip.example.com",
    ],
  ])("adds %s", async (args, printed) => {
    expect(await session.run("dns", "add", ...args)).toEqual({
      exitCode: 0,
      stdout: `${printed}\n`,
      stderr: "",
    });
  });

  it("takes an address for a name, finds both ways, and removes both", async () => {
    const added = await session.run("dns", "add", "A", "web.example.com", "--from", "10.0.7.0/24", "--ptr");
    expect(added.stdout).toBe("web.example.com A 10.0.7.1\n");
    const { stdout } = await session.run("dns", "find", "--zone", "example.com");
    expect(stdout).toMatch(/^NAME +TYPE +VALUE/);
    expect(stdout).toMatch(/^web\.example\.com +A +10\.0\.7\.1/m);
    expect((await session.run("dns", "remove", "web.example.com", "--type", "A", "--ptr")).stdout).toBe(
      "released\n",
    );
    expect((await session.run("dns", "remove", "web.example.com", "--type", "A")).stdout).toBe(
      "gone already\n",
    );
    // Every view has pointers of localhost.
    const left = await session.json<{ target: string }[]>("dns", "find", "--type", "PTR");
    expect(left.map(({ target }) => target)).toEqual(["localhost", "localhost"]);
  });

  it("lists by name, and what has one name by address; of several views, each with its view", async () => {
    for (const ip of ["10.0.7.10", "10.0.7.9"]) await session.run("dns", "add", "A", "b.example.com", ip);
    await session.run("dns", "add", "CNAME", "a.example.com", "b.example.com");
    const rowsOf = async (...args: readonly string[]) =>
      (await session.run("dns", "find", ...args)).stdout.split("\n").map((line) => line.split(/ +/));
    expect((await rowsOf("--zone", "example.com")).map((row) => row.slice(0, 3))).toEqual([
      ["NAME", "TYPE", "VALUE"],
      ["a.example.com", "CNAME", "b.example.com"],
      ["b.example.com", "A", "10.0.7.9"],
      ["b.example.com", "A", "10.0.7.10"],
      [""],
    ]);
    for (const ip of ["10.0.7.10", "10.0.7.9"]) await session.run("dns", "add", "PTR", ip, "b.example.com");
    const pointers = await session.json<{ ip: string }[]>("dns", "find", "--zone", "7.0.10.in-addr.arpa");
    expect(pointers.map(({ ip }) => ip)).toEqual(["10.0.7.9", "10.0.7.10"]);
    await session.run("view", "ensure", "lab");
    expect((await rowsOf("--type", "PTR", "--ip", "127.0.0.1")).map((row) => row[3])).toEqual([
      "VIEW",
      "default",
      "default.lab",
      undefined,
    ]);
  });

  it("says which of several to remove, by options that it takes", async () => {
    const mx = ["dns", "add", "MX", "example.com"];
    for (const exchanger of ["a.example.com", "b.example.com"]) await session.run(...mx, exchanger);
    const remove = ["dns", "remove", "example.com", "--type", "mx"];
    const several = await session.run(...remove);
    expect([several.exitCode, several.stderr]).toEqual([
      6,
      expect.stringMatching(/Describe the record more exactly: --type, --ip, --target or --dns-view\.$/m),
    ]);
    expect((await session.run(...remove, "--target", "a.example.com")).stdout).toBe("released\n");
    expect(await session.json("dns", "find", "--type", "MX")).toMatchObject([{ target: "b.example.com" }]);
  });

  it.each([
    [["A", "web.example.com", "10.0.7"], "<value>"],
    [["MX", "example.com", "x..y"], "<value>"],
    [["SRV", "_sip._tcp.example.com", "x..y", "--port", "1"], "<value>"],
    [["NS", "example.com", "ns.example.net", "--ip", "10"], "--ip"],
    [["A", "x..y", "10.0.7.5"], "<name>"],
  ])("names what is wrong in %s as it was typed", async (args, named) => {
    const { exitCode, stderr } = await session.run("dns", "add", ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`error: ${named}: `)]);
  });

  it.each([
    [["A", "web.example.com"], /A takes an address or --from/],
    [["CNAME", "www.example.com"], /CNAME takes a value/],
    [["SRV", "_sip._tcp.example.com", "sip.example.com"], /SRV takes --port/],
    [["CNAME", "www.example.com", "web.example.com", "--ptr"], /--ptr is for A and AAAA/],
    [["NAPTR", "a", "b"], /Allowed choices are A, AAAA/],
  ])("refuses %s", async (args, message) => {
    const { exitCode, stderr } = await session.run("dns", "add", ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
  });
});
