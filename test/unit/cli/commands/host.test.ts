import { afterAll, beforeEach, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

let session: GridSession;

beforeEach(async () => {
  await session?.[Symbol.asyncDispose]();
  session = await gridSession({
    seed: {
      networks: ["10.0.0.0/24", { network: "10.0.1.0/24", extattrs: { Site: "Paris" } }],
      zones: ["example.com"],
    },
  });
});
afterAll(() => session[Symbol.asyncDispose]());

const add = ["host", "add", "web.example.com"];

it("makes a host at the next free address, with what it is told", async () => {
  const { stdout } = await session.run(...add, "--from", "10.0.0.0/24", "--mac", "02:42:ac:11:00:02");
  expect(stdout).toBe("10.0.0.1\n");
  const other = ["host", "add", "db.example.com", "--ip", "10.0.0.9", "--alias", "sql.example.com"];
  expect(await session.json(...other, "--comment", "data")).toMatchObject({ kind: "host", ip: "10.0.0.9" });
});

it("makes it in whatever subnet has an attribute", async () => {
  expect((await session.run(...add, "--from-attribute", "Site=Paris")).stdout).toBe("10.0.1.1\n");
});

it.each(["web.example.com", "10.0.0.5", "02:42:ac:11:00:02"])(
  "shows a host that is named by %s",
  async (text) => {
    await session.run(...add, "--ip", "10.0.0.5", "--mac", "02:42:ac:11:00:02", "--alias", "www.example.com");
    const { stdout } = await session.run("host", "show", text);
    expect(stdout).toMatch(
      /^host +web\.example\.com\naddress +10\.0\.0\.5 02:42:ac:11:00:02 in 10\.0\.0\.0\/24$/m,
    );
    expect(stdout).toMatch(/^aliases +www\.example\.com$/m);
    expect(await session.json("host", "show", text)).toMatchObject([{ name: "web.example.com" }]);
  },
);

it("takes one address off, or deletes the host", async () => {
  await session.run(...add, "--ip", "10.0.0.5");
  expect(await session.run("host", "remove", "web.example.com", "--ip", "10.0.0.5")).toMatchObject({
    exitCode: 6,
  });
  expect(await session.run("host", "remove", "web.example.com")).toMatchObject({ stdout: "released\n" });
  expect(await session.run("host", "remove", "web.example.com")).toMatchObject({ stdout: "gone already\n" });
});

it("ends with 4 where there is no such host", async () => {
  const { exitCode, stderr } = await session.run("host", "show", "nobody.example.com");
  expect(exitCode).toBe(4);
  expect(stderr).toContain('There is no host nobody.example.com in network view "default"');
  expect(stderr).toContain("Check --network-view, and that the object exists there.");
});

it("changes a host's addresses, names and client", async () => {
  const name = "web.example.com";
  await session.run(...add, "--ip", "10.0.0.5", "--mac", "02:42:ac:11:00:02");
  const more = await session.run("host", "add-address", name, "--from", "10.0.1.0/24");
  expect([more.stdout, more.stderr]).toEqual(["10.0.1.1\n", ""]);
  const hosts = async (...args: readonly string[]) => session.json("host", ...args);
  expect(await hosts("move", name, "--from", "10.0.0.5", "--to", "10.0.0.0/24")).toMatchObject({
    addresses: [{ ip: "10.0.0.1", mac: "02:42:ac:11:00:02" }, { ip: "10.0.1.1" }],
  });
  const client = ["client", name, "--ip", "10.0.0.1", "--mac"];
  expect(await hosts(...client, "02:42:ac:11:00:03")).toMatchObject({
    addresses: [{ mac: "02:42:ac:11:00:03" }, {}],
  });
  expect(await hosts(...client, "none")).toMatchObject({ addresses: [{ ip: "10.0.0.1" }, {}] });
  const aliases = ["alias", name, "--add", "www.example.com", "--add", "w3.example.com"];
  expect(await hosts(...aliases)).toMatchObject({ aliases: ["www.example.com", "w3.example.com"] });
  expect(await hosts("alias", name, "--remove", "www.example.com")).toMatchObject({
    aliases: ["w3.example.com"],
  });
  expect(await hosts("rename", name, "db.example.com")).toMatchObject({ name: "db.example.com" });
});

it.each([
  [["alias", "web.example.com"], /--add or --remove/],
  [["client", "web.example.com"], /--mac or --duid/],
  [["move", "web.example.com"], /^error: --to: is needed/],
])("refuses %s", async (args, message) => {
  const { exitCode, stderr } = await session.run("host", ...args);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(message)]);
});
