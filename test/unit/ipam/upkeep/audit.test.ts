import { describe, expect, it } from "vitest";
import { settle } from "../../../../src/ipam/settings.js";
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
          ipv4addrs: [{ ipv4addr: "10.0.0.5", network: "10.0.0.0/24" }],
          ...marks,
        },
      },
    ]);
    const found = await audit(settle(grid, { owner: "ci" }), {});
    expect(found.addresses).toMatchObject([{ name: "web.example.com", place: "10.0.0.5" }]);
    expect(found.hostsWithoutAddresses).toMatchObject([{ name: "empty.example.com", place: "" }]);
  });
});
