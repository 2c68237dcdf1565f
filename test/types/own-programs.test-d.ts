import {
  type Creatable,
  type FieldName,
  isRow,
  type ObjectType,
  type Ref,
  type Row,
  ref,
  type Updatable,
  type WapiClient,
  type Where,
} from "infoblox-ipam";
import { describe, expectTypeOf, it } from "vitest";

declare const wapi: WapiClient;
declare const network: Ref<"network">;
declare const maybe: string | undefined;

describe("functions of one's own", () => {
  it("can be generic over the object type", () => {
    const first = async <T extends ObjectType>(type: T, where: Where<T>): Promise<Row<T> | undefined> =>
      (await wapi.find(type, { where, limit: 1 }))[0];
    const pick = <T extends ObjectType, F extends FieldName<T>>(
      type: T,
      fields: readonly F[],
    ): PromiseLike<Row<T, F>[]> => wapi.find(type, { fields });
    const make = <T extends ObjectType>(type: T, values: Creatable<T>) => wapi.create(type, values);
    const change = <T extends ObjectType>(object: Ref<T>, changes: Updatable<T>) =>
      wapi.update(object, changes);
    const refOf = <T extends ObjectType>(type: T, row: { readonly _ref: Ref }): Ref<T> => ref(type, row._ref);

    expectTypeOf(first("view", { name: "default" })).resolves.toEqualTypeOf<Row<"view"> | undefined>();
    expectTypeOf(pick("network", ["comment"])).resolves.toEqualTypeOf<Row<"network", "comment">[]>();
    expectTypeOf(make("networkview", { name: "blue" })).resolves.toEqualTypeOf<Row<"networkview">>();
    expectTypeOf(change(network, { comment: "blue" })).resolves.toEqualTypeOf<Row<"network">>();
    expectTypeOf(refOf("network", { _ref: network })).toEqualTypeOf<Ref<"network">>();
    // @ts-expect-error not searchable in views
    void first("view", { fqdn: "example.com" });
    // @ts-expect-error no field of networks
    void pick("network", ["ipv4addrs"]);
    // @ts-expect-error the name is missing
    void make("networkview", {});
  });

  it("can take one of several types, and tell the rows apart", async () => {
    const either = async (type: "network" | "ipv6network") => {
      const made = await wapi.create(type, { network: "2001:db8::/64", comment: "blue" });
      await wapi.update(made._ref, { comment: "green" });
      return wapi.find(type, { where: { network: made.network }, fields: ["network"] });
    };
    for (const row of await either("ipv6network")) {
      expectTypeOf(row.network).toEqualTypeOf<string>();
      expectTypeOf(row._ref).toEqualTypeOf<Ref<"network"> | Ref<"ipv6network">>();
      if (isRow("ipv6network", row)) expectTypeOf(row._ref).toEqualTypeOf<Ref<"ipv6network">>();
    }
    const type = "network" as "network" | "record:host";
    await wapi.find(type, {
      fields: [
        // @ts-expect-error hosts have none
        "network_container",
      ],
    });
  });

  it("can choose fields at run time: each may then be missing", async () => {
    const fields = [] as ("network" | "comment")[];
    const [net] = await wapi.find("network", { fields });
    expectTypeOf(net?.comment).toEqualTypeOf<string | undefined>();
    const options = { fields: ["network"], limit: 3 } as const;
    const [same] = await wapi.find("network", options);
    expectTypeOf(same?.network).toEqualTypeOf<string | undefined>();
  });
});

describe("undefined", () => {
  it("leaves a field or an option out, also under exactOptionalPropertyTypes", async () => {
    await wapi.create("network", { network: "10.0.0.0/24", comment: maybe });
    await wapi.update(network, { comment: maybe });
    await wapi.find("network", { where: undefined, fields: undefined, limit: undefined, signal: undefined });
    await wapi.create("network", {
      // @ts-expect-error a required field can't be left out
      network: maybe,
    });
  });
});

describe("types of which nobody knows the standard fields", () => {
  it("give the reference alone, until fields are named", async () => {
    const [user] = await wapi.find("azureuser");
    expectTypeOf(user).toEqualTypeOf<{ readonly _ref: Ref<"azureuser"> } | undefined>();
    const [named] = await wapi.find("azureuser", { fields: ["tenant_id"] });
    expectTypeOf(named?.tenant_id).toEqualTypeOf<string | undefined>();
  });
});
