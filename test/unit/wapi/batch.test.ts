import { type BatchSteps, nextAvailableIp, nextAvailableNetwork, type Ref, step } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { Refusal, ref, type Sent, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;
const host = ref("record:host", "web.example.com/default") as Ref<"record:host">;
const entries = ({ body }: Sent) => body as Record<string, unknown>[];

describe("batch", () => {
  it("sends nothing where there is nothing to do", async () => {
    const { wapi, sent } = scriptedGrid();
    expect(await wapi.batch([])).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("is one request, with the results by position", async () => {
    const answer = [
      { _ref: net, network: "10.0.0.0/24" },
      [{ _ref: host, extattrs: { Site: { value: "Paris" } } }],
      { _ref: net, comment: "blue" },
      { ips: ["10.0.0.1"] },
      net,
    ];
    const { wapi, sent } = scriptedGrid([answer]);
    const results = await wapi.batch([
      step.create("network", { network: "10.0.0.0/24", extattrs: { Site: "Rome" } }, { fields: ["network"] }),
      step.find("record:host", { where: { zone: "example.com" }, fields: ["extattrs"], limit: 5 }),
      step.update(net, { comment: "blue", extattrs: { Owner: null } }),
      step.call(net, "next_available_ip", { num: 1 }),
      step.delete(net),
    ]);
    expect(results).toEqual([
      { _ref: net, network: "10.0.0.0/24" },
      [{ _ref: host, extattrs: { Site: "Paris" } }],
      { _ref: net, comment: "blue" },
      { ips: ["10.0.0.1"] },
      net,
    ]);
    expect(sent).toEqual([
      {
        method: "POST",
        path: "/wapi/v2.12/request",
        query: {},
        body: [
          {
            method: "POST",
            object: "network",
            data: { network: "10.0.0.0/24", extattrs: { Site: { value: "Rome" } } },
            args: { _return_fields: "network" },
          },
          {
            method: "GET",
            object: "record:host",
            data: { zone: "example.com" },
            args: { _return_fields: "extattrs", _max_results: 5 },
          },
          {
            method: "PUT",
            object: net,
            data: { comment: "blue", "extattrs-": { Owner: {} } },
            args: { _return_fields: "comment,network,network_view" },
          },
          { method: "POST", object: net, data: { num: 1 }, args: { _function: "next_available_ip" } },
          { method: "DELETE", object: net, data: {} },
        ],
      },
    ]);
  });

  it("hands references and values from step to step, filled in by the grid", async () => {
    const { wapi, sent } = scriptedGrid([
      [{ _ref: net, network: "10.0.0.0/24" }, { _ref: host }, { _ref: net }],
    ]);
    const subnet = step.create("network", {
      network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }),
    });
    await wapi.batch([
      subnet,
      step.create("record:host", {
        name: "web",
        ipv4addrs: [{ ipv4addr: nextAvailableIp({ network: subnet.ref }) }],
      }),
      step.update(subnet.ref, { comment: `first host in ${subnet.value("network")}` }),
    ]);
    const [first, second, third] = sent.flatMap(entries);
    const names = Object.entries(first?.["assign_state"] ?? {});
    const [reference] = names.find(([, source]) => source === "_ref") ?? [];
    const [cidr] = names.find(([, source]) => source === "network") ?? [];
    expect(first).not.toHaveProperty("enable_substitution");
    expect(second).toMatchObject({
      enable_substitution: true,
      data: { ipv4addrs: [{ ipv4addr: { _object_ref: `##STATE:${reference}:##` } }] },
    });
    expect(third).toMatchObject({
      enable_substitution: true,
      object: `##STATE:${reference}:##`,
      data: { comment: `first host in ##STATE:${cidr}:##` },
    });
  });

  it("calls functions of what an earlier step gives, and of types", async () => {
    const { wapi, sent } = scriptedGrid([[{ _ref: net }, { ips: ["10.0.0.1"] }, { token: "t" }]]);
    const made = step.create("network", { network: "10.0.0.0/24" });
    const calls = [step.call(made.ref, "next_available_ip"), step.call("fileop", "uploadinit")] as const;
    const [, { ips }, { token }] = await wapi.batch([made, ...calls]);
    expect([ips, token]).toEqual([["10.0.0.1"], "t"]);
    expect(entries(sent[0] as Sent)[2]).toEqual({
      method: "POST",
      object: "fileop",
      data: {},
      args: { _function: "uploadinit" },
    });
  });

  it("takes the first of a search as a reference, and attributes as values", async () => {
    const { wapi, sent } = scriptedGrid([[[{ _ref: net }], { _ref: net }]]);
    const found = step.find("network", { where: { extattrs: { Lock: "free" } }, fields: ["extattrs"] });
    await wapi.batch([found, step.update(found.ref, { comment: found.attribute("Owner") })]);
    const assigned = Object.values(entries(sent[0] as Sent)[0]?.["assign_state"] ?? {});
    expect(assigned).toEqual(["_ref", "*Owner"]);
  });

  it("never fills in text that came from elsewhere", async () => {
    const found = step.get(net);
    const hostile = "##STATE:OTHER:##";
    const { wapi, sent } = scriptedGrid([[{ _ref: net }, { _ref: net }]]);
    const mixed = step.update(found.ref, { comment: hostile });
    await expect(wapi.batch([found, mixed])).rejects.toThrow(/would take for a state/);
    expect(sent).toEqual([]);
    await wapi.batch([step.get(net), step.update(net, { comment: hostile })]);
    expect(sent.flatMap(entries).some((entry) => entry["enable_substitution"])).toBe(false);
  });

  it("refuses what no earlier step gives", async () => {
    const { wapi, sent } = scriptedGrid();
    const created = step.create("network", { network: "10.0.0.0/24" });
    const later = step.update(created.ref, { comment: "blue" });
    await expect(wapi.batch([later, created])).rejects.toThrow(/no earlier step/);
    await expect(wapi.batch([later])).rejects.toThrow(/no earlier step/);
    await expect(wapi.get(created.ref)).rejects.toThrow(/not a WAPI reference/);
    expect(sent).toEqual([]);
  });

  it("keeps positions when results are left out", async () => {
    const { wapi, sent } = scriptedGrid([[{ _ref: host }]]);
    const results = await wapi.batch([
      step.update(net, { comment: "a" }).discard(),
      step.get(host),
      { method: "PUT", object: net, data: { comment: "b" }, discard: true },
    ]);
    expect(results).toEqual([undefined, { _ref: host }, undefined]);
    expect(entries(sent[0] as Sent).map((entry) => entry["discard"])).toEqual([true, undefined, true]);
  });

  it("sends steps in the grid's own words as they are, but for plain attributes", async () => {
    const { wapi, sent } = scriptedGrid([[net, { VIEW: "x" }]]);
    const raw = [
      {
        method: "POST",
        object: "network",
        data: { network: "10.0.0.0/24", extattrs: { Site: "Paris", Own: { value: 1 } } },
      },
      { method: "STATE:DISPLAY" },
    ] as const;
    expect(await wapi.batch(raw)).toEqual([net, { VIEW: "x" }]);
    expect(sent[0]?.body).toEqual([
      {
        method: "POST",
        object: "network",
        data: { network: "10.0.0.0/24", extattrs: { Site: { value: "Paris" }, Own: { value: 1 } } },
      },
      { method: "STATE:DISPLAY" },
    ]);
  });

  it("is repeated after a failure only where all of it reads", async () => {
    const reads = scriptedGrid([new Refusal(503, "busy"), [{ _ref: net }]], { maxRetries: 1 });
    expect(await reads.wapi.batch([step.get(net)])).toEqual([{ _ref: net }]);
    const lost = () => {
      throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    };
    const writes = scriptedGrid([lost, [net]], { maxRetries: 1 });
    await expect(writes.wapi.batch([step.get(net), step.delete(net)])).rejects.toMatchObject({
      name: "UncertainWriteError",
    });
  });

  it.each<[unknown, RegExp]>([
    ["network", /must be a list of steps/],
    [[{}], /have a method/],
    [[null], /have a method/],
  ])("refuses %j", async (steps, message) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.batch(steps as BatchSteps)).rejects.toThrow(message);
    expect(sent).toEqual([]);
  });

  it("says so where results are missing", async () => {
    const { wapi, sent } = scriptedGrid([[net], {}]);
    const steps = [step.delete(net), step.delete(net)];
    for (let answer = 0; answer < 2; answer += 1) {
      await expect(wapi.batch(steps)).rejects.toMatchObject({
        name: "UncertainWriteError",
        cause: { message: expect.stringContaining("2 results were expected") },
      });
    }
    expect(sent).toHaveLength(2);
  });
});
