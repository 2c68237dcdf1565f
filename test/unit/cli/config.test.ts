import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Ended, ended } from "./grid-session.js";
import { session } from "./session.js";

let grid: FakeGrid;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-config-"));
  const networks = ["10.0.0.0/24", { network: "10.7.0.0/24", networkView: "lab" }];
  grid = await FakeGrid.listen({ setup: true, seed: { networkViews: ["lab"], networks } });
  await write("secret.txt", "infoblox\n");
  await write("ca.pem", grid.ca ?? "");
});
afterEach(async () => {
  await grid.close();
  await rm(folder, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(join(folder, name), text);

function find(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ended> {
  return ended(session(["subnet", "find", ...args], { env, cwd: folder }));
}

const settings = () => ({
  url: grid.url,
  username: "admin",
  passwordFile: "secret.txt",
  caFile: "ca.pem",
  networkView: "lab",
});

const forms = {
  "infoblox-ipam.json": () => JSON.stringify(settings()),
  "infoblox-ipam.toml": () =>
    Object.entries(settings())
      .map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      .join("\n"),
  "infoblox-ipam.yaml": () =>
    Object.entries(settings())
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
};

describe("the file of settings", () => {
  it.each(Object.entries(forms))("%s in the current directory is enough", async (name, text) => {
    await write(name, text());
    const { exitCode, stdout, stderr } = await find();
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/^1 subnet read in /)]);
    expect(stdout).toContain("10.7.0.0/24");
  });

  it("gives way to the environment, and this to flags", async () => {
    await write("my.json", JSON.stringify({ ...settings(), username: "nobody", networkView: "none" }));
    const named = { INFOBLOX_CONFIG: "my.json", INFOBLOX_USERNAME: "admin" };
    expect((await find(["--network-view", "default"], named)).stdout).toContain("10.0.0.0/24");
    expect((await find(["--network-view", "default", "--user", "nobody"], named)).exitCode).toBe(3);
  });

  it("that nobody named doesn't get the password of the environment for an address of its own", async () => {
    await write("infoblox-ipam.json", JSON.stringify(settings()));
    const env = { INFOBLOX_PASSWORD: "infoblox" };
    const refused = await find([], env);
    expect([refused.exitCode, grid.requests.length]).toEqual([2, 0]);
    expect(refused.stderr).toMatch(/--config or INFOBLOX_CONFIG/);
    expect((await find(["--config", "infoblox-ipam.json"], env)).exitCode).toBe(0);
    expect((await find([], { ...env, INFOBLOX_URL: grid.url })).exitCode).toBe(0);
  });

  it.each([
    ["isn't there", "missing.json", undefined, /can't read .*missing\.json/],
    ["is broken", "broken.yaml", "url: [", /can't read .*broken\.yaml/],
    [
      "is broken where a password stands",
      "b.yaml",
      "url: x\npassword: [s3cret",
      /b\.yaml: it is not YAML \(line 2\)\n/,
    ],
    [
      "is broken TOML with a password",
      "b.toml",
      "url = 'x'\npassword = s3cret",
      /b\.toml: it is not TOML \(line 2\)\n/,
    ],
    ["is broken JSON with a password", "b.json", '{"password": s3cret}', /b\.json: it is not JSON/],
    [
      "has an odd tag beside a password",
      "tag.yaml",
      "password: !odd s3cret",
      /tag\.yaml:1: password belongs/,
    ],
    [
      "names a password file that isn't there",
      "gone.json",
      '{"passwordFile":"gone.txt"}',
      /passwordFile in .*gone\.json: can't read .*gone\.txt: there is no such file/,
    ],
    [
      "names a CA file that is none",
      "ca.json",
      '{"caFile":"secret.txt"}',
      /caFile in .*ca\.json: .* holds no certificate/,
    ],
    ["is a list", "list.json", "[]", /must be an object of settings/],
    ["holds a password", "open.json", '{"password":"s3cret"}', /passwordFile/],
    ["holds an unknown setting", "odd.json", '{"uri":"x"}', /uri is not a setting/],
    [
      "holds a number for a text",
      "odd.toml",
      "# mine\nwapiVersion = 2.12",
      /odd\.toml:2: wapiVersion must be a text \(in quotes/,
    ],
  ])("that %s is refused, saying so", async (_what, name, text, message) => {
    if (text !== undefined) await write(name, text);
    const { exitCode, stderr } = await find(["--config", name]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("s3cret");
  });

  it("gives way to the environment for views and owners, too", async () => {
    await write("infoblox-ipam.json", JSON.stringify(settings()));
    const other = await find([], { INFOBLOX_NETWORK_VIEW: "default" });
    expect(other.stdout).toContain("10.0.0.0/24");
    const flag = await find(["--network-view", "lab"], { INFOBLOX_NETWORK_VIEW: "default" });
    expect(flag.stdout).toContain("10.7.0.0/24");
    const env = { INFOBLOX_OWNER: "nobody-yet" };
    const audit = await ended(session(["audit"], { env, cwd: folder }));
    expect(audit.stderr).toMatch(/Run infoblox-ipam setup once/);
  });

  it("that has nothing in it, as stdin without a password, is told by name", async () => {
    const { exitCode, stderr } = await ended(
      session(["subnet", "find", "--url", grid.url, "--password-file", "-"], { stdin: "\n", cwd: folder }),
    );
    expect([exitCode, stderr]).toEqual([2, "error: --password-file: the first line of stdin is empty\n"]);
  });
});
