import { InvalidRequestError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Owner", "Request ID", "Request Attempt", "Last Change"],
  networks: ["10.1.0.0/24"],
  zones: ["example.com", "10.1.0.0/24", { fqdn: "0/25.2.0.192.in-addr.arpa" }],
};

behindEveryDoor("names", (visit) => {
  it("of records are found again in whatever case, with a dot at the end or without", async () => {
    const { ipam, grid } = await visit({ seed }, { owner: "team" });
    const described = (name: string, canonical: string) => ({
      records: [
        { type: "A" as const, name, ip: "10.1.0.5" },
        { type: "CNAME" as const, name: "WWW.Example.com", canonical },
        { type: "MX" as const, name: "Example.COM", exchanger: canonical, preference: 10 },
        { type: "PTR" as const, name: canonical, ip: "10.1.0.5" },
      ],
    });
    expect(await ipam.ensure(described("Pa.Example.com", "Pa.Example.com."))).toMatchObject({ created: 4 });
    const before = grid.requests.length;
    for (const [name, canonical] of [
      ["Pa.Example.com", "Pa.Example.com."],
      ["pa.example.com.", "PA.example.com"],
    ] as const) {
      const again = await ipam.ensure(described(name, canonical), { prune: true });
      expect(again).toMatchObject({ changed: false, unchanged: 4 });
    }
    expect(grid.requests.slice(before).filter(({ method }) => method === "DELETE")).toEqual([]);
    expect(await ipam.dns.find({ name: "PA.EXAMPLE.COM." })).toMatchObject([{ name: "pa.example.com" }]);
  });

  it("that records lead to are searched in any case, though others wrote them in capitals", async () => {
    const { ipam, wapi } = await visit({ seed });
    await wapi.create("record:mx", {
      name: "example.com",
      mail_exchanger: "Mail.Example.com",
      preference: 1,
    });
    await wapi.create("record:cname", { name: "w.example.com", canonical: "Mail.Example.com" });
    const found = await ipam.dns.find({ target: "mail.EXAMPLE.com." });
    expect(found.map(({ type }) => type).sort()).toEqual(["CNAME", "MX"]);
    expect(await ipam.dns.remove({ type: "MX", target: "MAIL.example.com" })).toMatchObject({
      released: true,
    });
    expect(await ipam.dns.find({ target: "mail.example.com" })).toMatchObject([{ type: "CNAME" }]);
  });

  it("of zones may be written as people write them, a reverse zone as CIDR", async () => {
    const { ipam } = await visit({ seed });
    await ipam.dns.add({ type: "A", name: "web.example.com", ip: "10.1.0.5", ptr: true });
    await ipam.requestAddress({ ip: "10.1.0.6", name: "host.example.com", aliases: ["al"] });
    for (const zone of ["EXAMPLE.com", "example.com."]) {
      expect(await ipam.dns.find({ zone })).toMatchObject([{ type: "A" }]);
      expect(await ipam.hosts.find({ zone })).toMatchObject([{ name: "host.example.com" }]);
      expect(await ipam.dns.zoneOf(`web.${zone}`)).toMatchObject({ fqdn: "example.com" });
    }
    const reverse = await ipam.dns.zoneOf("10.1.0.5");
    expect(reverse?.fqdn).toBe("10.1.0.0/24");
    for (const zone of ["10.1.0.0/24", "0.1.10.IN-ADDR.arpa."]) {
      expect(await ipam.dns.find({ zone })).toMatchObject([{ type: "PTR", target: "web.example.com" }]);
    }
  });

  it("of hosts are one in any case, and aliases in whatever form", async () => {
    const { ipam, wapi } = await visit({ seed });
    const host = (aliases: readonly string[], name = "Host.Example.com.") => ({
      hosts: [{ name, ips: "10.1.0.6", aliases }],
    });
    await ipam.ensure(host(["al.example.com.", "SHORT"]));
    expect(await wapi.findOne("record:host", { where: {}, fields: ["name", "aliases"] })).toMatchObject({
      name: "host.example.com",
      aliases: ["al.example.com", "short.example.com"],
    });
    for (const aliases of [
      ["al", "short"],
      ["SHORT.example.COM", "Al.example.com."],
    ]) {
      expect(await ipam.ensure(host(aliases, "HOST.example.com"))).toMatchObject({ changed: false });
    }
    for (const alias of ["al", "AL", "al.EXAMPLE.com."]) {
      expect(await ipam.hosts.find({ alias })).toMatchObject([{ name: "host.example.com" }]);
    }
    expect(await ipam.hosts.find({ alias: "l.example.com" })).toEqual([]);
    expect(await ipam.hosts.find({ name: "HOST.example.com." })).toHaveLength(1);
    expect((await ipam.findAddresses({ name: "HOST.example.com." }))[0]?.ip).toBe("10.1.0.6");
  });

  it("are added to a host once, and taken off by any of their forms", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "10.1.0.6", name: "host.example.com" });
    const added = await ipam.hosts.addAliases("host.example.com", ["al", "WWW.example.com."]);
    expect(added.aliases).toEqual(["al.example.com", "www.example.com"]);
    const again = await ipam.hosts.addAliases("HOST.example.com.", ["AL", "al.example.com.", "www"]);
    expect(again.aliases).toEqual(added.aliases);
    const kept = JSON.parse(JSON.stringify(again));
    expect((await ipam.hosts.removeAliases(kept, ["al"])).aliases).toEqual(["www.example.com"]);
    expect((await ipam.hosts.removeAliases("host.example.com", ["WWW"])).aliases).toEqual([]);
    expect((await ipam.hosts.rename("host.example.com", "New.example.com.")).name).toBe("new.example.com");
    expect(await ipam.releaseAddress("NEW.example.com.")).toMatchObject({ released: true });
  });

  it("are what WAPI takes and DNS allows: RFC 2317, and the root for no mail and no service", async () => {
    const { ipam } = await visit({ seed });
    const records = [
      { type: "CNAME", name: "5.2.0.192.example.com", canonical: "5.0/25.2.0.192.in-addr.arpa" },
      { type: "MX", name: "example.com", exchanger: ".", preference: 0 },
      { type: "SRV", name: "_imap._tcp.example.com", target: ".", port: 0, priority: 0, weight: 0 },
    ] as const;
    expect(await ipam.ensure({ records })).toMatchObject({ created: 3 });
    expect(await ipam.ensure({ records })).toMatchObject({ changed: false });
    expect(await ipam.dns.find({ target: "." })).toMatchObject([{ type: "MX" }, { type: "SRV" }]);
    const plan = ipam
      .plan()
      .record("null", { type: "MX", name: "sub.example.com", exchanger: ".", preference: 0 });
    expect((await plan.apply()).null).toMatchObject({ value: "0 ." });
  });

  it("that can't be are refused by name and value, wherever they stand", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const label = "ü".repeat(61);
    const attempts = [
      () => ipam.dns.add({ type: "CNAME", name: "a..b", canonical: "c.example.com" }),
      () => ipam.dns.find({ target: "a b" }),
      () => ipam.dns.find({ zone: "a b" }),
      () => ipam.hosts.find({ alias: "a b" }),
      () => ipam.ensure({ records: [{ type: "A", name: `${label}.example.com`, ip: "10.1.0.5" }] }),
      () => ipam.requestAddress({ from: "10.1.0.0/24", name: "a.example.com", aliases: ["a b"] }),
    ];
    for (const attempt of attempts) {
      expect(await requestsOf(() => expect(attempt()).rejects.toThrow(InvalidRequestError))).toBe(0);
    }
  });
});

behindEveryDoor("texts", (visit) => {
  it.each([
    "v=spf1 include:_spf.example.com -all",
    'say "hi" \\ bye',
    '"quoted"',
    "v=DKIM1;k=rsa;p=abc",
    `v=DKIM1; p=${"A".repeat(400)}`,
    "plain",
  ])("are what was written: %s", async (text) => {
    const { ipam, wapi } = await visit({ seed });
    const description = { records: [{ type: "TXT" as const, name: "example.com", text }] };
    expect(await ipam.ensure(description)).toMatchObject({ created: 1 });
    expect(await ipam.ensure(description)).toMatchObject({ changed: false });
    const [row] = await wapi.find("record:txt", { fields: ["text"] });
    for (const [string] of (row?.text ?? "").matchAll(/"(?:\\.|[^"\\])*"/gs)) {
      expect(string.length).toBeLessThanOrEqual(257 + 2);
    }
    expect(await ipam.dns.find({ text })).toMatchObject([{ text, value: text }]);
    const added = await ipam.dns.add({ type: "TXT", name: "other.example.com", text });
    expect(added.text).toBe(text);
    const { step } = await ipam.plan().record("step", { type: "TXT", name: "p.example.com", text }).apply();
    expect(step.value).toBe(text);
    expect(await ipam.dns.remove({ name: "other.example.com", text })).toMatchObject({ released: true });
    expect(await ipam.dns.find({ text })).toHaveLength(2);
  });

  it("are compared by what they mean, and one of several is removed by it", async () => {
    const { ipam, wapi } = await visit({ seed });
    for (const text of ['"a b"', '"c" "d"', "x"]) {
      await wapi.create("record:txt", { name: "example.com", text });
    }
    const records = ["a b", "cd", "x"].map((text) => ({ type: "TXT" as const, name: "example.com", text }));
    expect(await ipam.ensure({ records })).toMatchObject({ changed: false });
    expect(await ipam.dns.find({ text: "a b", limit: 1 })).toHaveLength(1);
    await ipam.dns.remove({ type: "TXT", name: "Example.com", text: "cd" });
    const left = await ipam.dns.find({ name: "example.com" });
    expect(left.map(({ text }) => text).sort()).toEqual(["a b", "x"]);
  });

  it.each(["v=spf1 -all", 'say "hi"'])("are recognised after a lost answer: %s", async (text) => {
    const { ipam, grid } = await visit({ seed });
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    const added = await ipam.dns.add({ type: "TXT", name: "example.com", text });
    expect(added).toMatchObject({ text, created: true });
    expect(await ipam.dns.find({ text })).toHaveLength(1);
  });
});
