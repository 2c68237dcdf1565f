import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

const name = "web";

function gridOfOthers() {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { networks: ["10.0.0.0/24"], hosts: [{ name, addresses: ["10.0.0.99"], dns: false }] },
  });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const addresses = async () => {
    const [host] = await new Ipam(new WapiClient(grid.clientOptions)).hosts.find({ name });
    return host?.addresses.map(({ ip }) => ip).sort();
  };
  return { transport, options, addresses };
}

type Request = Parameters<NonNullable<ReturnType<typeof gridOfOthers>["transport"]>>[0];

/**
 * The write of a host's first token arrives a second time, after the change that compared with that token. Then a first try of the
 * change arrives, and finds the token again: one call added two addresses.
 */
it("adds one address to a host of others, if the first token and then the change arrive once more", async () => {
  const { transport, options, addresses } = gridOfOthers();
  let first: Request | undefined;
  let late: Request | undefined;
  const ipam = new Ipam(
    new WapiClient({
      ...options,
      transport: async (request) => {
        const body = String(request.data);
        if (late === undefined && body.includes("ipv4addrs+")) {
          late = request;
          throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
        }
        if (body.includes('"PUT"')) first ??= request;
        return transport(request);
      },
    }),
  );
  const { address } = await ipam.hosts.addAddress(name, { from: "10.0.0.0/24" });
  for (const request of [first, late]) {
    if (request === undefined) throw new Error("the call sends a first token, and the change again");
    await transport(request).catch(() => undefined);
  }
  expect(await addresses()).toEqual([address.ip, "10.0.0.99"].sort());
});

/**
 * A change is delivered twice, and the answer is that of the second delivery: a refusal. Before the call looks, others change the
 * host so often that it no longer shows the first delivery. The call added a second address.
 */
it.each([5, 6])(
  "a refused change and %i others since: one address, or an error that tells",
  async (others) => {
    const { transport, options, addresses } = gridOfOthers();
    const other = new Ipam(new WapiClient({ ...options, transport }));
    let isDoubled = false;
    const ipam = new Ipam(
      new WapiClient({
        ...options,
        transport: async (request) => {
          if (isDoubled || !String(request.data).includes("ipv4addrs+")) return transport(request);
          isDoubled = true;
          await transport(request);
          const second = await transport(request).then(
            (answer) => () => answer,
            (error: unknown) => () => {
              throw error;
            },
          );
          for (let index = 0; index < others; index += 1)
            await other.hosts.addAliases(name, [`a${index}.example.com`]);
          return second();
        },
      }),
    );
    const added = await ipam.hosts.addAddress(name, { from: "10.0.0.0/24" }).catch((error: unknown) => error);
    expect(await addresses()).toEqual(["10.0.0.1", "10.0.0.99"]);
    if (others < 6) expect(added).toMatchObject({ address: { ip: "10.0.0.1" } });
    else expect(isInfobloxError(added, "UncertainWriteError")).toBe(true);
  },
);
