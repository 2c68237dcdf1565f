import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const network = (at: number) => ({ method: "POST", object: "network", data: { network: `10.9.${at}.0/24` } });

describe("the request object", () => {
  it("gives a list of what each call gives by itself", () => {
    const asked = new Asked();
    const { json } = asked.post("request", [
      network(1),
      {
        method: "GET",
        object: "network",
        data: { network: "10.9.1.0/24" },
        args: { _return_fields: "network" },
      },
    ]);
    expect(json).toEqual([
      expect.stringMatching(/^network\/\w+:10\.9\.1\.0\/24\/default$/),
      [{ _ref: json[0], network: "10.9.1.0/24" }],
    ]);
  });

  it("gives the single result of a single call", () => {
    const { json } = new Asked().post("request", {
      method: "GET",
      object: "view",
      data: { name: "default" },
    });
    expect(json).toMatchObject([{ name: "default" }]);
  });

  it.each([200, 201] as const)("answers %i under the assumption", (requestStatus) => {
    const asked = new Asked({ assumptions: { requestStatus } });
    expect(asked.post("request", [network(1)]).status).toBe(requestStatus);
  });

  it("carries values from one call to the next, and shows the state", () => {
    const asked = new Asked();
    asked.create("extensibleattributedef", { name: "Lock", type: "STRING" });
    asked.put(asked.get("networkview").json[0]._ref, { extattrs: { Lock: { value: "Available" } } });
    const steps = [
      {
        method: "GET",
        object: "networkview",
        data: { name: "default", "*Lock": "Available" },
        args: { _return_fields: "extattrs" },
        assign_state: { NET_VIEW_REF: "_ref" },
        discard: true,
      },
      {
        method: "PUT",
        object: "##STATE:NET_VIEW_REF:##",
        data: { "extattrs+": { Lock: { value: "tenant-1" } } },
        enable_substitution: true,
        discard: true,
      },
      {
        method: "GET",
        object: "##STATE:NET_VIEW_REF:##",
        args: { _return_fields: "extattrs" },
        assign_state: { "DOCKER-ID": "*Lock" },
        enable_substitution: true,
        discard: true,
      },
      { method: "STATE:DISPLAY" },
    ];
    const ref = asked.get("networkview").json[0]._ref;
    expect(asked.post("request", steps).json).toEqual([{ NET_VIEW_REF: ref, "DOCKER-ID": "tenant-1" }]);
    // The lock is taken: the first call finds nothing, and the whole fails.
    expect(asked.post("request", steps).status).toBe(400);
  });

  it.each([
    [true, 0],
    [false, 1],
  ])(
    "with requestIsTransactional %s, a failure leaves %i of the calls before it",
    (requestIsTransactional, left) => {
      const asked = new Asked({ assumptions: { requestIsTransactional } });
      const { status, json } = asked.post("request", [network(1), { method: "GET", object: "nothing" }]);
      expect([status, json.text]).toEqual([400, "Unknown object type (nothing)"]);
      expect(asked.get("network").json).toHaveLength(left);
    },
  );

  it("carries out a thousand creates", () => {
    const asked = new Asked();
    const steps = Array.from({ length: 1000 }, (_, at) => ({
      method: "POST",
      object: "network",
      data: { network: `10.${at >> 8}.${at & 255}.0/24` },
    }));
    expect(asked.post("request", steps).json).toHaveLength(1000);
  });

  it("calls functions", () => {
    const asked = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const [{ _ref: object }] = asked.get("network").json;
    const step = { method: "POST", object, data: { num: 2 }, args: { _function: "next_available_ip" } };
    expect(asked.post("request", [step]).json).toEqual([{ ips: ["10.9.0.1", "10.9.0.2"] }]);
  });
});
