import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

it("a standard DHCP option of an IPv6 subnet is set, once, and taken out", async () => {
  await using grid = await FakeGrid.listen({
    setup: true,
    tls: false,
    seed: { networks: ["2001:db8:7::/64"] },
  });
  await using wapi = new WapiClient(grid.clientOptions);
  const { subnets } = new Ipam(wapi);
  const name = "dhcp6.name-servers";
  const values = async () => {
    const [net] = await wapi.find("ipv6network", { fields: ["options"] });
    return net?.options?.filter((option) => option.name === name).map(({ value }) => value);
  };
  for (const value of ["2001:db8::53", "2001:db8::53", "2001:db8::54"]) {
    await subnets.setDhcp("2001:db8:7::/64", { options: [{ name, value }] });
    expect(await values()).toEqual([value]);
  }
  await subnets.setDhcp("2001:db8:7::/64", { options: [{ name, value: null }] });
  expect(await values()).toEqual([]);
});
