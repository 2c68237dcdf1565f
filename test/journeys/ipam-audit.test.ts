import { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/16"],
  networks: ["10.1.0.0/24", "10.2.0.0/16"],
  zones: ["example.com"],
  attributes: ["Owner"],
};
const setup = true;
const owner = { owner: "ci" };
const expiresAt = "2030-01-01T12:00:00Z";

behindEveryDoor("an audit", (visit) => {
  it("lists what the owner holds, as plain data, in one request", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed, setup }, owner);
    const blue = await ipam.requestSubnet({
      from: "10.0.0.0/16",
      prefixLength: 24,
      requestId: "blue",
      expiresAt,
    });
    const web = await ipam.requestAddress({ from: blue, name: "web.example.com", requestId: "web" });
    const spare = await ipam.requestAddress({ from: "10.1.0.0/24" });
    const pool = await ipam.ensureContainer({ cidr: "10.9.0.0/16" });
    await new Ipam(wapi, { owner: "ops" }).requestAddress({ from: "10.1.0.0/24" });
    let audit: unknown;
    const now = "2030-06-01T00:00:00.000Z";
    const requests = await requestsOf(async () => {
      audit = await ipam.audit({ now });
    });
    expect(requests).toBe(1);
    const subnet = { kind: "subnet", ref: blue.ref, place: blue.cidr, requestId: "blue", expiresAt };
    const host = { kind: "host", ref: web.ref, place: web.ip, name: "web.example.com", requestId: "web" };
    const reservation = { kind: "reservation", ref: spare.ref, place: spare.ip, requestId: undefined };
    expect(audit).toMatchObject({
      ...{ owner: "ci", networkView: "default", at: "2030-06-01T00:00:00Z" },
      subnets: [subnet],
      containers: [{ kind: "container", ref: pool.ref, place: "10.9.0.0/16" }],
      addresses: [host, reservation],
      withoutRequestId: [reservation],
      duplicates: [],
      hostsWithoutAddresses: [],
      expired: [subnet],
    });
    expect(JSON.parse(JSON.stringify(audit))).toEqual(audit);
  });

  it("names several objects of one request id", async () => {
    const { ipam, wapi } = await visit({ seed, setup }, owner);
    const first = await ipam.requestAddress({ from: "10.1.0.0/24", requestId: "web" });
    const second = await ipam.requestAddress({ from: "10.1.0.0/24" });
    // This library doesn't let that happen; somebody else may write it.
    await wapi.update(second.ref, { extattrs: { "Request ID": "web" } });
    expect((await ipam.audit()).duplicates).toMatchObject([
      { of: "requestId", id: "web", objects: [{ ref: first.ref }, { ref: second.ref }] },
    ]);
  });

  it("names the twins of one call that something on the way sent twice", async () => {
    const { ipam, wapi } = await visit({ seed, setup }, owner);
    const { extattrs } = await ipam.requestAddress({ from: "10.1.0.0/24" });
    // This library refuses the second in the creating request; others, and its earlier versions, don't.
    await wapi.create("fixedaddress", {
      ipv4addr: "10.1.0.2",
      match_client: "RESERVED",
      extattrs: { Owner: "ci", "Request Attempt": extattrs["Request Attempt"] ?? "" },
    });
    const { duplicates, addresses } = await ipam.audit();
    expect(addresses).toHaveLength(2);
    expect(duplicates).toMatchObject([
      { of: "attempt", objects: [{ place: "10.1.0.1" }, { place: "10.1.0.2" }] },
    ]);
  });

  it("reads request ids at the end of comments, too", async () => {
    const { wapi } = await visit({ seed, setup });
    const ipam = new Ipam(wapi, { ...owner, ownerMarker: "comment", requestIdMarker: "comment" });
    await ipam.requestAddress({ from: "10.1.0.0/24", comment: "printer", requestId: "deploy-42/web" });
    const { addresses, withoutRequestId } = await ipam.audit();
    expect(addresses).toMatchObject([{ requestId: "deploy-42/web" }]);
    expect(withoutRequestId).toEqual([]);
  });

  it("reads on where there are a thousand of a kind", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup }, owner);
    await ipam.requestAddresses({ from: "10.2.0.0/16", count: 1100 });
    let found = 0;
    const requests = await requestsOf(async () => {
      found = (await ipam.audit()).addresses.length;
    });
    expect(found).toBe(1100);
    expect(requests).toBe(1 + 2);
  });
});
