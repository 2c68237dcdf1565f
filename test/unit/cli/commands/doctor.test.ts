import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { describe, expect, it, vi } from "vitest";
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
      ["version", "ok"],
      ["clock", "ok"],
      ["master", "ok"],
      ["network view", "ok"],
      ["read network", "ok"],
      ["read networkcontainer", "ok"],
      ["read record:host", "ok"],
      ["read fixedaddress", "ok"],
      ["read range", "ok"],
      ["permissions", "ok"],
      ["attribute Request ID", "ok"],
      ["attribute Request Attempt", "ok"],
      ["attribute Expires At", "ok"],
      ["attribute Last Change", "ok"],
      ["promise", "unknown"],
    ]);
    expect(session.grid.requests.filter(({ method }) => method !== "GET").map(({ path }) => path)).toEqual(
      session.grid.requests.filter(({ path }) => path.endsWith("/logout")).map(({ path }) => path),
    );
  });

  it("says what to do about attributes that aren't defined, which setup then defines", async () => {
    await using session = await gridSession({ setup: false });
    const { stdout } = await session.run("doctor", "--owner", "ci");
    for (const [name, what] of [
      ["Request ID", "with a request id"],
      ["Owner", "with an owner"],
      ["Expires At", "with an expiry"],
      ["Request Attempt", "lost answer"],
      ["Last Change", "arrives late or twice"],
    ]) {
      expect(stdout).toMatch(
        new RegExp(`^! attribute ${name} +not defined: .*${what}.*\\n +→ .*infoblox-ipam setup`, "m"),
      );
    }
    expect((await session.run("setup")).stdout).toMatch(/^Request ID: defined$/m);
    expect(await session.json("setup")).toMatchObject({
      created: [],
      existing: expect.arrayContaining(["Request ID"]),
    });
    expect((await session.run("doctor")).stdout).toMatch(/^✓ attribute Request ID/m);
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
    await using grid = await FakeGrid.listen({ setup: true });
    const { exitCode, stdout } = await ended(commandLine(["doctor"], { env: environment(grid) }));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ certificate .*\n +→ .*--ca-file/);
  });

  it("tells that nobody listens", async () => {
    const grid = await FakeGrid.listen({ setup: true, tls: false });
    await grid.close();
    const env = environment(grid);
    const { exitCode, stdout, stderr } = await ended(commandLine(["doctor"], { env }));
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ connection .*\n +→ Check the address/);
    expect(stdout.match(/[Cc]heck the address/g)).toHaveLength(1);
    expect(stderr, "it doesn't try again").toBe("");
  });

  it("tells a version that the grid hasn't got", async () => {
    await using session = await gridSession({ wapiVersion: "2.7" });
    const { exitCode, stdout } = await session.run("doctor", "--wapi-version", "2.12");
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/^✗ version/);
  });

  it("tells an attribute of another type", async () => {
    const attributes = [{ name: "Owner", type: "INTEGER" }] as const;
    await using session = await gridSession({ seed: { attributes } });
    expect((await session.run("doctor", "--owner", "ci")).stdout).toMatch(
      /^! attribute Owner +of type INTEGER, not STRING: .*\n +→ A definition's type can't be changed/m,
    );
  });

  it.each([
    ["no address", {}, [], /^✗ settings +--url: is missing: .*\n +→ Give the grid's address: --url/],
    ["no user", { INFOBLOX_URL: "https://grid.example.com" }, [], /^✗ settings +.*\n +→ Give both: --user/],
    [
      "a file that isn't there",
      {},
      ["--config", "gone.yaml"],
      /^✗ settings +can't read .*\n +→ Check the file's path/,
    ],
    [
      "an unknown CA file",
      { INFOBLOX_URL: "https://grid.example.com" },
      ["--ca-file", "gone.pem"],
      /^✗ settings +--ca-file: can't read/,
    ],
  ])("tells %s, and what to do", async (_what, env, args, message) => {
    const { exitCode, stdout, stderr } = await ended(commandLine(["doctor", ...args], { env }));
    expect([exitCode, stderr]).toEqual([2, ""]);
    expect(stdout).toMatch(message);
  });

  it("tells settings that are wrong as a finding in JSON, too", async () => {
    const { exitCode, stdout } = await ended(commandLine(["doctor", "--json"], {}));
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject([
      { check: "settings", state: "failed", advice: expect.any(String) },
    ]);
  });

  it("tells a node that isn't the master, and which is", async () => {
    await using session = await gridSession();
    session.grid.faults.always({ fail: "redirect" });
    const { exitCode, stdout } = await session.run("doctor");
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/^✗ master .*\n +→ WAPI is served by the grid master: use the address of /);
  });

  it("warns of a candidate that only answers reads", async () => {
    const values = {
      host_name: "127.0.0.1",
      enable_ro_api_access: true,
      vip_setting: { address: "10.0.0.2" },
    };
    await using session = await gridSession({ seed: { objects: [{ type: "member", values }] } });
    expect((await session.run("doctor")).stdout).toMatch(
      /^! master .*refuses writes.*\n +→ Use the grid master's/m,
    );
  });

  describe("what a user may change", () => {
    const user = {
      type: "adminuser",
      values: { name: "reader", password: "infoblox", admin_groups: ["readers"] },
    };
    const group = (values: object) => ({ type: "admingroup", values: { name: "readers", ...values } });
    const right = (permission: string, of: object) => ({
      type: "permission",
      values: { permission, resource_type: "NETWORK", ...of },
    });

    async function permissionsOf(
      objects: readonly object[],
      prepare?: (grid: FakeGrid) => void,
    ): Promise<string> {
      const seed = { objects } as FakeGridOptions["seed"];
      await using session = await gridSession({ seed, users: { reader: "infoblox" } });
      prepare?.(session.grid);
      const env = { ...environment(session.grid), INFOBLOX_USERNAME: "reader" };
      const { exitCode, stdout } = await ended(commandLine(["doctor"], { env }));
      expect(exitCode).toBe(0);
      return /^. permissions.*(\n +→.*)?/m.exec(stdout)?.[0] ?? "";
    }

    it("is everything for a superuser", async () => {
      expect(await permissionsOf([group({ superuser: true }), user])).toMatch(
        /^✓ .*"reader" of group "readers" is a superuser/,
      );
    });

    it("is nothing for one who only reads, with what to do", async () => {
      const objects = [group({}), user, right("READ", { group: "readers" })];
      expect(await permissionsOf(objects)).toMatch(
        /^! .*may change nothing.*\n +→ Give the group write permission/,
      );
    });

    it("is what its group and its roles permit", async () => {
      const objects = [
        { type: "adminrole", values: { name: "hosts" } },
        ...[group({ roles: ["hosts"] }), user, right("READ", { group: "readers" })],
        right("WRITE", { role: "hosts", resource_type: "HOST" }),
      ];
      expect(await permissionsOf(objects)).toMatch(/^✓ .*may change HOST$/);
    });

    it("is unknown where the grid doesn't show it, which is no failure", async () => {
      const hidden = (grid: FakeGrid) => grid.faults.always({ status: 403, object: "admingroup" });
      expect(await permissionsOf([group({}), user], hidden)).toMatch(
        /^\? .*may not see.*\n +→ Ask a superuser/,
      );
    });

    it("says what the user may not even read", async () => {
      await using session = await gridSession();
      session.grid.faults.always({ status: 403, object: "range" });
      const { exitCode, stdout } = await session.run("doctor");
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(/^✗ read range .*\n +→ Give the user's group a role/m);
    });
  });

  it("tells a clock that is off, and in which direction", async () => {
    await using session = await gridSession();
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    try {
      expect((await session.run("doctor")).stdout).toMatch(
        /^! clock +this machine is 3\d{3} s ahead of the grid\n +→ Set both by NTP/m,
      );
    } finally {
      vi.useRealTimers();
    }
  });

  it("stopped in the middle says so, and nothing of the grid", async () => {
    await using session = await gridSession();
    session.grid.faults.always({ delay: 2000, object: "networkview" });
    const running = commandLine(["doctor"], { env: environment(session.grid) });
    setTimeout(running.stop, 500);
    const { exitCode, stdout } = await ended(running);
    expect([exitCode, stdout]).toEqual([130, ""]);
  });
});
