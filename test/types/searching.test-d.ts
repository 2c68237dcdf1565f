import type { ExtensibleAttributes, Ref, WapiClient, Where } from "infoblox-ipam";
import { describe, expectTypeOf, it } from "vitest";

declare const wapi: WapiClient;

describe("where", () => {
  it("takes values and operators that the field has", async () => {
    await wapi.find("network", { where: { network: "10.0.0.0/24", network_view: { equals: "default" } } });
    await wapi.find("network", { where: { comment: { matches: "prod", ignoreCase: true } } });
    await wapi.find("network", { where: { comment: { equals: "Prod", ignoreCase: true } } });
    await wapi.find("network", { where: { contains_address: "10.0.0.7", unmanaged: false } });
    await wapi.find("ipv4address", {
      where: { ip_address: { gte: "10.0.0.5", lte: "10.0.0.9" }, status: "USED" },
    });
    await wapi.find("range", { where: { member: { equals: { name: "infoblox.localdomain" } } } });
    await wapi.find("search", { where: { fqdn: { matches: "web" } } });
  });

  it("refuses operators that the field doesn't have", async () => {
    await wapi.find("network", {
      where: {
        // @ts-expect-error views are compared whole
        network_view: { matches: "^def" },
      },
    });
    await wapi.find("network", {
      where: {
        // @ts-expect-error no case in addresses
        network: { equals: "10.0.0.0/24", ignoreCase: true },
      },
    });
    await wapi.find("network", {
      where: {
        comment: {
          // @ts-expect-error texts have no order here
          gte: "a",
        },
      },
    });
    await wapi.find("search", {
      where: {
        // @ts-expect-error names are searched by pattern
        fqdn: "web.example.com",
      },
    });
  });

  it("refuses fields that can't be searched, and values of another type", async () => {
    await wapi.find("record:host", {
      where: {
        // @ts-expect-error not searchable
        configure_for_dns: true,
      },
    });
    await wapi.find("network", {
      where: {
        // @ts-expect-error no such field
        netwrok: "10.0.0.0/24",
      },
    });
    await wapi.find("network", {
      where: {
        // @ts-expect-error a text
        network_view: 7,
      },
    });
    await wapi.find("range", {
      where: {
        // @ts-expect-error no such kind of server
        server_association_type: "SOMEBODY",
      },
    });
  });

  it("refuses undefined, which would search for everything", async () => {
    await wapi.find("network", {
      // @ts-expect-error with exactOptionalPropertyTypes
      where: { comment: undefined },
    });
  });

  it("takes extensible attributes, with every operator", async () => {
    await wapi.find("network", {
      where: { extattrs: { Site: "Paris", VLAN: { gte: 100, lte: 200 }, Owner: { not: "nobody" } } },
    });
    await wapi.find("record:host", { where: { extattrs: { Site: { matches: "^Par", ignoreCase: true } } } });
    await wapi.find("networkview", {
      where: {
        extattrs: {
          // @ts-expect-error no such operator
          Site: { like: "Par" },
        },
      },
    });
    await wapi.find("grid", {
      where: {
        // @ts-expect-error this type has none
        extattrs: { Site: "Paris" },
      },
    });
  });

  it("can be named", () => {
    expectTypeOf<Where<"networkview">["is_default"]>().toEqualTypeOf<
      boolean | { readonly equals?: boolean } | undefined
    >();
    expectTypeOf<ExtensibleAttributes>().toExtend<Record<string, unknown>>();
    expectTypeOf<Ref<"network">>().toExtend<string>();
  });
});
