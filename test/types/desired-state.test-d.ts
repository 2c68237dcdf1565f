import type { Address, DesiredState, Ensured, EnsuredOne, Ipam, Subnet } from "infoblox-ipam";
import { expectTypeOf } from "vitest";
import type { z } from "zod";
import type { desiredSchemas } from "../../src/ipam/ensure/schemas.js";

declare const ipam: Ipam;

// ── What is checked is what is declared ─────────────────────────────────────────────────────────────────────────────

type Checked = z.input<ReturnType<typeof desiredSchemas>["ensure"]>;
expectTypeOf<keyof Checked>().toEqualTypeOf<keyof DesiredState>();
expectTypeOf<Checked["networkView"]>().toEqualTypeOf<string | undefined>();

// ── Descriptions ────────────────────────────────────────────────────────────────────────────────────────────────────

expectTypeOf(
  ipam.ensure({ subnets: [{ cidr: "10.0.0.0/24", gateway: "first" }] }),
).resolves.toEqualTypeOf<Ensured>();
void ipam.ensure(
  { hosts: [{ name: "web.example.com", from: [{ subnet: "blue" }, "10.0.0.0/24"] }] },
  { prune: true },
);
void ipam.ensure(
  { subnets: [{ cidr: "10.0.0.0/24", extattrs: { Site: "Paris", Owner: null } }] },
  { dryRun: true },
);
// @ts-expect-error misspelt
void ipam.ensure({ subnets: [{ cidr: "10.0.0.0/24", coment: "blue" }] });
// @ts-expect-error a list of subnets
void ipam.ensure({ subnets: { cidr: "10.0.0.0/24" } });
// @ts-expect-error a host has a name
void ipam.ensure({ hosts: [{ ips: "10.0.0.5" }] });
// @ts-expect-error addresses aren't taken from containers
void ipam.ensure({ hosts: [{ name: "web.example.com", from: { container: "site" } }] });
// @ts-expect-error no such type of record
void ipam.ensure({ records: [{ type: "HINFO", name: "web.example.com" }] });
// @ts-expect-error no such option
void ipam.ensure({}, { purge: true });

// ── One object ──────────────────────────────────────────────────────────────────────────────────────────────────────

expectTypeOf(ipam.ensureSubnet({ cidr: "10.0.0.0/24" })).resolves.toEqualTypeOf<EnsuredOne<Subnet>>();
expectTypeOf(ipam.ensureHost({ name: "web", from: "10.0.0.0/24" })).resolves.toEqualTypeOf<
  EnsuredOne<Address>
>();
expectTypeOf(ipam.ensureAddress({ ip: "10.0.0.5" })).resolves.toEqualTypeOf<EnsuredOne<Address>>();
