import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ipam, nextAvailableIp, recordTo, replayFrom, step, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const password = "Gr1d-password/1";

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cassette-"));
});
afterAll(() => rm(folder, { recursive: true }));

const newFile = () => {
  count += 1;
  return join(folder, `${count}.json`);
};

const gridOf = () =>
  FakeGrid.listen({
    setup: true,
    user: "robot-7",
    password,
    seed: { networks: ["10.0.0.0/24"], containers: ["10.1.0.0/16"] },
  });

/** Records what a program does, then has it done again without a grid. */
async function twice<T>(
  work: (wapi: WapiClient) => Promise<T>,
): Promise<{ first: T; again: T; text: string }> {
  const file = newFile();
  let first: T;
  {
    await using grid = await gridOf();
    await using wapi = new WapiClient({ ...grid.clientOptions, ...recordTo(file) });
    first = await work(wapi);
  }
  await using wapi = new WapiClient({ wapiVersion: "2.14", ...replayFrom(file) });
  return { first, again: await work(wapi), text: await readFile(file, "utf8") };
}

describe("a cassette", () => {
  it("answers as the grid did, references apart", async () => {
    const { first, again } = await twice(async (wapi) => {
      const networks = await wapi.find("network", { fields: ["network", "comment"] });
      await wapi.update(networks[0]?._ref ?? ("" as never), { comment: "blue & green" });
      const [one] = await wapi.find("network", { where: { comment: "blue & green" } });
      const missing = await wapi.create("network", { network: "10.0.0.0/24" }).catch((error) => error);
      return { networks, one, missing };
    });
    const plain = (value: unknown) =>
      JSON.parse(JSON.stringify(value).replace(/network\/[\w]+/g, "network/…"));
    expect(plain(again)).toEqual(plain(first));
    expect(first.one?.comment).toBe("blue & green");
    expect(again.missing).toMatchObject({ name: "ConflictError", status: 400 });
  });

  it("gives the same request its answers in order", async () => {
    const { first, again } = await twice(async (wapi) => {
      const seen = [];
      for (const comment of ["a", "b"]) {
        const [network] = await wapi.find("network");
        seen.push(network?.comment);
        if (network) await wapi.update(network._ref, { comment });
      }
      seen.push((await wapi.find("network"))[0]?.comment);
      return seen;
    });
    expect(first.slice(1)).toEqual(["a", "b"]);
    expect(again).toEqual(first);
  });

  it("knows what the library makes anew in each run: steps' names, ids of attempts, marks of reservations", async () => {
    const { first, again, text } = await twice(async (wapi) => {
      const made = step.create("network", { network: "10.2.0.0/24" });
      const [network] = await wapi.batch([
        made,
        step.create("fixedaddress", {
          ipv4addr: nextAvailableIp({ network: made.ref }),
          match_client: "RESERVED",
        }),
      ]);
      const ipam = new Ipam(wapi, { ownerMarker: "none" });
      const subnet = await ipam.requestSubnet({ from: "10.1.0.0/16", prefixLength: 24 });
      const six = await ipam
        .requestSubnet({ from: "2001:db8::/32", prefixLength: 64 })
        .catch((error) => error.name);
      const address = await ipam.requestAddress({ from: subnet, comment: "kept" });
      return [network, subnet.cidr, six, address.ip, address.kind];
    });
    expect(again.slice(1)).toEqual(first.slice(1));
    expect(text).toContain("«one-time 1»");
    expect(text).not.toMatch(/\bs[0-9a-f]{12}_\d/);
  });

  it("holds no password, cookie, user, host or id of the grid's", async () => {
    const file = newFile();
    await using grid = await gridOf();
    await using wapi = new WapiClient({ ...grid.clientOptions, ...recordTo(file) });
    await wapi.find("network", { where: { comment: password } });
    await wapi
      .create("adminuser", {
        name: "another",
        email: "robot-7",
        password: "An0ther-one",
        admin_groups: ["admin-group"],
        comment: `my password: ${password}`,
      })
      .catch(() => {});
    await wapi.find("networkview");
    const text = await readFile(file, "utf8");
    expect(text).not.toMatch(
      /Gr1d-password|An0ther-one|ibapauth|authorization|cookie|robot-7|127\.0\.0\.1|ZG5z/i,
    );
    expect(text).not.toContain(Buffer.from(`robot-7:${password}`).toString("base64"));
    expect(text).toContain('"/wapi/v2.14/networkview"');
  });

  it("knows the name of whoever logged in for what it is, where it is said", async () => {
    const work = async (wapi: WapiClient) => {
      await wapi.create("networkview", { name: "robot-7" });
      return (await wapi.find("networkview", { where: { name: "robot-7" } })).map(({ name }) => name);
    };
    const file = newFile();
    await using grid = await gridOf();
    await using wapi = new WapiClient({ ...grid.clientOptions, ...recordTo(file) });
    await work(wapi);
    await using replayed = new WapiClient({
      wapiVersion: "2.14",
      ...replayFrom(file, { username: "robot-7" }),
    });
    expect(await work(replayed)).toEqual(["robot-7"]);
  });

  it("is the same file whenever the same is recorded", async () => {
    const work = async (wapi: WapiClient) => {
      const ipam = new Ipam(wapi, { ownerMarker: "none" });
      return (await ipam.requestSubnet({ from: "10.1.0.0/16", prefixLength: 24 })).cidr;
    };
    expect((await twice(work)).text).toBe((await twice(work)).text);
  });

  it("has what went wrong on the way, too", async () => {
    const file = newFile();
    const work = async (wapi: WapiClient) => {
      const names = [];
      await wapi.find("networkview");
      names.push(await wapi.create("networkview", { name: "x" }).catch((error) => error.name));
      names.push((await wapi.find("networkview", { where: { name: "x" } })).length);
      return names;
    };
    await using grid = await gridOf();
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    await using wapi = new WapiClient({ ...grid.clientOptions, ...recordTo(file) });
    const first = await work(wapi);
    expect(first).toEqual(["UncertainWriteError", 1]);
    await using replayed = new WapiClient({ wapiVersion: "2.14", ...replayFrom(file) });
    expect(await work(replayed)).toEqual(first);
  });

  it("says what it has where it lacks an answer, and asks nobody", async () => {
    const file = newFile();
    {
      await using grid = await gridOf();
      await using wapi = new WapiClient({ ...grid.clientOptions, ...recordTo(file) });
      await wapi.find("networkview", { where: { name: "default" } });
    }
    await using wapi = new WapiClient({ wapiVersion: "2.14", ...replayFrom(file) });
    await wapi.find("networkview", { where: { name: "default" } });
    const again = await wapi.find("networkview", { where: { name: "default" } }).catch((error) => error);
    expect(again).toMatchObject({
      name: "InfobloxError",
      code: "ERR_INFOBLOX_NOT_RECORDED",
      message: expect.stringContaining("holds no answer, or no more, to GET /wapi/v2.14/networkview"),
      hint: expect.stringContaining('"name=default"'),
    });
    const write = await wapi.delete("network/ZG5zLm5ldHdvcmskMTA" as never).catch((error) => error);
    expect(write).toMatchObject({
      code: "ERR_INFOBLOX_NOT_RECORDED",
      hint: expect.stringContaining("none for this path"),
    });
  });

  it("that can't be written, or isn't one, is told of before anything is sent", async () => {
    await using grid = await gridOf();
    await using lost = new WapiClient({
      ...grid.clientOptions,
      ...recordTo(join(folder, "no/such/folder.json")),
    });
    const error = { name: "InfobloxError", code: "ERR_INFOBLOX_CASSETTE" };
    await expect(lost.create("networkview", { name: "x" })).rejects.toMatchObject(error);
    expect(grid.requests).toEqual([]);

    const file = newFile();
    await writeFile(file, '{"log": {"version": "1.2"}}');
    await using other = new WapiClient({ wapiVersion: "2.14", ...replayFrom(file) });
    await expect(other.find("network")).rejects.toMatchObject(error);
    await using none = new WapiClient({ wapiVersion: "2.14", ...replayFrom(join(folder, "none.json")) });
    await expect(none.find("network")).rejects.toMatchObject({ ...error, cause: { code: "ENOENT" } });
  });

  it("is whole with each answer, also where many come at once", async () => {
    const file = newFile();
    await using grid = await gridOf();
    await using wapi = new WapiClient({ ...grid.clientOptions, ...recordTo(file) });
    const addresses = Array.from({ length: 30 }, (_, index) => `10.0.0.${index + 1}`);
    await Promise.all(
      addresses.map(async (address) => {
        await wapi.find("ipv4address", { where: { ip_address: address } });
        const { exchanges } = JSON.parse(await readFile(file, "utf8"));
        expect(JSON.stringify(exchanges)).toContain(`"${address}"`);
      }),
    );
  });
});
