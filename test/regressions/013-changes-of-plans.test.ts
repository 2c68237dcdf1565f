import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

function start() {
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] } });
  return { grid, ipam: () => new Ipam(new WapiClient({ ...grid.clientOptions, maxRetries: 0 })) };
}

it("a change of a plan never reaches the subnet that has the place of the one that was meant", async () => {
  const { ipam } = start();
  const [mine, others] = [ipam(), ipam()];
  const subnet = await mine.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, comment: "mine" });
  await mine.releaseSubnet(subnet);
  const theirs = await others.requestSubnet({ cidr: subnet.cidr, comment: "theirs" });
  expect(theirs.ref).toBe(subnet.ref);
  const error = await mine
    .plan()
    .update("label", subnet, { comment: "mine again" })
    .apply()
    .catch((thrown: unknown) => thrown);
  expect(isInfobloxError(error, "ConflictError")).toBe(true);
  expect(String(error)).toMatch(/was not done: it was released, or/);
  expect((await others.findSubnets({ within: subnet.cidr }))[0]?.comment).toBe("theirs");
});

it("a change of a description that comes late doesn't undo what was changed since", async () => {
  const { grid, ipam } = start();
  const describe = (comment: string) => ({ subnets: [{ cidr: "10.0.1.0/24", comment }] });
  await ipam().ensure(describe("first"));
  grid.faults.next({ fail: "late", clientSees: "reset", on: "POST", after: 1 });
  await ipam().ensure(describe("second"));
  await ipam().ensure(describe("third"));
  expect(await grid.faults.deliverLate()).toBe(1);
  expect((await ipam().findSubnets({ within: "10.0.1.0/24" }))[0]?.comment).toBe("third");
});

it("two changes of one object at once are both made", async () => {
  const { ipam } = start();
  const subnet = await ipam().requestSubnet({ cidr: "10.0.2.0/24" });
  const change = (name: string, value: object) => ipam().plan().update(name, subnet, value).apply();
  await Promise.all([change("a", { comment: "blue" }), change("b", { fields: { unmanaged: false } })]);
  expect((await ipam().findSubnets({ within: "10.0.2.0/24" }))[0]?.comment).toBe("blue");
});

it.each(["text", "object"])("a change of a plan by reference alone compares, too (%s)", async (form) => {
  const { grid, ipam } = start();
  const { ref } = await ipam().requestSubnet({ cidr: "10.0.3.0/24", comment: "first" });
  const target = form === "text" ? ref : { ref };
  const before = grid.requests.length;
  await ipam().plan().update("label", target, { comment: "second" }).apply();
  expect(grid.requests.length - before).toBe(2);

  grid.faults.next({ fail: "late", clientSees: "reset", on: "POST", object: "request" });
  await ipam().plan().update("label", target, { comment: "third" }).apply();
  await ipam()
    .plan()
    .attributes("label", target, { Site: "Rome" })
    .update("more", target, { comment: "fourth" })
    .apply();
  expect(await grid.faults.deliverLate()).toBe(1);
  expect((await ipam().findSubnets({ within: "10.0.3.0/24" }))[0]).toMatchObject({ comment: "fourth" });
});

it("changes by reference of several objects compare each", async () => {
  const { ipam } = start();
  const [one, two] = [
    await ipam().requestSubnet({ cidr: "10.0.4.0/24" }),
    await ipam().requestSubnet({ cidr: "10.0.5.0/24" }),
  ];
  const preview = await ipam().plan().update("a", one.ref, { comment: "x" }).preview();
  expect(preview.looks).toEqual([expect.stringContaining("the last change of")]);
  await ipam()
    .plan()
    .update("a", one.ref, { comment: "blue" })
    .update("b", two.ref, { comment: "red" })
    .apply();
  const found = await ipam().findSubnets({ within: "10.0.4.0/23" });
  expect(found.map(({ comment }) => comment)).toEqual(["blue", "red"]);
  const changes = found.map(({ extattrs }) => String(extattrs["Last Change"]).split(" ").length);
  expect(changes).toEqual([2, 2]);
});
