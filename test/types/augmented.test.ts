import { describe, expect, it } from "vitest";
import { compile } from "./compiling.js";

const definitions = `
  import type { Field } from "infoblox-ipam";
  declare module "infoblox-ipam" {
    interface KnownExtensibleAttributes {
      Site: "Paris" | "Rome";
      VLAN: number;
      Floors: string[];
      "Tenant ID": string;
    }
    interface AddedFields {
      network: { new_field: Field<string, "rwus", "="> };
    }
  }`;

const usage = `
  import { type Ipam, type Ref, replaceExtattrs, WapiClient } from "infoblox-ipam";
  declare const wapi: WapiClient;
  declare const ipam: Ipam;
  declare const ref: Ref<"network">;

  const criteria = { extattrs: { Site: "Paris", VLAN: { gte: 3 }, Floors: "1" }, new_field: "x" } as const;
  for (const net of await wapi.find("network", { where: criteria, fields: ["extattrs", "new_field"] })) {
    const site: "Paris" | "Rome" | undefined = net.extattrs.Site;
    const vlan: number | undefined = net.extattrs.VLAN;
    const added: string | undefined = net.new_field;
    console.log(site, vlan, added);
  }
  await wapi.update(ref, { extattrs: { Site: "Rome", VLAN: null }, new_field: "y" });
  await wapi.update(ref, { extattrs: replaceExtattrs({ Site: "Rome" }) });

  const subnet = await ipam.requestSubnet({
    from: { extattrs: { Site: "Paris", VLAN: { gte: 100 } } },
    prefixLength: 24,
    extattrs: { Site: "Rome", "Tenant ID": "t-1" },
  });
  const where: "Paris" | "Rome" | undefined = subnet.extattrs.Site;
  await ipam.findSubnets({ extattrs: { Site: { not: "Rome" } } });
  // @ts-expect-error no such value, in the IPAM API as well
  await ipam.requestSubnet({ from: subnet, prefixLength: 26, extattrs: { Site: "London" } });
  // @ts-expect-error no such attribute
  await ipam.requestAddress({ from: subnet, extattrs: { Sight: "Paris" } });
  // @ts-expect-error a number is compared with numbers
  await ipam.findSubnets({ extattrs: { VLAN: { gte: "100" } } });
  // @ts-expect-error no such source
  await ipam.requestAddress({ from: { extattrs: { Site: "London" } } });
  console.log(where);

  // @ts-expect-error no such value
  await wapi.find("network", { where: { extattrs: { Site: "London" } } });
  // @ts-expect-error no such attribute
  await wapi.find("network", { where: { extattrs: { Sight: "Paris" } } });
  // @ts-expect-error a number
  await wapi.update(ref, { extattrs: { VLAN: "7" } });
  // @ts-expect-error no such attribute
  await wapi.create("network", { network: "10.0.0.0/24", extattrs: { Owner: "x" } });
  // @ts-expect-error nothing is no value
  await wapi.create("network", { network: "10.0.0.0/24", extattrs: { Site: undefined } });`;

describe("a grid's own definitions, by module augmentation", () => {
  it("type attributes and newer fields in results, searches and writes", () => {
    const { errors } = compile({ "definitions.ts": definitions, "usage.ts": usage });
    expect(errors).toEqual([]);
  });

  it("are what makes the difference", () => {
    const { errors } = compile({ "usage.ts": usage });
    expect(errors.length).toBeGreaterThan(0);
  });
});
