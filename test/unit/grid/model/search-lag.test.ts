import { expect, it } from "vitest";
import { Asked } from "../../../fidelity/asking.js";

const network = { network: "10.0.0.0/24", extattrs: { Site: { value: "HQ" } } };

function slow(): Asked {
  const asked = new Asked({ assumptions: { searchSeesWritesAfter: 500 }, seed: { attributes: ["Site"] } });
  asked.clock.freeze();
  return asked;
}

it("finds a new object by criteria only after a while, and by its reference at once", () => {
  const asked = slow();
  const { json: ref } = asked.post("network", network);
  expect(asked.get("network?*Site=HQ").json).toEqual([]);
  expect(asked.get(ref).json).toMatchObject({ network: "10.0.0.0/24" });
  expect(asked.post("network", network)).toMatchObject({ status: 400 });
  asked.clock.advance(499);
  expect(asked.get("network?*Site=HQ").json).toEqual([]);
  asked.clock.advance(1);
  expect(asked.get("network?*Site=HQ").json).toHaveLength(1);
});

it("finds a changed object as soon as the object that it was", () => {
  const asked = slow();
  const { json: ref } = asked.post("network", network);
  asked.clock.advance(500);
  asked.ask("PUT", ref, { comment: "blue" });
  expect(asked.get("network?comment=blue").json).toHaveLength(1);
});

it("takes an object whose number an undone one had for what it is: new", () => {
  const asked = slow();
  const undone = { method: "POST", object: "network", data: network };
  asked.post("request", [undone, { method: "POST", object: "network", data: { network: "nowhere" } }]);
  asked.clock.advance(500);
  asked.post("network", network);
  expect(asked.get("network?*Site=HQ").json).toEqual([]);
});

it("gives the next available network at once, whatever searches see", () => {
  const asked = slow();
  asked.post("networkcontainer", { network: "10.0.0.0/16" });
  const next = () => asked.post("network", { network: "func:nextavailablenetwork:10.0.0.0/16,default,24" });
  expect([next().json, next().json].map((ref: string) => ref.split(":")[1])).toEqual([
    "10.0.0.0/24/default",
    "10.0.1.0/24/default",
  ]);
});

it("finds at once what the grid was seeded with, changed or not", () => {
  const asked = new Asked({
    assumptions: { searchSeesWritesAfter: 500 },
    seed: { containers: ["10.0.0.0/8"] },
  });
  asked.clock.freeze(0);
  const [found] = asked.get("networkcontainer?network=10.0.0.0/8").json;
  asked.ask("PUT", found._ref, { comment: "changed" });
  asked.post("network", { network: "10.0.0.0/24" });
  expect(asked.get("networkcontainer?comment=changed").json).toHaveLength(1);
});
