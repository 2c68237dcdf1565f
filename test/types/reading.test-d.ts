import type { Ref, Row, WapiClient } from "infoblox-ipam";
import { describe, expectTypeOf, it } from "vitest";

declare const wapi: WapiClient;
declare const network: Ref<"network">;
declare const host: Ref<"record:host">;

describe("find", () => {
  it("gives the standard fields where none are asked for", async () => {
    const [net] = await wapi.find("network");
    if (!net) return;
    expectTypeOf(net).toEqualTypeOf<{
      readonly _ref: Ref<"network">;
      readonly network: string;
      readonly network_view: string;
      readonly comment?: string;
    }>();
    // @ts-expect-error not a standard field
    net.extattrs;
  });

  it("gives exactly the fields that are asked for", async () => {
    const [net] = await wapi.find("network", { fields: ["network", "utilization"] });
    if (!net) return;
    expectTypeOf(net).toEqualTypeOf<{
      readonly _ref: Ref<"network">;
      readonly network: string;
      readonly utilization?: number;
    }>();
    // @ts-expect-error not asked for
    net.comment;
  });

  it("adds fields to the standard ones", async () => {
    const [net] = await wapi.find("network", { addFields: ["disable"] });
    if (!net) return;
    expectTypeOf(net.disable).toEqualTypeOf<boolean>();
    expectTypeOf(net.network).toEqualTypeOf<string>();
    expectTypeOf(net.comment).toEqualTypeOf<string | undefined>();
  });

  it("gives only the reference where no field is asked for", async () => {
    const [net] = await wapi.find("network", { fields: [] });
    expectTypeOf(net).toEqualTypeOf<{ readonly _ref: Ref<"network"> } | undefined>();
  });

  it("refuses what can't be read, at the name", async () => {
    await wapi.find("network", {
      fields: [
        "network",
        // @ts-expect-error no such field
        "netwrok",
      ],
    });
    await wapi.find("network", {
      fields: [
        // @ts-expect-error write-only
        "template",
      ],
    });
    await wapi.find("network", {
      addFields: [
        // @ts-expect-error only searched by
        "contains_address",
      ],
    });
    await wapi.find(
      // @ts-expect-error no such type
      "netwrok",
    );
  });

  it("knows the sub-objects of a host, with their standard fields", async () => {
    const [found] = await wapi.find("record:host", { fields: ["ipv4addrs"] });
    const address = found?.ipv4addrs?.[0];
    if (!address) return;
    expectTypeOf(address).toEqualTypeOf<Row<"record:host_ipv4addr">>();
    expectTypeOf(address._ref).toEqualTypeOf<Ref<"record:host_ipv4addr">>();
    expectTypeOf(address.ipv4addr).toEqualTypeOf<string>();
    expectTypeOf(address.mac).toEqualTypeOf<string | undefined>();
  });

  it("takes parts of fields: of sub-objects, of linked objects and of structs", async () => {
    const [found] = await wapi.find("record:host", {
      fields: ["name", "ipv4addrs.mac", "ipv4addrs.network"],
    });
    if (!found) return;
    expectTypeOf(found).toEqualTypeOf<{
      readonly _ref: Ref<"record:host">;
      readonly name: string;
      readonly ipv4addrs?: {
        readonly _ref: Ref<"record:host_ipv4addr">;
        readonly mac?: string;
        readonly network?: string;
      }[];
    }>();

    const [net] = await wapi.find("network", { fields: ["members.name", "options.value"] });
    expectTypeOf(net?.options).toEqualTypeOf<{ value?: string; _struct?: "dhcpoption" }[] | undefined>();
    const member = net?.members[0];
    if (member?._struct === "dhcpmember") expectTypeOf(member.name).toEqualTypeOf<string | undefined>();
    // @ts-expect-error not asked for
    net?.options[0]?.num;

    const [shared] = await wapi.find("sharednetwork", { fields: ["networks.comment"] });
    expectTypeOf(shared?.networks[0]?.comment).toEqualTypeOf<string | undefined>();

    await wapi.find("record:host", {
      fields: [
        // @ts-expect-error no such part
        "ipv4addrs.makk",
      ],
    });
    await wapi.find("record:host", {
      fields: [
        // @ts-expect-error a text has no parts
        "name.first",
      ],
    });
  });
});

describe("findOne, get and iterate", () => {
  it("follow the same rules", async () => {
    const one = await wapi.findOne("networkview", { where: { name: "default" } });
    expectTypeOf(one).toEqualTypeOf<Row<"networkview"> | undefined>();
    // @ts-expect-error there may be none
    one.name;

    const same = await wapi.get(network, { fields: ["network", "members"] });
    expectTypeOf(same._ref).toEqualTypeOf<Ref<"network">>();
    expectTypeOf(same.network).toEqualTypeOf<string>();
    // @ts-expect-error not asked for
    same.comment;

    for await (const each of wapi.iterate("record:host", { fields: ["name"] })) {
      expectTypeOf(each).toEqualTypeOf<{ readonly _ref: Ref<"record:host">; readonly name: string }>();
    }
    for await (const page of wapi.iterate("network").pages()) {
      expectTypeOf(page).toEqualTypeOf<Row<"network">[]>();
    }
  });

  it("take a reference's type from the reference", async () => {
    const found = await wapi.get(host);
    expectTypeOf(found).toEqualTypeOf<Row<"record:host">>();
    await wapi.get(
      network,
      // @ts-expect-error a field of hosts, not of networks
      { fields: ["ipv4addrs"] },
    );
    await wapi.get(
      // @ts-expect-error plain text: see ref()
      "network/ZG5z",
    );
  });

  it("take references of several types, and what these have in common", async () => {
    const [address] = await wapi.find("ipv4address", { where: { network: "10.0.0.0/24" } });
    const object = address?.objects[0];
    if (!object) return;
    expectTypeOf(object).toExtend<Ref>();
    const network = await wapi.get(object as Ref<"network" | "networkcontainer">, {
      fields: ["network_view"],
    });
    expectTypeOf(network.network_view).toEqualTypeOf<string>();
  });
});

describe("withResponse", () => {
  it("keeps the type of the data", async () => {
    const { data, status, headers } = await wapi.find("network", { fields: ["network"] }).withResponse();
    expectTypeOf(data).toEqualTypeOf<{ readonly _ref: Ref<"network">; readonly network: string }[]>();
    expectTypeOf(status).toEqualTypeOf<number>();
    expectTypeOf(headers).toEqualTypeOf<Readonly<Record<string, string>>>();
  });
});
