import { nextAvailableIp } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { doors } from "./doors.js";

describe.each(doors)("answers checked whole %s", (_door, enter) => {
  it("are what the facts say: of networks, hosts and addresses, with attributes and options", async () => {
    await using visit = await enter(
      {
        seed: {
          containers: ["10.0.0.0/8", "2001:db8::/32"],
          networks: [{ network: "10.0.0.0/24", extattrs: { Site: "Paris", VLAN: 7 } }, "2001:db8::/64"],
        },
      },
      { validate: "strict" },
    );
    const { wapi } = visit;
    const zone = await wapi.create("zone_auth", { fqdn: "example.com" });
    const ipv4addr = nextAvailableIp({ network: "10.0.0.0/24" });
    const host = await wapi.create(
      "record:host",
      {
        name: "web.example.com",
        ipv4addrs: [{ ipv4addr, mac: "02:00:00:00:00:01" }],
        ipv6addrs: [{ ipv6addr: nextAvailableIp({ network: "2001:db8::/64" }) }],
      },
      {
        fields: ["name", "zone", "ipv4addrs", "ipv6addrs", "extattrs", "ttl", "use_ttl", "ddns_protected"],
      },
    );
    const fixed = await wapi.create(
      "fixedaddress",
      { ipv4addr, match_client: "RESERVED" },
      { addFields: ["options", "extattrs", "disable", "discovered_data", "network", "ms_server"] },
    );
    const [network] = await wapi.find("network", {
      addFields: [
        "members",
        "options",
        "extattrs",
        "utilization",
        "zone_associations",
        "cloud_info",
        "dhcp_utilization_status",
      ],
    });
    const addresses = await wapi.find("ipv4address", { where: { network: "10.0.0.0/24" }, limit: 5 });
    const containers = await wapi.find("ipv6networkcontainer", {
      addFields: ["options", "extattrs", "zone_associations"],
    });

    expect(zone.fqdn).toBe("example.com");
    expect(host.ipv4addrs?.[0]?.ipv4addr).toBe("10.0.0.1");
    expect(fixed.ipv4addr).toBe("10.0.0.2");
    expect(network?.extattrs).toEqual({ Site: "Paris", VLAN: 7 });
    expect(addresses).toHaveLength(5);
    expect(containers).toHaveLength(1);
  });
});
