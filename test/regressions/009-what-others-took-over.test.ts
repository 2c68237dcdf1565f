import { type Address, Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

const request = { from: "10.0.7.0/24", count: 150, requestId: "workers", allOrNothing: true } as const;

it("what was to be all or nothing isn't given back where others with the request id have it by now", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.7.0/24"] } });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  const others = new Ipam(new WapiClient(grid.clientOptions));
  let requests = 0;
  let theirs: readonly Address[] = [];
  const failing = new Ipam(
    new WapiClient({
      ...options,
      transport: async (sent) => {
        if (String(sent.data).includes("workers")) requests += 1;
        if (requests === 2) {
          requests += 1;
          theirs = await others.requestAddresses(request);
          grid.faults.next({ on: "POST", status: 403 });
        }
        return transport(sent);
      },
    }),
  );
  await expect(failing.requestAddresses(request)).rejects.toMatchObject({ name: "PermissionDeniedError" });
  expect(theirs).toHaveLength(150);
  const standing = await others.findAddresses({});
  expect(standing.map(({ ref }) => ref).sort()).toEqual(theirs.map(({ ref }) => ref).sort());
});

it("stays, and is named, where the rest fails: the next call with the id goes on from there", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.7.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const failing = ipam.requestAddresses({
    ...request,
    onProgress: () => grid.faults.next({ on: "POST", status: 403 }),
  });
  const error = await failing.catch((thrown: unknown) => thrown);
  const made = isInfobloxError(error, "PermissionDeniedError") ? (error.partial as readonly Address[]) : [];
  expect(made).toHaveLength(100);
  const standing = await ipam.findAddresses({});
  expect(standing.map(({ ref }) => ref).sort()).toEqual(made.map(({ ref }) => ref).sort());
  const all = await ipam.requestAddresses(request);
  expect(all).toHaveLength(150);
  expect(all.filter(({ created }) => !created)).toHaveLength(100);
});

it("is given back without a request id, since nobody else can have it", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { networks: ["10.0.7.0/24"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  const failing = ipam.requestAddresses({
    ...request,
    requestId: undefined,
    onProgress: () => grid.faults.next({ on: "POST", status: 403 }),
  });
  const error = await failing.catch((thrown: unknown) => thrown);
  expect(isInfobloxError(error, "PermissionDeniedError") && (error.partial ?? [])).toEqual([]);
  expect(await ipam.findAddresses({})).toEqual([]);
});
