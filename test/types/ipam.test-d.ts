import type {
  Address,
  AddressesInChunksRequest,
  AddressesRequest,
  AddressRequest,
  AuditOptions,
  Chunks,
  CollectOptions,
  Ipam,
  Ref,
  RenewOptions,
  Subnet,
  SubnetRequest,
  WapiClient,
} from "infoblox-ipam";
import { expectTypeOf } from "vitest";
import type { z } from "zod";
import type { AddressFields } from "../../src/ipam/addresses/requests.js";
import type { addressSchemasWith } from "../../src/ipam/addresses/schemas.js";
import type { bulkSchemasWith } from "../../src/ipam/bulk/schemas.js";
import type { SubnetFields, SubnetQuery } from "../../src/ipam/subnets/requests.js";
import type { subnetSchemasWith } from "../../src/ipam/subnets/schemas.js";
import type { upkeepSchemasWith } from "../../src/ipam/upkeep/schemas.js";

declare const ipam: Ipam;
declare const wapi: WapiClient;
declare const subnet: Subnet;
declare const address: Address;

// ── What is checked is what is declared ─────────────────────────────────────────────────────────────────────────────

type Schemas = ReturnType<typeof addressSchemasWith> &
  ReturnType<typeof bulkSchemasWith> &
  ReturnType<typeof subnetSchemasWith> &
  ReturnType<typeof upkeepSchemasWith>;
type Checked<Name extends keyof Schemas> = z.input<Schemas[Name]>;
/** Field by field, since both sides mark what is optional in ways of their own. */
type Fields<T> = { [Field in keyof T]-?: Exclude<T[Field], undefined> };

expectTypeOf<keyof Checked<"requestSubnet">>().toEqualTypeOf<keyof SubnetFields>();
expectTypeOf<keyof Checked<"requestAddress">>().toEqualTypeOf<keyof AddressFields>();
expectTypeOf<keyof Checked<"requestAddresses">>().toEqualTypeOf<keyof AddressesRequest>();
expectTypeOf<keyof Checked<"requestAddressesInChunks">>().toEqualTypeOf<keyof AddressesInChunksRequest>();
expectTypeOf<keyof Checked<"findSubnets">>().toEqualTypeOf<keyof SubnetQuery>();
expectTypeOf<Fields<Checked<"requestSubnet">>["prefixLength"]>().toEqualTypeOf<number>();
expectTypeOf<SubnetFields>().toExtend<
  Pick<Checked<"requestSubnet">, "from" | "cidr" | "comment" | "gateway">
>();
expectTypeOf<AddressFields>().toExtend<
  Pick<Checked<"requestAddress">, "from" | "ip" | "as" | "mac" | "dns" | "ttl">
>();
expectTypeOf<AddressesRequest>().toExtend<Pick<Checked<"requestAddresses">, "from" | "count" | "name">>();

// ── Subnets ─────────────────────────────────────────────────────────────────────────────────────────────────────────

expectTypeOf(ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 })).resolves.toEqualTypeOf<Subnet>();
expectTypeOf(subnet.ref).toEqualTypeOf<Ref<"network" | "ipv6network">>();
expectTypeOf(subnet.gateway).toEqualTypeOf<string | undefined>();
void ipam.requestSubnet({
  from: ["10.0.0.0/16", subnet],
  prefixLength: 24,
  gateway: "first",
  exclude: "10.0.0.0/24",
});
void ipam.requestSubnet({ from: { extattrs: { Site: "Paris", VLAN: { gte: 100 } } }, prefixLength: 24 });
void ipam.requestSubnet({ cidr: "10.0.7.0/24", gateway: "10.0.7.1", from: subnet.ref });
void wapi.get(subnet.ref);
void ipam.requestSubnet({ from: ["10.0.0.0/16", { pool: "web" }], prefixLength: 24, strategy: "most-free" });
void ipam.requestAddresses({ from: { pool: "web" }, count: 3, strategy: "round-robin" });
void ipam.plan().subnet("blue", { from: { pool: "web" }, prefixLength: 24, strategy: "most-free" });
void ipam
  .plan()
  .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
  .address("web", {
    from: { ipv4: [{ subnet: "blue" }, { pool: "web" }], ipv6: { pool: "web6" } },
    name: "web",
  });
void ipam.requestAddress({
  from: { ipv4: { pool: "web" }, ipv6: ["2001:db8::/64", { pool: "web6" }] },
  name: "web",
});
void ipam.hosts.addAddress("web", { from: { pool: "web" }, strategy: "round-robin", skipFirst: 10 });
void ipam.subnets.setDhcp(subnet, {
  options: [{ name: "domain-name", value: "example.com" }],
  replace: true,
});
void ipam.ensure({
  pools: { web: { from: ["10.0.7.0/24", { comment: "web" }], strategy: "most-free" } },
  hosts: [{ name: "web", from: { ipv4: { pool: "web" }, ipv6: "2001:db8::/64" }, strategy: "first" }],
});
// @ts-expect-error no such strategy
void ipam.ensure({ pools: { web: { from: "10.0.7.0/24", strategy: "emptiest" } } });
void ipam.hosts.move("web", { to: ["10.0.8.0/24", { pool: "web" }], avoidEdges: true });
void ipam.dns.add({ type: "A", name: "web.example.com", from: { pool: "web" }, strategy: "least-used" });

// @ts-expect-error no such strategy
void ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, strategy: "emptiest" });
// @ts-expect-error no such strategy, in a plan either
void ipam.plan().subnet("blue", { from: { pool: "web" }, prefixLength: 24, strategy: "emptiest" });
// @ts-expect-error nor of a host's address
void ipam.hosts.addAddress("web", { from: { pool: "web" }, strategy: "emptiest" });
void ipam.peekAddresses({ pool: "web" }, 1);
void ipam.peekSubnets(["10.0.0.0/16", { pool: "blocks" }], { prefixLength: 24 });

// @ts-expect-error a subnet is named, or has a size
void ipam.requestSubnet({ from: "10.0.0.0/16" });
// @ts-expect-error the next subnet of what?
void ipam.requestSubnet({ prefixLength: 24 });
// @ts-expect-error not both
void ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, cidr: "10.0.7.0/24" });
// @ts-expect-error a number
void ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: "24" });
// @ts-expect-error misspelt
void ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gatway: "first" });
// @ts-expect-error a query needs a name for what it compares
void ipam.requestSubnet({ from: { Site: "Paris" }, prefixLength: 24 });

expectTypeOf<{
  from: string;
  prefixLength: number;
  signal: AbortSignal | undefined;
}>().toExtend<SubnetRequest>();

// ── Addresses ───────────────────────────────────────────────────────────────────────────────────────────────────────

expectTypeOf(ipam.requestAddress({ from: subnet })).resolves.toEqualTypeOf<Address>();
expectTypeOf(address.kind).toEqualTypeOf<"host" | "fixed" | "reservation">();
void ipam.requestAddress({
  from: subnet,
  name: "web-1.example.com",
  mac: "02:42:ac:11:00:02",
  requestId: "web-1",
});
void ipam.requestAddress({ from: { ipv4: subnet, ipv6: "2001:db8::/64" }, name: "web-1.example.com" });
void ipam.requestAddress({
  addresses: [{ from: subnet, mac: "" }, { ip: "10.0.0.5" }],
  name: "web-1.example.com",
});
// @ts-expect-error
void ipam.requestAddress({ addresses: [{ from: subnet, name: "" }], name: "web-1.example.com" });
void ipam.requestAddress({ ip: "10.0.7.5" });
void ipam.requestAddress({ ip: "10.0.7.5", from: subnet, as: "fixed", mac: "02:42:ac:11:00:02" });

// @ts-expect-error from where?
void ipam.requestAddress({ name: "web-1.example.com" });
// @ts-expect-error a host has a name
void ipam.requestAddress({ from: subnet, as: "host" });
// @ts-expect-error a fixed address is somebody's
void ipam.requestAddress({ from: subnet, as: "fixed" });
// @ts-expect-error a reservation is nobody's
void ipam.requestAddress({ from: subnet, as: "reservation", mac: "02:42:ac:11:00:02" });
// @ts-expect-error both families
void ipam.requestAddress({ from: { ipv4: subnet }, name: "web-1.example.com" });
// @ts-expect-error no such way
void ipam.requestAddress({ ip: "10.0.7.5", ifInUse: "ask" });

expectTypeOf<{ from: Subnet; name: string }>().toExtend<AddressRequest>();
expectTypeOf(ipam.requestAddresses({ from: subnet, count: 3 })).resolves.toEqualTypeOf<Address[]>();
// @ts-expect-error how many?
void ipam.requestAddresses({ from: subnet });

expectTypeOf(ipam.requestAddressesInChunks({ from: subnet, count: 3 })).toEqualTypeOf<Chunks<Address>>();
expectTypeOf(ipam.requestSubnetsInChunks({ from: "10.0.0.0/8", prefixLength: 24, count: 3 })).toExtend<
  AsyncIterable<Subnet>
>();
for await (const one of ipam.requestAddressesInChunks({ from: subnet, count: 3, requestId: "web" })) {
  expectTypeOf(one).toEqualTypeOf<Address>();
}
for await (const some of ipam.requestAddressesInChunks({ from: subnet, count: 3 }).chunks()) {
  expectTypeOf(some).toEqualTypeOf<Address[]>();
}
for await (const { ref, reason } of ipam.releaseManyInChunks([address])) {
  expectTypeOf(ref).toEqualTypeOf<
    Ref<"record:host" | "fixedaddress" | "ipv6fixedaddress" | "network" | "ipv6network">
  >();
  expectTypeOf(reason).toEqualTypeOf<"deleted" | "gone">();
}
// @ts-expect-error a loop has had what would be given back
void ipam.requestAddressesInChunks({ from: subnet, count: 3, allOrNothing: true });
// @ts-expect-error nothing is done before the loop begins: there is nothing to wait for
void ipam.requestAddressesInChunks({ from: subnet, count: 3 }).then;
// @ts-expect-error a list is not a loop
for await (const _one of ipam.requestAddresses({ from: subnet, count: 3 })) break;

// ── Releasing and knowing ───────────────────────────────────────────────────────────────────────────────────────────

void ipam.releaseAddress(address);
void ipam.releaseAddress({ requestId: "web-1" });
void ipam.releaseSubnet(subnet, { cascade: true });
// @ts-expect-error a subnet is no address
void ipam.releaseAddress(subnet);
// @ts-expect-error an address is no subnet
void ipam.releaseSubnet(address);
// @ts-expect-error nor has it addresses
void ipam.requestAddress({ from: address });
// @ts-expect-error an address has nothing to cascade to
void ipam.releaseAddress(address, { cascade: true });
// @ts-expect-error read only
subnet.cidr = "10.0.0.0/24";

expectTypeOf(ipam.lookup("10.0.7.5")).resolves.toHaveProperty("status").toEqualTypeOf<"USED" | "UNUSED">();
expectTypeOf(ipam.utilization({ networkView: "default" }))
  .resolves.toHaveProperty("percent")
  .toEqualTypeOf<number>();
expectTypeOf(ipam.findSubnets({ within: "10.0.0.0/8" })).resolves.toEqualTypeOf<Subnet[]>();
expectTypeOf(ipam.peekAddresses(subnet, 3)).resolves.toEqualTypeOf<string[]>();
// @ts-expect-error of which size?
void ipam.peekSubnets(subnet, { count: 3 });

// ── What expires ────────────────────────────────────────────────────────────────────────────────────────────────────

expectTypeOf<keyof Checked<"renew">>().toEqualTypeOf<keyof RenewOptions>();
expectTypeOf<keyof Checked<"audit">>().toEqualTypeOf<keyof AuditOptions>();
expectTypeOf<keyof Checked<"collect">>().toEqualTypeOf<keyof CollectOptions>();
expectTypeOf(subnet.expiresAt).toEqualTypeOf<Date | undefined>();
void ipam.requestSubnet({ cidr: "10.0.7.0/24", expiresAt: new Date() });
void ipam.requestAddress({ from: subnet, expiresAt: "2026-11-25T13:46:00Z" });
// @ts-expect-error seconds are a number
void ipam.requestAddress({ from: subnet, expiresIn: "1d" });
// @ts-expect-error a container doesn't expire
void ipam.plan().container("pool", { cidr: "10.0.0.0/16", expiresIn: 60 });
expectTypeOf(ipam.renew(subnet, { expiresIn: 60 })).resolves.toEqualTypeOf<Subnet>();
expectTypeOf(ipam.renew(address, { expiresIn: 60 })).resolves.toEqualTypeOf<Address>();
expectTypeOf(ipam.renew({ requestId: "web" }, { expiresIn: 60 })).resolves.toEqualTypeOf<Subnet | Address>();
// @ts-expect-error until when?
void ipam.renew(subnet);
