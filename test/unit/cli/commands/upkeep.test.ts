import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

let session: GridSession;
const blue = ["--owner", "blue"];

/** Of two subnets with a request id each, one has expired long ago. */
beforeEach(async () => {
  session = await gridSession({ seed: {} });
  await session.run("setup", ...blue);
  await session.run("subnet", "request", "--cidr", "10.0.1.0/24", "--request-id", "kept", ...blue);
  await session.run("subnet", "request", "--cidr", "10.0.2.0/24", "--request-id", "old", ...blue);
  await session.run("subnet", "request", "--cidr", "10.0.3.0/24", "--expires-in", "7d", ...blue);
  const expired = { "Expires At": { value: "2020-01-01T00:00:00Z" } };
  const url = `${session.grid.url}/wapi/v2.12`;
  const headers = { authorization: `Basic ${Buffer.from("admin:infoblox").toString("base64")}` };
  const found = await fetch(`${url}/network?network=10.0.2.0/24`, { headers });
  const [{ _ref }] = (await found.json()) as [{ _ref: string }];
  const body = JSON.stringify({ "extattrs+": expired });
  const changed = await fetch(`${url}/${_ref}`, { method: "PUT", headers, body });
  if (!changed.ok) throw new Error(await changed.text());
});
afterEach(() => session[Symbol.asyncDispose]());

describe("audit", () => {
  it("shows what an owner holds, and what of it has expired", async () => {
    const { exitCode, stdout, stderr } = await session.run("audit", ...blue);
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^3 objects read in \d+\.\d s, /)]);
    expect(stdout).toMatch(/^subnets +3$/m);
    expect(stdout).toMatch(/^without request id +1$/m);
    expect(stdout).toMatch(/^subnet +10\.0\.2\.0\/24 +old +expired 2020-01-01T00:00:00Z$/m);
    expect(stdout).not.toContain("10.0.1.0/24");
    expect(await session.json("audit", ...blue)).toMatchObject({ owner: "blue", subnets: { length: 3 } });
  });
});

describe("what an owner holds", () => {
  it("is listed by address, without one-time ids", async () => {
    await session.run("subnet", "request", "--cidr", "10.0.10.0/24", ...blue);
    await session.run("subnet", "split", "10.0.10.0/24", "--prefix-length", "25", ...blue);
    const { stdout } = await session.run("audit", ...blue);
    const places = stdout
      .split("\n")
      .flatMap((line) => /^(?:subnet|container) +(10\S+)/.exec(line)?.[1] ?? []);
    expect([...new Set(places)]).toEqual(["10.0.2.0/24", "10.0.10.0/24", "10.0.10.0/25", "10.0.10.128/25"]);
    expect(stdout).toMatch(/^subnet +10\.0\.10\.0\/25 +one of 3 that one call made$/m);
    expect(stdout).not.toMatch(/[\da-f]{8}-[\da-f]{4}/);
  });
});

describe("collect", () => {
  it("frees what has expired, and only that", async () => {
    const { stdout } = await session.run("collect", ...blue, "--dry-run");
    expect(stdout).toMatch(/^subnet +10\.0\.2\.0\/24 +old +would be released$/m);
    expect(stdout).toMatch(/^1 would be released, 0 kept\.$/m);
    expect(await session.json("subnet", "find")).toHaveLength(3);
    expect((await session.run("collect", ...blue)).stdout).toMatch(/^1 released, 0 kept\.$/m);
    expect(await session.json("subnet", "find")).toHaveLength(2);
    expect((await session.run("collect", ...blue)).stdout).toBe("Nothing has expired.\n");
  });

  it("keeps a subnet with addresses in use, and says which", async () => {
    await session.run("address", "request", "--ip", "10.0.2.5");
    const { exitCode, stdout } = await session.run("collect", ...blue);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/10\.0\.2\.0\/24 .*kept: in-use 10\.0\.2\.5/);
    expect(await session.json("collect", ...blue, "--cascade")).toMatchObject({ released: { length: 1 } });
  });
});

describe("renew", () => {
  const tomorrow = ["--expires-at", "2030-01-01T01:00:00+01:00"];
  const words = "expires 2030-01-01T00:00:00Z\n";

  it("keeps a subnet that has expired: what is renewed is not collected", async () => {
    const renewed = await session.run("renew", "10.0.2.0/24", ...tomorrow, ...blue);
    expect(renewed).toEqual({ exitCode: 0, stdout: `10.0.2.0/24  ${words}`, stderr: "" });
    expect((await session.run("collect", ...blue)).stdout).toBe("Nothing has expired.\n");
  });

  it("takes a request id, an address, a host's name, and a reference", async () => {
    expect((await session.run("renew", "--request-id", "old", ...tomorrow, ...blue)).stdout).toBe(
      `10.0.2.0/24  ${words}`,
    );
    await session.run("address", "request", "--ip", "10.0.1.5", ...blue);
    expect((await session.run("renew", "10.0.1.5", ...tomorrow, ...blue)).stdout).toBe(`10.0.1.5  ${words}`);
    const add = ["host", "add", "web.example.com", "--ip", "10.0.1.6", "--no-dns"];
    const { ref } = await session.json<{ ref: string }>(...add, ...blue);
    for (const name of ["web.example.com", ref]) {
      const { stdout } = await session.run("renew", name, ...tomorrow, ...blue);
      expect(stdout).toBe(`10.0.1.6 web.example.com  ${words}`);
    }
  });

  it("counts from now with --expires-in, and prints all there is as JSON", async () => {
    const asked = Date.now();
    const { expiresAt, cidr } = await session.json<{ expiresAt: string; cidr: string }>(
      ...["renew", "10.0.1.0/24", "--expires-in", "12h", ...blue],
    );
    expect(cidr).toBe("10.0.1.0/24");
    expect(Date.parse(expiresAt) - asked).toBeGreaterThanOrEqual(12 * 3_600_000);
    expect(Date.parse(expiresAt) - asked).toBeLessThan(12 * 3_600_000 + 60_000);
  });

  it("leaves alone what another owner made, unless forced", async () => {
    const refused = await session.run("renew", "10.0.1.0/24", ...tomorrow, "--owner", "red");
    expect([refused.exitCode, refused.stderr]).toEqual([6, expect.stringContaining("blue")]);
    expect(
      (await session.run("renew", "10.0.1.0/24", ...tomorrow, "--owner", "red", "--force")).exitCode,
    ).toBe(0);
  });

  it.each([
    ["nothing is named", tomorrow, 2, /name a subnet or an address, or give --request-id/],
    ["it is named twice", ["10.0.1.0/24", "--request-id", "kept", ...tomorrow], 2, /not both/],
    ["no time is given", ["10.0.1.0/24"], 2, /--expires-in or --expires-at/],
    ["two times are given", ["10.0.1.0/24", "--expires-in", "1d", ...tomorrow], 2, /cannot be used with/],
    ["a time has no zone", ["10.0.1.0/24", "--expires-at", "2030-01-01T00:00"], 2, /with its zone/],
    ["a time is none", ["10.0.1.0/24", "--expires-at", "2030-13-01T00:00:00Z"], 2, /with its zone/],
    ["a duration is none", ["10.0.1.0/24", "--expires-in", "week"], 2, /30m, 12h or 7d/],
    ["there is no such subnet", ["10.9.0.0/24", ...tomorrow], 4, /10\.9\.0\.0\/24/],
    ["there is no such request", ["--request-id", "none", ...tomorrow], 4, /"none"/],
  ])("says so where %s", async (_what, args, code, message) => {
    const { exitCode, stderr } = await session.run("renew", ...args, ...blue);
    expect([exitCode, stderr]).toEqual([code, expect.stringMatching(message)]);
  });
});

it("a subnet can be taken up to a moment", async () => {
  const take = ["subnet", "request", "--cidr", "10.0.4.0/24", "--expires-at", "2030-01-01T00:00:00Z"];
  expect(await session.json(...take)).toMatchObject({ expiresAt: "2030-01-01T00:00:00.000Z" });
});

it.each(["audit", "collect"])("%s needs an owner", async (command) => {
  const { exitCode, stderr } = await session.run(command);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${command} needs --owner`)]);
});
