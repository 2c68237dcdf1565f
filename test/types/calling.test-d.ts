import { isRef, isRow, type Ref, type Row, ref, step, WapiClient } from "infoblox-ipam";
import { describe, expectTypeOf, it } from "vitest";

declare const wapi: WapiClient;
declare const network: Ref<"network">;
declare const grid: Ref<"grid">;

describe("call", () => {
  it("knows functions, their parameters and results", async () => {
    const { ips } = await wapi.call(network, "next_available_ip", { num: 3, exclude: ["10.0.0.5"] });
    expectTypeOf(ips).toEqualTypeOf<string[]>();
    await wapi.call(network, "next_available_ip");
    await wapi.call(grid, "restartservices", { restart_option: "RESTART_IF_NEEDED" });
    const { token, url } = await wapi.call("fileop", "uploadinit");
    expectTypeOf([token, url]).toEqualTypeOf<string[]>();
  });

  it("refuses other functions and parameters", async () => {
    await wapi.call(
      network,
      // @ts-expect-error a function of the grid
      "restartservices",
    );
    await wapi.call(network, "next_available_ip", {
      // @ts-expect-error no such parameter
      count: 3,
    });
    await wapi.call(
      network,
      "next_available_network",
      // @ts-expect-error cidr is missing
      { num: 1 },
    );
  });
});

describe("references", () => {
  it("come from text only when checked", () => {
    expectTypeOf(ref("network", "network/ZG5z:10.0.0.0/24/default")).toEqualTypeOf<Ref<"network">>();
    expectTypeOf<Ref<"network">>().not.toExtend<Ref<"record:host">>();
  });

  it("are told apart where several types come together", async () => {
    const [address] = await wapi.find("ipv4address", { where: { ip_address: "10.0.0.7" } });
    for (const object of address?.objects ?? []) {
      if (isRef("record:host", object))
        expectTypeOf(await wapi.get(object)).toEqualTypeOf<Row<"record:host">>();
    }
  });
});

describe("search", () => {
  it("finds objects of many types, told apart by their reference", async () => {
    for (const row of await wapi.find("search", { where: { address: "10.0.0.7" } })) {
      expectTypeOf(row._ref).toExtend<Ref>();
      if (isRow("record:host", row)) expectTypeOf(row).toEqualTypeOf<Row<"record:host">>();
      if (isRow("network", row)) expectTypeOf(row.network).toEqualTypeOf<string>();
      // @ts-expect-error not before its type is known
      row.network;
    }
  });
});

describe("batch", () => {
  it("types each result by its position", async () => {
    const [created, found, reference, { ips }, nothing] = await wapi.batch([
      step.create("network", { network: "10.0.0.0/24" }, { fields: ["network"] }),
      step.find("record:host", { where: { zone: "example.com" }, fields: ["name"] }),
      step.delete(network),
      step.call(network, "next_available_ip", { num: 2 }),
      step.update(network, { comment: "blue" }).discard(),
    ]);
    expectTypeOf(created).toEqualTypeOf<{ readonly _ref: Ref<"network">; readonly network: string }>();
    expectTypeOf(found).toEqualTypeOf<{ readonly _ref: Ref<"record:host">; readonly name: string }[]>();
    expectTypeOf(reference).toEqualTypeOf<Ref<"network">>();
    expectTypeOf(ips).toEqualTypeOf<string[]>();
    expectTypeOf(nothing).toEqualTypeOf<undefined>();
  });

  it("hands references and values from step to step", () => {
    const net = step.create("network", { network: "10.0.0.0/24" });
    expectTypeOf(net.ref).toEqualTypeOf<Ref<"network">>();
    expectTypeOf(net.value("network")).toEqualTypeOf<string>();
    step.update(net.ref, { comment: `first of ${net.value("network")}` });
    // @ts-expect-error not asked for
    net.value("utilization");
    // @ts-expect-error a network is no host
    step.update(net.ref, { aliases: [] });
  });

  it("takes the grid's own words, of unknown result", async () => {
    const results = await wapi.batch([
      { method: "GET", object: "networkview", data: { name: "default" }, assign_state: { VIEW: "_ref" } },
      { method: "STATE:DISPLAY" },
    ]);
    expectTypeOf(results).toEqualTypeOf<[unknown, unknown]>();
    await wapi.batch([
      // @ts-expect-error no such method
      { method: "PATCH", object: "network" },
    ]);
  });

  it("takes lists of any length", async () => {
    const steps = ["10.0.0.0/24", "10.0.1.0/24"].map((network) => step.create("network", { network }));
    expectTypeOf(await wapi.batch(steps)).toEqualTypeOf<Row<"network">[]>();
  });
});

describe("versions", () => {
  it("are any text: what one lacks is reported when it is used", () => {
    new WapiClient({ wapiVersion: "2.7" });
    new WapiClient({
      // @ts-expect-error no such level
      validate: "paranoid",
    });
  });
});
