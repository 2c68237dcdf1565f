import type { z as Zod } from "zod";
import { recordTypes } from "../objects/record-kinds.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { SourceQuery } from "../requests/targets.js";
import { gatewayField } from "../subnets/schemas.js";
import type {
  DesiredContainer,
  DesiredFixedAddress,
  DesiredHost,
  DesiredRange,
  DesiredRecord,
  DesiredReservation,
  DesiredState,
  DesiredSubnet,
  EnsureOptions,
} from "./description.js";

/** Checks descriptions. @throws {InvalidRequestError} for the first error, with its path */
export const checkDesired = requestCheck(desiredSchemas);

/** Exported for the test of types. */
export function desiredSchemas(z: typeof Zod) {
  const { call, description, bits, cidr, address, name, mac, duid, ttl, viewName, requestId, called } =
    requestFields(z);
  const { strategy, family, dnsName, recordData, dhcp, subnetDhcp, where } = requestFields(z);
  const { comment, cloud, fields } = description;
  const attribute = z.union(
    [z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))],
    "must be a text, a number, a list of these, true, false, or null for none",
  );
  const described = { comment, extattrs: z.record(z.string(), attribute).optional(), cloud, fields };
  const pool = z.strictObject({ pool: z.string() });
  const query = z.strictObject({
    extattrs: where.optional(),
    comment: z.string().optional(),
    family,
    optional: z.boolean().optional(),
  } satisfies Shape<Omit<SourceQuery, "ip">>);
  // A pool with `from` is no query, so that its errors name the right field.
  const alone = query.extend({ from: z.undefined().optional() });
  const pooled = z.union([z.string(), alone], "must be a CIDR, or a query");
  const sources = z.union([pooled, z.array(pooled)], "must be CIDRs or queries");
  const reference = (kinds: readonly string[]) => {
    const named = Object.fromEntries(kinds.map((kind) => [kind, z.string().optional()]));
    const one = z.union(
      [z.string(), z.strictObject(named), pool, query],
      `must be a CIDR, { ${kinds[0]}: "blue" }, a pool, or a query`,
    );
    return z.union(
      [one, z.array(one)],
      "must be a CIDR, an entry of the description, a pool, a query, or a list of these",
    );
  };
  const block = {
    ...described,
    name: name.optional(),
    cidr: cidr.optional(),
    from: reference(["container"]).optional(),
    strategy,
    prefixLength: bits.optional(),
  };
  const addresses = reference(["subnet", "range"]);
  const taken = {
    ...described,
    ip: address.optional(),
    from: addresses.optional(),
    strategy,
    name: name.optional(),
  };
  const container = z.strictObject(block satisfies Shape<DesiredContainer>);
  const subnet = z.strictObject({
    ...block,
    gateway: gatewayField(z).optional(),
    dhcp: subnetDhcp.optional(),
  } satisfies Shape<DesiredSubnet>);
  const range = z.strictObject({
    ...described,
    first: address,
    last: address,
    in: cidr.optional(),
    name: name.optional(),
  } satisfies Shape<DesiredRange>);
  const host = z.strictObject({
    ...described,
    name,
    ips: z.union([address, z.array(address).min(1, "must not be empty")], "must be addresses").optional(),
    from: z.union([addresses, z.strictObject({ ipv4: addresses, ipv6: addresses })]).optional(),
    strategy,
    mac: mac.optional(),
    duid: duid.optional(),
    dns: z.boolean().optional(),
    aliases: z.array(name).optional(),
    ttl: ttl.optional(),
    dhcp: dhcp.optional(),
  } satisfies Shape<DesiredHost>);
  const reservation = z.strictObject(taken satisfies Shape<DesiredReservation>);
  const fixed = z.strictObject({
    ...taken,
    mac: mac.optional(),
    duid: duid.optional(),
    dhcp: dhcp.optional(),
  } satisfies Shape<DesiredFixedAddress>);
  const record = z.strictObject({
    ...described,
    type: z.literal(recordTypes, `must be one of ${recordTypes.join(", ")}`),
    name: dnsName,
    ...recordData,
    ttl: ttl.optional(),
    exclusive: z.boolean().optional(),
  } satisfies Shape<DesiredRecord>);

  return {
    ensure: z.strictObject({
      networkView: viewName.optional(),
      dnsView: viewName.optional(),
      name: requestId,
      requestId,
      pools: z
        .record(
          z.string(),
          z.union(
            [z.strictObject({ from: sources, strategy }), sources],
            "must be CIDRs or queries, or these as from, with a strategy",
          ),
        )
        .optional(),
      containers: z.array(container).optional(),
      subnets: z.array(subnet).optional(),
      ranges: z.array(range).optional(),
      hosts: z.array(host).optional(),
      fixedAddresses: z.array(fixed).optional(),
      reservations: z.array(reservation).optional(),
      records: z.array(record).optional(),
    } satisfies Shape<DesiredState>),

    options: z.strictObject({
      ...call,
      dryRun: z.boolean().optional(),
      prune: z.boolean().optional(),
      replace: z.boolean().optional(),
      onProgress: called<NonNullable<EnsureOptions["onProgress"]>>().optional(),
    } satisfies Shape<EnsureOptions>),
  };
}
