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
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^subnets +3$/m);
    expect(stdout).toMatch(/^without request id +1$/m);
    expect(stdout).toMatch(/^subnet +10\.0\.2\.0\/24 +old +expired 2020-01-01T00:00:00Z$/m);
    expect(stdout).not.toContain("10.0.1.0/24");
    expect(await session.json("audit", ...blue)).toMatchObject({ owner: "blue", subnets: { length: 3 } });
  });
});

describe("collect", () => {
  it("frees what has expired, and only that", async () => {
    const { stdout } = await session.run("collect", ...blue, "--dry-run");
    expect(stdout).toMatch(/^subnet +10\.0\.2\.0\/24 +old +would be freed$/m);
    expect(stdout).toMatch(/^1 would be freed, 0 kept\.$/m);
    expect(await session.json("subnet", "find")).toHaveLength(3);
    expect((await session.run("collect", ...blue)).stdout).toMatch(/^1 freed, 0 kept\.$/m);
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

it.each(["audit", "collect"])("%s needs an owner", async (command) => {
  const { exitCode, stderr } = await session.run(command);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${command} needs --owner`)]);
});
