import type {
  Address,
  AddressRange,
  Change,
  Container,
  DnsRecord,
  Ipam,
  Plan,
  Release,
  StepResult,
  Subnet,
} from "infoblox-ipam";
import { expectTypeOf } from "vitest";

declare const ipam: Ipam;
declare const subnet: Subnet;

// ── Results by name ─────────────────────────────────────────────────────────────────────────────────────────────────

const site = ipam
  .plan({ requestId: "deploy-42" })
  .container("site", { from: "10.0.0.0/8", prefixLength: 16 })
  .subnet("blue", { from: { container: "site" }, prefixLength: 24, gateway: "first" })
  .range("leases", { in: { subnet: "blue" }, first: 100, last: -2 })
  .address("web", { from: { subnet: "blue" }, name: "web.example.com" })
  .address("printer", { from: [{ range: "leases" }, { subnet: "blue" }, subnet], mac: "02:42:ac:11:00:02" })
  .record("www", { type: "CNAME", name: "www.example.com", canonical: { address: "web" } })
  .update("note", { subnet: "blue" }, { comment: "blue", extattrs: { Owner: null } })
  .attributes("place", subnet, { Site: "Paris" })
  .release("old", "10.0.7.0/24", { cascade: true });

declare const results: Awaited<ReturnType<typeof site.apply>>;
expectTypeOf(results.site).toEqualTypeOf<Container>();
expectTypeOf(results.blue).toEqualTypeOf<Subnet>();
expectTypeOf(results.leases).toEqualTypeOf<AddressRange>();
expectTypeOf(results.web).toEqualTypeOf<Address>();
expectTypeOf(results.www).toEqualTypeOf<DnsRecord>();
expectTypeOf(results.note).toEqualTypeOf<Change>();
expectTypeOf(results.old).toEqualTypeOf<Release>();
// @ts-expect-error no step has this name
results.green;

// ── Names of earlier steps ──────────────────────────────────────────────────────────────────────────────────────────

// @ts-expect-error no step has this name
site.address("db", { from: { subnet: "green" } });
// @ts-expect-error it makes no subnet
site.address("db", { from: { subnet: "web" } });
// @ts-expect-error it makes no container
site.subnet("green", { from: { container: "blue" }, prefixLength: 24 });
// @ts-expect-error subnets are taken from containers
site.subnet("green", { from: { subnet: "blue" }, prefixLength: 24 });
// @ts-expect-error it makes no address
site.record("ftp", { type: "A", name: "ftp.example.com", ip: { address: "blue" } });
// @ts-expect-error no step has this name
site.update("note-2", { subnet: "green" }, { comment: "green" });
// @ts-expect-error later steps can't be used
ipam.plan().address("web", { from: { subnet: "blue" } });
// @ts-expect-error another step has this name
site.subnet("blue", { cidr: "10.0.0.0/24" });

// ── Requests ────────────────────────────────────────────────────────────────────────────────────────────────────────

// @ts-expect-error which size?
ipam.plan().subnet("blue", { from: "10.0.0.0/8" });
// @ts-expect-error the plan has the request id
ipam.plan().subnet("blue", { cidr: "10.0.0.0/24", requestId: "blue" });
// @ts-expect-error a container has no gateway
ipam.plan().container("site", { cidr: "10.0.0.0/16", gateway: "first" });
// @ts-expect-error counted in what?
ipam.plan().range("leases", { first: 100, last: 199 });
// @ts-expect-error an MX record has a preference
ipam.plan().record("mail", { type: "MX", name: "example.com", exchanger: "mail.example.com" });
// @ts-expect-error a fixed address is somebody's
ipam.plan().address("web", { from: "10.0.0.0/24", as: "fixed" });

// ── Names that only the program knows ───────────────────────────────────────────────────────────────────────────────

let many: Plan = ipam.plan();
for (const name of ["a", "b"]) many = many.address(`host-${name}`, { from: subnet });
declare const everything: Awaited<ReturnType<typeof many.apply>>;
expectTypeOf(everything["host-a"]).toEqualTypeOf<StepResult | undefined>();
