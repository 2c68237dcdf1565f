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

  it("are written by nobody who didn't ask for them", async () => {
    const { ipam } = await visit({ seed: { containers: ["10.0.0.0/16"] } });
    const { extattrs } = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 });
    for (const name of Object.keys(written)) expect(extattrs).not.toHaveProperty([name]);
  });
});
