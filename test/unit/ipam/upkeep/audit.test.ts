import { describe, expect, it } from "vitest";
import { ipamSettings } from "../../../../src/ipam/settings/settings.js";
import { audit } from "../../../../src/ipam/upkeep/audit.js";
import type { WapiClient } from "../../../../src/wapi/client.js";

/** A grid that finds these hosts, and nothing else. */
function finding(hosts: readonly object[]): WapiClient {
  const grid = { batch: async () => [[], [], [], [], hosts, [], []] };
  return grid as unknown as WapiClient;
}

describe("audit", () => {
  it("tells host records without addresses from addresses", async () => {
    const marks = { network_view: "default", extattrs: { Owner: "ci" } };
    const grid = finding([
      { _ref: "record:host/ZG5z:empty.example.com/default", name: "empty.example.com", ...marks },
      {
        _ref: "record:host/ZG5z:web.example.com/default",
        ...{
          name: "web.example.com",
          ipv4addrs: [{ ipv4addr: "10.0.0.5", network: "10.0.0.0/24", network_view: "default" }],
          ...marks,
        },
      },
    ]);
    const found = await audit(ipamSettings(grid, { owner: "ci" }), {});
    expect(found.addresses).toMatchObject([{ name: "web.example.com", place: "10.0.0.5" }]);
    expect(found.hostsWithoutAddresses).toMatchObject([{ name: "empty.example.com", place: "" }]);
  });

  it("tells how much has been read, of what takes pages as well", async () => {
    const hosts = Array.from({ length: 1000 }, (_, index) => ({ _ref: `record:host/${index}:h/default` }));
    const more = [...hosts, ...hosts];
    const grid = {
      batch: async () => [
        [{ _ref: "network/a:10.0.0.0/24/default", network: "10.0.0.0/24", network_view: "default" }],
        [],
        [],
        [],
        hosts,
        [],
        [],
      ],
      find: async (_type: string, { onProgress }: { onProgress(progress: { done: number }): void }) => {
        onProgress({ done: 1000 });
        onProgress({ done: 2000 });
        return more;
      },
    } as unknown as WapiClient;
    const done: number[] = [];
    await audit(ipamSettings(grid, { owner: "ci" }), {
      onProgress: (progress: { done: number }) => done.push(progress.done),
    });
    expect(done).toEqual([1, 1001, 2001]);
  });
});
