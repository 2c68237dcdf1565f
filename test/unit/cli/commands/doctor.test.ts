import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { ended, environment, gridSession } from "../grid-session.js";
import { session as commandLine } from "../session.js";

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly message: string;
  readonly advice?: string;
}

describe("infoblox-ipam doctor", () => {
  it("finds nothing wrong with a grid that is well, and changes nothing", async () => {
    await using session = await gridSession();
    const findings = await session.json<Finding[]>("doctor");
    expect(findings.map(({ check, state }) => [check, state])).toEqual([
      ["connection", "ok"],
      ["certificate", "warning"],
      ["credentials", "ok"],
      ["master", "ok"],
      ["version", "ok"],
      ["clock", "ok"],
      ["network view", "ok"],
      ["read network", "ok"],
      ["read networkcontainer", "ok"],
      ["read record:host", "ok"],
      ["read fixedaddress", "ok"],
      ["read range", "ok"],
      ["request ids", "ok"],
    ]);
    expect(session.grid.requests.filter(({ method }) => method !== "GET").map(({ path }) => path)).toEqual(
      session.grid.requests.filter(({ path }) => path.endsWith("/logout")).map(({ path }) => path),
    );
  });

  it("says what to do about an attribute that isn't defined, which setup then defines", async () => {
    await using session = await gridSession({ requestIds: false });
    expect((await session.run("doctor")).stdout).toMatch(
      /^! request ids .* is not defined.*\n +→ .*infoblox-ipam setup/m,
    );
    expect((await session.run("setup")).stdout).toMatch(/^Request ID: defined$/m);
    expect(await session.json("setup")).toMatchObject({
      created: [],
      existing: expect.arrayContaining(["Request ID"]),
    });
    expect((await session.run("doctor")).stdout).toMatch(/^✓ request ids/m);
  });

  it("names the network views that there are, where the wanted one is none", async () => {
    await using session = await gridSession({ seed: { networkViews: ["lab"] } });
    const { exitCode, stdout } = await session.run("doctor", "--network-view", "prod");
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✗ network view .*"prod".*\n +→ Name one of: default, lab\./m);
  });

  it("tells a wrong password", async () => {
    await using session = await gridSession();
    const env = { ...environment(session.grid), INFOBLOX_PASSWORD: "wrong" };
    const { exitCode, stdout } = await ended(commandLine(["doctor"], { env }));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ credentials/);
    expect(stdout).not.toContain("wrong\n");
  });

  it("tells a certificate that nobody vouches for", async () => {
    await using grid = await FakeGrid.listen();
    const { exitCode, stdout } = await ended(commandLine(["doctor"], { env: environment(grid) }));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ certificate .*\n +→ .*--ca-file/);
  });

  it("tells that nobody listens", async () => {
    const grid = await FakeGrid.listen({ tls: false });
    await grid.close();
    const env = environment(grid);
    const { exitCode, stdout } = await ended(commandLine(["doctor"], { env }));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ connection .*\n +→ Check the address/);
  }, 30_000);

  it("tells a version that the grid hasn't got", async () => {
    await using session = await gridSession({ wapiVersion: "2.7" });
    const { exitCode, stdout } = await session.run("doctor", "--wapi-version", "2.12");
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^✗ version/);
  });
});
