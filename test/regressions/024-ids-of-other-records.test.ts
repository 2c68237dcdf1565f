import { Ipam, type NewDnsRecord, RequestMismatchError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** Of a record with the id only the name was compared, of some kinds its target: another record was returned as the one asked for. */
const others: readonly (readonly [name: string, one: NewDnsRecord, other: NewDnsRecord])[] = [
  ...pairs({ type: "A", name: "a.example.com", ip: "10.0.7.5" }, { ip: "10.0.7.6" }),
  ...pairs({ type: "AAAA", name: "a.example.com", ip: "2001:db8::5" }, { ip: "2001:db8::6" }),
  ...pairs({ type: "PTR", name: "a.example.com", ip: "10.0.7.5" }, { ip: "10.0.7.6" }, { ip: "2001:db8::5" }),
  ...pairs(
    { type: "CNAME", name: "a.example.com", canonical: "b.example.com" },
    { canonical: "c.example.com" },
  ),
  ...pairs(
    { type: "MX", name: "example.com", exchanger: "a.example.com", preference: 10 },
    { exchanger: "b.example.com" },
    { preference: 20 },
  ),
  ...pairs({ type: "TXT", name: "example.com", text: "one two" }, { text: "One two" }),
  ...pairs(
    { type: "SRV", name: "_s._tcp.example.com", target: "a.example.com", port: 1, priority: 1, weight: 1 },
    ...[{ target: "b.example.com" }, { port: 2 }, { priority: 2 }, { weight: 2 }],
  ),
  ...pairs(
    { type: "CAA", name: "example.com", flags: 0, tag: "issue", value: "ca.example.net" },
    ...[{ flags: 128 }, { tag: "iodef" }, { value: "CA.example.net" }],
  ),
];

function pairs(one: NewDnsRecord, ...changes: readonly object[]) {
  return changes.map((change) => {
    const name = `${one.type} with another ${Object.keys(change).join()}: ${Object.values(change).join()}`;
    return [name, one, { ...one, ...change } as NewDnsRecord] as const;
  });
}

function begin() {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { networks: ["10.0.7.0/24"], zones: ["example.com", "10.0.7.0/24", "2001:db8::/32"] },
  });
  return { grid, ipam: new Ipam(new WapiClient(grid.clientOptions)) };
}

/** The same of a plan, whose steps have ids of their own. */
function planned(ipam: Ipam, record: NewDnsRecord) {
  return ipam
    .plan({ requestId: "d" })
    .record("r", record as never)
    .apply();
}

describe("an id of a record", () => {
  it.each(others)("stands for no %s", async (_name, one, other) => {
    const { ipam } = begin();
    const first = await ipam.dns.add({ ...one, requestId: "d/r" } as NewDnsRecord);
    await expect(ipam.dns.add({ ...other, requestId: "d/r" } as NewDnsRecord)).rejects.toThrow(
      RequestMismatchError,
    );
    await expect(planned(ipam, other)).rejects.toThrow(RequestMismatchError);
    const all = await ipam.dns.find({ type: one.type });
    expect(all.filter(({ extattrs }) => extattrs["Request ID"] !== undefined)).toMatchObject([
      { ref: first.ref },
    ]);
  });

  it.each([...new Map(others.map(([, one]) => [one.type, one]))])(
    "stands for the same %s, however it is written",
    async (_type, one) => {
      const { ipam } = begin();
      const first = await ipam.dns.add({ ...one, requestId: "d/r" } as NewDnsRecord);
      const again: Record<string, unknown> = { ...one, name: `${one.name.toUpperCase()}.` };
      for (const field of ["canonical", "exchanger", "target"])
        if (typeof again[field] === "string") again[field] = `${again[field].toUpperCase()}.`;
      if (again["ip"] === "2001:db8::5") again["ip"] = "2001:DB8:0::0005";
      expect(await ipam.dns.add({ ...again, requestId: "d/r" } as never)).toEqual({
        ...first,
        created: false,
      });
      expect(await planned(ipam, again as never)).toMatchObject({ r: { ref: first.ref, created: false } });
    },
  );

  it("of another type leaves no way back behind", async () => {
    const { ipam } = begin();
    await ipam.dns.add({ type: "TXT", name: "example.com", text: "one", requestId: "d" });
    const record = {
      type: "A",
      name: "a.example.com",
      from: "10.0.7.0/24",
      ptr: true,
      requestId: "d",
    } as const;
    const error = await ipam.dns.add(record).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RequestMismatchError);
    expect(error).not.toHaveProperty("partial");
    expect(await ipam.dns.find({ type: ["A", "PTR"], ip: "10.0.7.1" })).toEqual([]);
  });

  it("of a step is not that of a record of another type with its name", async () => {
    const { ipam } = begin();
    await planned(ipam, { type: "TXT", name: "example.com", text: "one" });
    const other = { type: "MX", name: "example.com", exchanger: "a.example.com", preference: 10 } as const;
    await expect(planned(ipam, other)).rejects.toThrow("type is TXT, requested is MX");
  });
});
