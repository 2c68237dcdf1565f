import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const fresh = new Asked();
const list = (target: string) => fresh.get(target).json;

describe("a fresh grid", () => {
  it("has one grid and at least two members, the first of which is the master", () => {
    expect(list("grid")).toEqual([{ _ref: "grid/b25lLmNsdXN0ZXIkMA:Infoblox" }]);
    const members = list("member");
    expect(members.length).toBeGreaterThanOrEqual(2);
    expect(members[0]).toMatchObject({
      _ref: "member/b25lLnZpcnR1YWxfbm9kZSQw:infoblox.localdomain",
      host_name: "infoblox.localdomain",
    });
  });

  it("has the administrator and the group of administrators", () => {
    expect(list("adminuser")[0]).toMatchObject({ name: "admin", admin_groups: ["admin-group"] });
    expect(list("admingroup?name=admin-group")[0].name).toBe("admin-group");
    expect(list("permission")[0]).toMatchObject({
      _ref: expect.stringMatching(/Admin\/WRITE$/),
      permission: "WRITE",
      resource_type: "VIEW",
      role: "DNS Admin",
    });
    expect(list("adminrole?name=DTC Admin")[0]._ref).toBe("adminrole/b25lLnJvbGUkRFRDIEFkbWlu:DTC%20Admin");
  });

  it("lists the default monitors in the order of a grid", () => {
    expect(list("dtc:monitor")).toMatchObject([
      { name: "icmp", type: "ICMP", comment: "Default ICMP health monitor" },
      { name: "http", type: "HTTP", comment: "Default HTTP health monitor" },
      { name: "https", type: "HTTP", comment: "Default HTTPS health monitor" },
      { name: "sip", type: "SIP", comment: "Default SIP health monitor" },
      { name: "pdp", type: "PDP", comment: "Default PDP health monitor" },
    ]);
    expect(list("dtc:monitor:http").map(({ name }: { name: string }) => name)).toEqual(["http", "https"]);
    expect(list("dtc:monitor:tcp")).toEqual([]);
  });

  it.each(["Site", "Region", "Country", "State", "Building", "VLAN", "ReportingSite", "IB Discovery Owned"])(
    "defines the attribute %s",
    (name) => expect(list(`extensibleattributedef?name=${name}`)).toHaveLength(1),
  );

  it("gives the attribute Site its reference and type", () => {
    expect(list("extensibleattributedef?name=Site")[0]).toMatchObject({
      _ref: `extensibleattributedef/${Buffer.from("one.extensible_attributes_def$.Site").toString("base64").replaceAll("=", "")}:Site`,
      type: "STRING",
    });
  });

  it.each([
    "Tenant ID",
    "CMP Type",
    "Cloud API Owned",
    "VM ID",
    "VM Name",
    "Network Name",
    "IP Type",
    "Port ID",
  ])("defines the cloud's attribute %s", (name) =>
    expect(list(`extensibleattributedef?name=${name}`)).toHaveLength(1),
  );

  it("has a licence of the cloud that neither expires nor is deleted", () => {
    const [licence] = list("member:license?type=CLOUD&_return_fields=type,expiration_status");
    expect(licence.expiration_status).toBe("PERMANENT");
  });

  it("answers for the cloud as a grid without one in use", () => {
    expect(list("grid:cloudapi")).toEqual([
      {
        _ref: "grid:cloudapi/b25lLnZjb25uZWN0b3JfY2x1c3RlciQw:grid",
        allow_api_admins: "ALL",
        allowed_api_admins: [],
        enable_recycle_bin: true,
      },
    ]);
    expect(list("grid:cloudapi:cloudstatistics")[0]).toMatchObject({
      allocated_ip_count: 0,
      available_ip_count: "0",
    });
    expect(list("grid:member:cloudapi")).toEqual([]);
  });

  it("has properties for DNS and DHCP of the grid and of each member", () => {
    expect(list("grid:dhcpproperties")[0]).toMatchObject({ disable_all_nac_filters: false });
    expect(list("grid:dns")[0]._ref).toMatch(/:Infoblox$/);
    expect(list("member:dns").map(({ host_name }: { host_name: string }) => host_name)).toEqual(
      list("member").map(({ host_name }: { host_name: string }) => host_name),
    );
    expect(list("member:dhcpproperties")[0]).toMatchObject({
      host_name: "infoblox.localdomain",
      ipv4addr: "192.168.1.2",
    });
  });

  it("has the default views", () => {
    expect(list("networkview")).toEqual([
      { _ref: "networkview/ZG5zLm5ldHdvcmtfdmlldyQw:default/true", is_default: true, name: "default" },
    ]);
    expect(list("view")).toMatchObject([{ is_default: true, name: "default" }]);
  });

  it.each(
    `network networkcontainer ipv6network ipv6networkcontainer range ipv6range fixedaddress ipv6fixedaddress zone_auth
    zone_forward zone_delegated zone_stub zone_rp namedacl networktemplate rangetemplate lease sharednetwork
    sharedrecord:a sharedrecordgroup roaminghost scheduledtask dtc:lbdn dtc:pool dtc:server dtc:topology dtc:object
    grid:cloudapi:tenant grid:cloudapi:vm grid:cloudapi:vmaddress grid:member:cloudapi grid:x509certificate msserver
    msserver:dns msserver:dhcp record:a record:host`.split(/\s+/),
  )("has no %s", (type) => {
    expect(fresh.get(type).text).toBe("[]");
  });
});
