import { cloudAttributes, Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const cloud = { tenantId: "team-blue", cmpType: "Kubernetes" };
const written = { "Tenant ID": "team-blue", "CMP Type": "Kubernetes", "Cloud API Owned": "True" };

behindEveryDoor("the attributes of cloud reports", (visit) => {
  it("are defined where that is asked for, and written to all that an Ipam makes", async () => {
    const { wapi } = await visit({ seed: { containers: ["10.0.0.0/16"] } });
    const ipam = new Ipam(wapi, { cloud });
    await ipam.setup({ cloud: true });
    const [owned] = await wapi.find("extensibleattributedef", { where: { name: "Cloud API Owned" } });
    expect(owned).toMatchObject({ type: "ENUM" });
    expect((await ipam.setup({ cloud: true })).created).toEqual([]);
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 });
    expect(subnet.extattrs).toMatchObject(written);
    const host = await ipam.requestAddress({
      ...{ from: subnet, name: "vm-1", dns: false },
      extattrs: cloudAttributes({ tenantId: "team-red", vmId: "i-042", vmName: "vm-1", apiOwned: false }),
    });
    expect(host.extattrs).toMatchObject({
      ...{ "Tenant ID": "team-red", "CMP Type": "Kubernetes", "Cloud API Owned": "False" },
      ...{ "VM ID": "i-042", "VM Name": "vm-1" },
    });
  });

  it("are each request's own where it says so, over what all have in common, and under its extattrs", async () => {
    const seed = { containers: ["10.0.0.0/16", "2001:db8::/32"], networks: ["10.8.0.0/24"] };
    const { wapi } = await visit({ seed, setup: true });
    const ipam = new Ipam(wapi, { cloud });
    await ipam.setup({ cloud: true });
    const own = { vmId: "i-042", tenantId: "team-red", cmpType: undefined };
    const both = { ...written, "Tenant ID": "team-red", "VM ID": "i-042" };
    const from = "10.8.0.0/24";
    const made = [
      await ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 64, cloud: own }),
      await ipam.requestAddress({ from, cloud: own }),
      await ipam.requestAddress({ from, name: "vm-1", dns: false, cloud: own, requestId: "vm-1" }),
      await ipam.requestAddress({ from, mac: "02:42:ac:11:00:02", cloud: own }),
      ...(await ipam.requestAddresses({ from, count: 2, cloud: own })),
      ...(await ipam.requestAddresses({ from, count: 2, cloud: own, requestId: "vms" })),
      ...(await ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 24, count: 2, cloud: own })),
      await ipam.ensureContainer({ cidr: "10.0.128.0/20", cloud: own }),
      await ipam.subnets.ensureShared({
        ...{ sharedBy: { "Network Name": "blue" }, from: "10.0.0.0/16", prefixLength: 24 },
        cloud: own,
      }),
      ...Object.values(
        await ipam
          .plan()
          .container("site", { from: "10.0.0.0/16", prefixLength: 20, cloud: own })
          .subnet("blue", { from: { container: "site" }, prefixLength: 24, cloud: own })
          .address("web", { from: { subnet: "blue" }, name: "web", dns: false, cloud: own })
          .range("pool", { in: { subnet: "blue" }, first: 100, last: 120, cloud: own })
          .apply(),
      ),
      await ipam.ranges.request({ in: from, size: 10, cloud: own }),
    ];
    expect(made).toHaveLength(17);
    for (const one of made) expect(one).toMatchObject({ extattrs: both });
    const { extattrs } = await ipam.requestAddress({ from, cloud: own, extattrs: { "VM ID": "i-043" } });
    expect(extattrs).toMatchObject({ ...both, "VM ID": "i-043" });
  });

  it("are compared and set by ensure, and stand on DNS records", async () => {
    const seed = { networks: ["10.8.0.0/24"], zones: ["example.com"] };
    const { wapi } = await visit({ seed, setup: true });
    const ipam = new Ipam(wapi, { cloud });
    await ipam.setup({ cloud: true });
    const site = (vmId: string) => ({
      subnets: [{ cidr: "10.8.0.0/24", cloud: { networkName: "blue" } }],
      hosts: [
        { name: "web.example.com", from: "10.8.0.0/24", cloud: { vmId }, extattrs: { "VM Name": "web" } },
      ],
      records: [
        { type: "CNAME" as const, name: "www.example.com", canonical: "web.example.com", cloud: { vmId } },
      ],
    });
    expect(await ipam.ensure(site("i-042"))).toMatchObject({ created: 2, updated: 1 });
    expect(await ipam.ensure(site("i-042"))).toMatchObject({ changed: false });
    const { objects } = await ipam.ensure(site("i-043"));
    const difference = { field: "extattrs.VM ID", wanted: "i-043", actual: "i-042" };
    expect(objects.map(({ differences }) => differences)).toEqual([[], [difference], [difference]]);
    expect(objects.map(({ object }) => object?.extattrs)).toMatchObject([
      { ...written, "Network Name": "blue" },
      { ...written, "VM ID": "i-043", "VM Name": "web" },
      { ...written, "VM ID": "i-043" },
    ]);
    await expect(
      ipam.ensure({ subnets: [{ cidr: "10.8.0.0/24", cloud: { vmId: 42 as never } }] }),
    ).rejects.toMatchObject({ field: "subnets[0].cloud.vmId" });
    const txt = { type: "TXT", name: "t.example.com", text: "x", cloud: { vmId: "i-044" } } as const;
    expect((await ipam.dns.add(txt)).extattrs).toMatchObject({ ...written, "VM ID": "i-044" });
    await expect(ipam.dns.add({ ...txt, cloud: { vmId: "" } })).rejects.toMatchObject({
      field: "cloud.vmId",
    });
  });

  it("need no option of the Ipam", async () => {
    const { ipam } = await visit({ seed: { networks: ["10.8.0.0/24"] } });
    await ipam.setup({ cloud: true });
    const { extattrs } = await ipam.requestAddress({ from: "10.8.0.0/24", cloud: { vmId: "i-042" } });
    expect(extattrs).toMatchObject({ "VM ID": "i-042", "Cloud API Owned": "True" });
    expect(extattrs).not.toHaveProperty(["Tenant ID"]);
  });

  it.each([
    [{ vmId: 42 }, /^cloud\.vmId: must be a text that is not empty \(got 42; valid: "?i-042"?\)/],
    [{ tenant: "team-blue" }, /^cloud\.tenant: is none of tenantId, cmpType/],
    [{ apiOwned: "True" }, /^cloud\.apiOwned: must be true or false/],
    ["team-blue", /^cloud: must be an object \(got "?team-blue"?; valid: \{.*tenantId/],
  ])("are refused before anything is sent where they are %j", async (wrong, message) => {
    const { ipam, wapi, requestsOf } = await visit();
    const request = { from: "10.8.0.0/24", cloud: wrong } as never;
    const work = async () => {
      await expect(ipam.requestAddress(request)).rejects.toThrow(message);
      await expect(ipam.plan().address("web", request).apply()).rejects.toThrow(/cloud/);
      expect(() => new Ipam(wapi, { cloud: wrong as never })).toThrow(message);
      expect(() => cloudAttributes(wrong as never)).toThrow(message);
    };
    expect(await requestsOf(work)).toBe(0);
  });

  it("are written by nobody who didn't ask for them", async () => {
    const { ipam } = await visit({ seed: { containers: ["10.0.0.0/16"] } });
    const { extattrs } = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 });
    for (const name of Object.keys(written)) expect(extattrs).not.toHaveProperty([name]);
  });
});
