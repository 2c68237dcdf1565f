import { AmbiguousTargetError, InvalidRequestError, Ipam, OwnershipError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor } from "./doors.js";

shortenPauses();

const seed = {
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: ["10.1.0.0/24"],
  zones: ["example.com"],
};

behindEveryDoor("request ids", (visit) => {
  it("say what to do where the grid can't keep them yet, and create nothing", async () => {
    const { ipam } = await visit({ seed });
    const error = await ipam
      .requestAddress({ from: "10.1.0.0/24", requestId: "web" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/no extensible attribute "Request ID"/),
      hint: expect.stringMatching(/^Call setup\(\)/),
    });
    expect(await ipam.utilization("10.1.0.0/24")).toMatchObject({ used: 0 });
  });

  it("are set up once, however often that is asked for", async () => {
    const { ipam } = await visit();
    expect(await ipam.setup()).toEqual({
      created: ["Request ID", "Request Attempt", "Expires At", "Last Change"],
      existing: [],
    });
    expect(await ipam.setup()).toEqual({
      created: [],
      existing: ["Request ID", "Request Attempt", "Expires At", "Last Change"],
    });
  });

  it.each([
    { from: "10.0.0.0/16", prefixLength: 24, gateway: "first" as const },
    { from: "2001:db8::/32", prefixLength: 64, gateway: "last" as const },
    { cidr: "10.0.9.0/24" },
  ])("give the same subnet for %j", async (request) => {
    const { ipam } = await visit({ seed });
    await ipam.setup();
    const first = await ipam.requestSubnet({ ...request, requestId: "deploy-42/blue" });
    const again = await ipam.requestSubnet({ ...request, requestId: "deploy-42/blue" });
    expect(again).toEqual({ ...first, created: false });
    expect(first.extattrs).toMatchObject({ "Request ID": "deploy-42/blue" });
  });

  it.each([{}, { mac: "02:42:ac:11:00:02" }, { name: "web.example.com" }])(
    "give the same address for %j",
    async (request) => {
      const { ipam } = await visit({ seed });
      await ipam.setup();
      const first = await ipam.requestAddress({ ...request, from: "10.1.0.0/24", requestId: "web" });
      const again = await ipam.requestAddress({ ...request, from: "10.1.0.0/24", requestId: "web" });
      expect(again).toEqual({ ...first, created: false });
    },
  );

  it("are compared whole, within the network view", async () => {
    const { ipam } = await visit({
      seed: {
        ...seed,
        networkViews: ["lab"],
        networks: ["10.1.0.0/24", { network: "10.1.0.0/24", networkView: "lab" }],
      },
    });
    await ipam.setup();
    const taken = [];
    for (const [requestId, networkView] of [
      ["web", "default"],
      ["Web", "default"],
      ["web-1", "default"],
      ["web", "lab"],
    ] as const) {
      taken.push(await ipam.requestAddress({ from: "10.1.0.0/24", requestId, networkView }));
    }
    expect(taken.map(({ ip, created }) => [ip, created])).toEqual([
      ["10.1.0.1", true],
      ["10.1.0.2", true],
      ["10.1.0.3", true],
      ["10.1.0.1", true],
    ]);
  });

  // Twenty looks, each after a pause: others might be putting it in order.
  it("never choose between two objects", async () => {
    const { ipam, wapi } = await visit({ seed });
    await ipam.setup();
    const first = await ipam.requestAddress({ from: "10.1.0.0/24", requestId: "web" });
    await wapi.create("fixedaddress", {
      ipv4addr: "10.1.0.9",
      match_client: "RESERVED",
      extattrs: { "Request ID": "web" },
    });
    const error = await ipam
      .requestAddress({ from: "10.1.0.0/24", requestId: "web" })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AmbiguousTargetError);
    expect(error).toMatchObject({ candidates: [first.ref, expect.stringContaining("10.1.0.9")] });
  });

  it("live in the attribute that is named for them, if it can hold text", async () => {
    const { ipam, wapi } = await visit(
      { seed: { ...seed, attributes: ["Ticket", { name: "Floor", type: "INTEGER" }] } },
      { requestIdAttribute: "Ticket" },
    );
    expect(await ipam.requestAddress({ from: "10.1.0.0/24", requestId: "web" })).toMatchObject({
      extattrs: { Ticket: "web" },
    });
    const floor = new Ipam(wapi, { requestIdAttribute: "Floor" });
    await expect(floor.setup()).rejects.toThrow(/"Floor" is of type INTEGER, but must be of type STRING/);
  });
});

behindEveryDoor("request ids in comments", (visit) => {
  it("need no definition, stand after the owner, and are compared letter by letter", async () => {
    const { wapi } = await visit({ seed });
    const marks = { ownerMarker: "comment", requestIdMarker: "comment" } as const;
    const [blue, red] = ["blue", "red"].map((owner) => new Ipam(wapi, { owner, ...marks }));
    const request = { from: "10.1.0.0/24", comment: "printer", requestId: "a.b+c(d)*" };
    const first = await blue?.requestAddress(request);
    expect(first).toMatchObject({ created: true, comment: "printer [owner: blue] [request: a.b+c(d)*]" });
    expect(await blue?.requestAddress(request)).toEqual({ ...first, created: false });
    expect(await blue?.requestAddress({ ...request, requestId: "aXb+c(d)*" })).toMatchObject({
      created: true,
    });
    await expect(red?.releaseAddress({ requestId: "a.b+c(d)*" })).rejects.toThrow(OwnershipError);
    expect(await blue?.releaseAddress({ requestId: "a.b+c(d)*" })).toMatchObject({ released: true });
  });

  it("have no brackets, and need no attribute to be set up", async () => {
    const { wapi } = await visit({ seed });
    const ipam = new Ipam(wapi, {
      ...{
        requestIdMarker: "comment",
        attemptAttribute: false,
        lastChangeAttribute: false,
        expiresAtAttribute: false,
      },
    });
    await expect(ipam.requestAddress({ from: "10.1.0.0/24", requestId: "a]" })).rejects.toThrow(
      /^requestId: must have no brackets/,
    );
    expect(await ipam.setup()).toEqual({ created: [], existing: [] });
    expect(ipam.requestIdAttribute).toBeUndefined();
  });
});

behindEveryDoor("owners", (visit) => {
  it("mark what they make, and leave alone what others made", async () => {
    const { wapi } = await visit({ seed });
    const [blue, red] = [new Ipam(wapi, { owner: "blue" }), new Ipam(wapi, { owner: "red" })];
    expect(await blue.setup()).toEqual({
      created: ["Request ID", "Owner", "Request Attempt", "Expires At", "Last Change"],
      existing: [],
    });
    const subnet = await blue.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 });
    const address = await blue.requestAddress({ from: subnet, name: "web.example.com" });
    expect(subnet.extattrs).toMatchObject({ Owner: "blue" });
    for (const target of [address, address.ref, address.ip, "web.example.com"]) {
      const error = await red.releaseAddress(target).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(OwnershipError);
      expect(error).toMatchObject({ owner: "blue", hint: expect.stringContaining("force: true") });
    }
    for (const target of [subnet, subnet.ref, subnet.cidr]) {
      await expect(red.releaseSubnet(target, { cascade: true })).rejects.toThrow(OwnershipError);
    }
    expect(await red.releaseAddress(address.ref, { force: true })).toMatchObject({ released: true });
    expect(await blue.releaseSubnet(subnet)).toMatchObject({ released: true });
  });

  it("are a promise: without the attribute nothing is made, and the error says what to do", async () => {
    const { ipam, wapi } = await visit({ seed }, { owner: "platform-team" });
    const take = () => ipam.requestAddress({ from: "10.1.0.0/24" });
    await expect(take()).rejects.toMatchObject({
      message: expect.stringMatching(/no extensible attribute "Owner"/),
      hint: expect.stringMatching(/^Call setup\(\) once/),
    });
    expect(await wapi.find("fixedaddress")).toEqual([]);
    await ipam.setup();
    expect(await take()).toMatchObject({ extattrs: { Owner: "platform-team" } });
  });

  it("insist on the attribute that they name", async () => {
    const { ipam } = await visit({ seed }, { owner: "blue", ownerMarker: { attribute: "Team" } });
    await expect(ipam.requestAddress({ from: "10.1.0.0/24" })).rejects.toThrow(
      /no extensible attribute "Team"/,
    );
    await ipam.setup();
    expect(await ipam.requestAddress({ from: "10.1.0.0/24" })).toMatchObject({ extattrs: { Team: "blue" } });
  });

  it("can sign the comment instead, or nothing at all", async () => {
    const { wapi } = await visit({ seed });
    const blue = new Ipam(wapi, { owner: "blue", ownerMarker: "comment" });
    const red = new Ipam(wapi, { owner: "red", ownerMarker: "comment" });
    const signed = await blue.requestAddress({ from: "10.1.0.0/24", comment: "printer" });
    expect(signed.comment).toBe("printer [owner: blue]");
    expect(await blue.requestAddress({ from: "10.1.0.0/24" })).toMatchObject({ comment: "[owner: blue]" });
    await expect(red.releaseAddress(signed.ref)).rejects.toThrow(OwnershipError);
    await expect(blue.requestAddress({ from: "10.1.0.0/24", comment: "x".repeat(250) })).rejects.toThrow(
      /longer than 256 characters, including the marks at its end/,
    );
    const nobody = new Ipam(wapi, { owner: "blue", ownerMarker: "none" });
    expect(await nobody.requestAddress({ from: "10.1.0.0/24" })).toMatchObject({
      comment: undefined,
      extattrs: {},
    });
    expect(await red.releaseAddress(signed, { force: true })).toMatchObject({ released: true });
  });

  it.each([
    [{ owner: "" }, /^owner: /],
    [{ owner: "a[b]" }, /^owner: /],
    [{ requestIdAttribute: "" }, /^requestIdAttribute: /],
    [{ owner: "blue", ownerMarker: { attribute: " Owner" } }, /^ownerMarker\.attribute: /],
    [{ networkView: "" }, /^networkView: must be the name of a network view/],
    [{ dnsView: " " }, /^dnsView: must be the name of a DNS view/],
  ])("refuse the option %j", async (options, message) => {
    const { wapi } = await visit();
    expect(() => new Ipam(wapi, options)).toThrow(message);
  });
});

behindEveryDoor("an Ipam of its own", (visit) => {
  it("connects by itself, and closes what it opened", async () => {
    const { grid } = await visit({ seed });
    {
      await using ipam = new Ipam({
        ...grid.clientOptions,
        networkView: "default",
        owner: "blue",
        ownerMarker: "comment",
      });
      expect(await ipam.requestAddress({ from: "10.1.0.0/24" })).toMatchObject({ comment: "[owner: blue]" });
    }
    expect(grid.requests.at(-1)?.path).toMatch(/\/logout$/);
  });

  it("leaves a client alone that was lent to it", async () => {
    const { ipam, wapi } = await visit({ seed });
    await ipam.close();
    expect(await wapi.find("network")).toHaveLength(1);
  });
});
