import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * One request made a subnet, a host in it and a record. If the grid refused the record, it undid the subnet, too. Then the error
 * said that the host's address lies in no subnet, not what the grid refused.
 */
it.each([
  ["an NS record that is at no zone", { type: "NS", name: "sub.example.com", nameserver: "a.example.com" }],
  [
    "a CNAME record with a name that is taken",
    { type: "CNAME", name: "a.example.com", canonical: "b.example.com" },
  ],
] as const)("the error of %s names the reason, not the new subnet of an address", async (_, record) => {
  const seed = { containers: ["10.0.0.0/16"], zones: ["example.com"] };
  const ipam = new Ipam(new WapiClient(FakeGrid.inMemory({ setup: true, seed }).clientOptions));
  const records = [{ ...record, ...(record.type === "NS" && { ips: ["10.0.7.10"] }) }];
  const error = await ipam
    .ensure({
      ...{ name: "site", subnets: [{ cidr: "10.0.7.0/24" }] },
      ...{ hosts: [{ name: "a.example.com", ips: "10.0.7.10" }], records },
    })
    .catch((thrown: unknown) => thrown);
  expect(String(error)).toContain(record.name);
  expect(String(error)).not.toContain("no subnet");
});
