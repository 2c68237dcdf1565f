import { InvalidRequestError, type Ipam, type Ref, type WapiClient } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/8", "2001:db8::/32"],
  networks: ["10.1.0.0/24", "10.9.0.0/31"],
  zones: ["example.com"],
  attributes: ["Request ID", "Request Attempt", "Last Change", "Network Name"],
  objects: [{ type: "member", values: { host_name: "dhcp-1.example.com" } }],
} as const;

interface Row {
  readonly options?: readonly {
    readonly name?: string;
    readonly value?: string;
    readonly use_option?: boolean;
  }[];
}

/** The options of its own that a subnet has: name and value. */
async function optionsOf(wapi: WapiClient, cidr: string): Promise<Record<string, string | undefined>> {
  const type = cidr.includes(":") ? "ipv6network" : "network";
  const [row] = (await wapi.find(type as "network", {
    where: { network: cidr },
    fields: ["options"],
  })) as Row[];
  const own = (row?.options ?? []).filter(({ use_option }) => use_option !== false);
  return Object.fromEntries(own.map(({ name = "", value }) => [name, value]));
}

/** Each way in: the subnet that it makes, and its gateway. */
const ways: readonly (readonly [
  way: string,
  make: (
    ipam: Ipam,
    gateway: "first" | "last" | { at: "first"; dhcp: false },
  ) => Promise<{ cidr: string; gateway: string | undefined }>,
])[] = [
  [
    "requestSubnet, the next",
    (ipam, gateway) => ipam.requestSubnet({ from: "10.0.0.0/8", prefixLength: 24, gateway }),
  ],
  [
    "requestSubnet with an id",
    (ipam, gateway) =>
      ipam.requestSubnet({ from: "10.0.0.0/8", prefixLength: 24, gateway, requestId: "deploy-42/blue" }),
  ],
  ["requestSubnet, a named one", (ipam, gateway) => ipam.requestSubnet({ cidr: "10.7.0.0/24", gateway })],
  [
    "a plan",
    async (ipam, gateway) =>
      (await ipam.plan().subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway }).apply()).blue,
  ],
  [
    "a plan with a named one",
    async (ipam, gateway) =>
      (await ipam.plan().subnet("blue", { cidr: "10.7.0.0/24", gateway }).apply()).blue,
  ],
  [
    "ensure",
    async (ipam, gateway) => {
      const { objects } = await ipam.ensure({
        name: "a",
        subnets: [{ name: "blue", from: "10.0.0.0/8", prefixLength: 24, gateway }],
      });
      return objects[0]?.object as { cidr: string; gateway: string };
    },
  ],
  [
    "ensureSubnet",
    async (ipam, gateway) => {
      const { object } = await ipam.ensureSubnet({ cidr: "10.7.0.0/24", gateway });
      return object as { cidr: string; gateway: string };
    },
  ],
];

behindEveryDoor("a gateway", (visit) => {
  for (const [way, make] of ways) {
    it.each(["first", "last"] as const)(`is reserved, and told to DHCP clients: ${way}, %s`, async (at) => {
      const { ipam, wapi } = await visit({ seed });
      const { cidr, gateway } = await make(ipam, at);
      expect(gateway).toBe(cidr.replace(/\.0\/24$/, at === "first" ? ".1" : ".254"));
      expect(await optionsOf(wapi, cidr)).toEqual({ routers: gateway });
      const [reserved] = await wapi.find("fixedaddress", { where: { ipv4addr: gateway } as never });
      expect(reserved).toBeDefined();
    });

    it(`is only reserved where that is asked for: ${way}`, async () => {
      const { ipam, wapi } = await visit({ seed });
      const { cidr, gateway } = await make(ipam, { at: "first", dhcp: false });
      expect(gateway).toBe(cidr.replace(/\.0\/24$/, ".1"));
      expect(await optionsOf(wapi, cidr)).toEqual({});
    });
  }

  it("of a shared subnet is told, too", async () => {
    const { ipam, wapi } = await visit({ seed });
    const shared = { sharedBy: { "Network Name": "blue" }, from: "10.0.0.0/8", prefixLength: 24 };
    const { cidr, gateway } = await ipam.subnets.ensureShared({ ...shared, gateway: "first" });
    expect(await optionsOf(wapi, cidr)).toEqual({ routers: gateway });
  });

  it("of IPv6 is reserved; its clients hear of routers otherwise", async () => {
    const { ipam, wapi } = await visit({ seed });
    const { cidr, gateway } = await ipam.requestSubnet({
      ...{ from: "2001:db8::/32", prefixLength: 64, gateway: "first" },
    });
    expect([cidr, gateway]).toEqual(["2001:db8::/64", "2001:db8::1"]);
    expect(await optionsOf(wapi, cidr)).toEqual({});
  });

  it("is told by whoever asks again with the id, where it was not", async () => {
    const { ipam, wapi } = await visit({ seed });
    const request = { from: "10.0.0.0/8", prefixLength: 24, gateway: "first", requestId: "deploy-42/blue" };
    const { cidr, ref } = await ipam.requestSubnet(request);
    await wapi.update(ref as never, { options: [], use_options: false } as never);
    expect(await ipam.requestSubnet(request)).toMatchObject({ cidr, created: false });
    expect(await optionsOf(wapi, cidr)).toEqual({ routers: "10.0.0.1" });
  });

  it("is no router of a subnet whose own options are off", async () => {
    const { ipam, wapi } = await visit({ seed });
    const { ref } = await ipam.subnets.setGateway("10.1.0.0/24", "first");
    expect(await ipam.subnets.routers("10.1.0.0/24")).toEqual(["10.1.0.1"]);
    await wapi.update(ref as Ref<"network">, { use_options: false });
    expect(await ipam.subnets.routers("10.1.0.0/24")).toEqual([]);
  });

  it("has no room in a /31, /32, /127 or /128, whichever way", async () => {
    const { ipam } = await visit({ seed });
    const refusals = [
      ...["10.7.0.0/31", "10.7.0.0/32", "2001:db8::/127", "2001:db8::/128"].flatMap((cidr) => [
        () => ipam.requestSubnet({ cidr, gateway: "first" }),
        () => ipam.ensureSubnet({ cidr, gateway: "first" }),
        () => ipam.plan().subnet("a", { cidr, gateway: "first" }).apply(),
      ]),
      () => ipam.requestSubnet({ from: "10.0.0.0/8", prefixLength: 31, gateway: "first" }),
      () => ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 127, gateway: "last" }),
      () => ipam.subnets.setGateway("10.9.0.0/31", "first"),
    ];
    for (const refused of refusals) {
      const error = await (async () => refused())().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect((error as Error).message).toMatch(/gateway: a \/\d+ has no room for one/);
    }
  });

  it("that is described is told again where it isn't, and moves with what clients are told", async () => {
    const { ipam, wapi } = await visit({ seed });
    const first = { cidr: "10.7.0.0/24", gateway: "first" };
    const { object } = await ipam.ensureSubnet(first);
    await wapi.update(object?.ref as never, { options: [], use_options: false } as never);
    expect(await ipam.ensureSubnet(first)).toMatchObject({
      changed: true,
      differences: [{ field: "gateway" }],
    });
    expect(await optionsOf(wapi, "10.7.0.0/24")).toEqual({ routers: "10.7.0.1" });
    expect(await ipam.ensureSubnet(first)).toMatchObject({ changed: false });
    await ipam.ensureSubnet({ cidr: "10.7.0.0/24", gateway: "10.7.0.9" });
    expect(await optionsOf(wapi, "10.7.0.0/24")).toEqual({ routers: "10.7.0.9" });
    expect(await ipam.ensureSubnet({ cidr: "10.7.0.0/24", gateway: "10.7.0.9" })).toMatchObject({
      changed: false,
    });
  });
});

behindEveryDoor("DHCP of something new", (visit) => {
  const dhcp = { options: [{ name: "domain-name-servers", value: "10.0.0.53" }], leaseTime: 3600 };
  const told = { "domain-name-servers": "10.0.0.53", "dhcp-lease-time": "3600" };

  it("comes with a subnet, beside its router", async () => {
    const { ipam, wapi } = await visit({ seed });
    for (const request of [
      { from: "10.0.0.0/8", prefixLength: 24, gateway: "first" },
      { cidr: "10.7.0.0/24", gateway: "last" },
    ] as const) {
      const { cidr, gateway } = await ipam.requestSubnet({
        ...request,
        dhcp: { ...dhcp, members: ["dhcp-1.example.com"] },
      });
      expect(await optionsOf(wapi, cidr)).toEqual({ ...told, routers: gateway });
      const [row] = await wapi.find("network", { where: { network: cidr }, fields: ["members"] });
      expect(row?.members).toMatchObject([{ name: "dhcp-1.example.com" }]);
    }
  });

  it("comes with a host and a fixed address, and not with a reservation", async () => {
    const { ipam, wapi } = await visit({ seed });
    const host = await ipam.requestAddress({
      ...{ from: "10.1.0.0/24", name: "web.example.com", mac: "02:42:ac:11:00:02", dhcp },
    });
    const fixed = await ipam.requestAddress({ from: "10.1.0.0/24", mac: "02:42:ac:11:00:03", dhcp });
    const [address] = (await wapi.find("record:host_ipv4addr" as never, {
      where: { ipv4addr: host.ip } as never,
      fields: ["options"] as never,
    })) as Row[];
    const row = (await wapi.get(fixed.ref as never, { fields: ["options"] as never })) as Row;
    for (const { options = [] } of [address ?? {}, row]) {
      expect(Object.fromEntries(options.map(({ name = "", value }) => [name, value]))).toMatchObject(told);
    }
    await expect(ipam.requestAddress({ from: "10.1.0.0/24", dhcp })).rejects.toThrow(
      /^dhcp: is for a client/,
    );
  });

  it("is compared where it is described: in any order, by name or number", async () => {
    const { ipam, wapi } = await visit({ seed });
    const one = { cidr: "10.7.0.0/24", gateway: "first", dhcp: { ...dhcp, members: ["dhcp-1.example.com"] } };
    expect(await ipam.ensureSubnet(one)).toMatchObject({ created: true });
    const same = { ...one, dhcp: { ...one.dhcp, options: [{ num: 6, value: "10.0.0.53" }] } };
    expect(await ipam.ensureSubnet(same)).toMatchObject({ changed: false });
    const other = { ...one, dhcp: { ...one.dhcp, leaseTime: 60, members: [] } };
    expect(await ipam.ensureSubnet(other)).toMatchObject({
      differences: [{ field: "dhcp.options" }, { field: "dhcp.members" }],
    });
    expect(await optionsOf(wapi, one.cidr)).toEqual({
      ...told,
      "dhcp-lease-time": "60",
      routers: "10.7.0.1",
    });
    expect(await ipam.ensureSubnet(other)).toMatchObject({ changed: false });
  });

  it("is told by its field, where it is wrong", async () => {
    const { ipam } = await visit({ seed });
    const cidr = "10.7.0.0/24";
    for (const [wrong, says] of [
      [{ leaseTime: -1 }, /^dhcp\.leaseTime: must not be negative \(got -1; valid: 3600\)/],
      [{ options: [{ value: "x" }] }, /^dhcp\.options\[0\]: needs name or num/],
      [{ lease: 1 }, /^dhcp\.lease: no option of requestSubnet .*leaseTime/],
    ] as const) {
      await expect(ipam.requestSubnet({ cidr, dhcp: wrong as never })).rejects.toThrow(says);
    }
  });
});
